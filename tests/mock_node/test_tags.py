"""Making and deleting tags, and what the node says of itself."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.mock_node.client import NO_UUID, changed_cloud, run_cloud

if TYPE_CHECKING:
    from tests.mock_node.client import NodeClient, RunningCloud

WEB_1, WEB_2 = "de11cc9dea959c212e9c82b1478c281d", "2a9eba0cdf561d802a759159fb7ff337"
TENANT = "ef7122b886624ce0bd5bbee9cabc65cb"


def tag_of(text: str | None, resource: str = WEB_1, kind: str = "VmInstanceVO") -> dict[str, object]:
    return {"params": {"resourceType": kind, "resourceUuid": resource, "tag": text}}


class TestUserTags:
    def test_tag_is_made_without_the_blanks_around_it(self, admin: NodeClient) -> None:
        made = admin.job("POST", "/v1/user-tags", tag_of(" a = 'b' "), X_JSON_Schema="true").json["inventory"]
        assert re.fullmatch("[0-9a-f]{32}", made["uuid"])
        assert (made["tag"], made["type"], made["resourceUuid"]) == ("a = 'b'", "User", WEB_1)
        assert admin.query("user-tags", f"resourceUuid={WEB_1}").json["inventories"] == [made]
        assert admin.query("vm-instances", "__userTag__ not null").column("uuid") == [WEB_2, WEB_1]

    @pytest.mark.parametrize(
        ("body", "missing"),
        [(None, "tag"), ({"params": {"tag": "x"}}, "resourceUuid"), (tag_of("x", kind="")["params"], "tag")],
    )
    def test_missing_parameter_is_named_in_the_job(self, admin: NodeClient, body: object, missing: str) -> None:
        error = admin.job("POST", "/v1/user-tags", body).error
        assert (error["code"], f"field[{missing}]" in error["details"]) == ("SYS.1007", True)

    @pytest.mark.parametrize(("resource", "kind"), [(NO_UUID, "VmInstanceVO"), (WEB_1, "ImageVO"), (WEB_1, "Nothing")])
    def test_tag_of_nothing(self, admin: NodeClient, resource: str, kind: str) -> None:
        assert admin.job("POST", "/v1/user-tags", tag_of("x", resource, kind)).error["code"] == "SYS.1003"

    def test_another_s_resource_is_not_tagged(self, tenant: NodeClient) -> None:
        assert tenant.job("POST", "/v1/user-tags", tag_of("x", WEB_2)).error["code"] == "SYS.1006"

    def test_tag_is_deleted(self, admin: NodeClient, tenant: NodeClient) -> None:
        (uuid,) = admin.query("user-tags", "tag=pad").column("uuid")
        assert tenant.job("DELETE", f"/v1/tags/{uuid}").error["code"] == "SYS.1006"
        assert admin.job("DELETE", f"/v1/tags/{uuid}?deleteMode=Permissive").json == {}
        assert admin.job("DELETE", f"/v1/tags/{uuid}").json == {}
        assert admin.query("user-tags", "tag=pad").column("uuid") == []

    def test_system_tags_of_the_file(self) -> None:
        tags = [
            {"uuid": "a", "resourceUuid": WEB_2, "resourceType": "VmInstanceVO", "tag": "vmPriority::High"},
            {"uuid": "b", "resourceUuid": WEB_1, "resourceType": "VmInstanceVO", "tag": "ha::None", "inherent": True},
        ]
        with run_cloud(changed_cloud(systemTags=tags)) as running:
            found = running.admin().query("system-tags", "tag~=vm%", fields="tag").json
        assert found["inventories"] == [{"inherent": False, "tag": "vmPriority::High"}]


class TestNode:
    def test_says_that_it_is_ready_and_its_version_without_credentials(self, cloud: RunningCloud) -> None:
        client = cloud.client()
        assert client.get("/v1/management-nodes/ready").json == {}
        version = client.call("PUT", "/v1/management-nodes/actions", {"getVersion": {}})
        assert version.json == {"success": True, "version": "5.2.1"}

    def test_says_its_time(self, cloud: RunningCloud) -> None:
        body = cloud.client().call("PUT", "/v1/management-nodes/actions", {"getCurrentTime": {}}).json
        now = datetime.now(ZoneInfo("UTC")).timestamp()
        assert abs(body["currentTime"]["Seconds"] - now) < 30
        assert body["currentTime"]["MillionSeconds"] // 1000 == body["currentTime"]["Seconds"]

    @pytest.mark.parametrize(
        ("zone", "offset"), [("UTC", "+00:00"), ("Asia/Kathmandu", "+05:45"), ("America/Caracas", "-04:00")]
    )
    def test_says_its_zone(self, zone: str, offset: str) -> None:
        with run_cloud(changed_cloud(timezone=zone)) as running:
            body = running.admin().get("/v1/management-nodes/platform-timezone").json
        assert body == {"offset": offset, "timezone": zone, "success": True}
