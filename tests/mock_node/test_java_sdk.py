"""What ZStack's Java SDK sends, read as strictly as it reads.

The SDK asks for a ``schema`` with every call, and makes an object of each path in it: each has to
lead to an object of the body, and each object of the server's has to have one. It gives every call
a job UUID of its own, polls the location of a 202 with the same headers, and signs with a
region's id.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.mock_node.client import NodeClient, run_cloud, sha512
from tests.mock_node.test_authorization import sign, wall_clock
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB_2 = "2a9eba0cdf561d802a759159fb7ff337"
CENTOS = "c6a5387777330bdbd7210dff076ce2ef"
CLASSES: dict[str, dict[str, type]] = {
    "org.zstack.header.vm.VmInstanceInventory": {"memorySize": int, "cpuNum": int, "createDate": str},
    "org.zstack.header.vm.VmNicInventory": {"ip": str, "deviceId": int},
    "org.zstack.header.network.l3.UsedIpInventory": {"ip": str, "ipVersion": int},
    "org.zstack.header.volume.VolumeInventory": {"size": int, "actualSize": int},
    "org.zstack.header.vm.cdrom.VmCdRomInventory": {"deviceId": int},
    "org.zstack.header.image.ImageInventory": {"size": int, "system": bool},
    "org.zstack.header.image.ImageBackupStorageRefInventory": {"id": int, "backupStorageUuid": str},
    "org.zstack.header.tag.UserTagInventory": {"tag": str, "resourceUuid": str},
    "org.zstack.header.identity.SessionInventory": {"uuid": str, "expiredDate": str, "noSessionEvaluation": bool},
}


def make_objects(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body, having checked that its schema says the class of each of its objects."""
    schema = body.pop("schema")
    objects = dict(_objects(body, ""))
    assert set(schema) == set(objects)
    for path, row in objects.items():
        for field, kind in CLASSES[schema[path]].items():
            assert type(row[field]) is kind, f"{path}.{field}"
    return body


def _objects(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        if path:
            yield path, value
        for key, item in value.items():
            yield from _objects(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _objects(item, f"{path}[{index}]")


class JavaSdk:
    """The calls of the SDK: with a session, or signed by an access key in a zone."""

    def __init__(self, url: str, zone: str | None = None) -> None:
        self._client = NodeClient(url)
        self._zone = zone
        self.session = "null"

    def call(self, method: str, target: str, body: object = None, *, wants_session: bool = True) -> dict[str, Any]:
        headers = {"X-Job-UUID": uuid.uuid4().hex, "X-JSON-Schema": "true"}
        if wants_session:
            headers |= self._authorization(method, target)
        text = None
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            text = json.dumps(body)
        response = self._client.send(method, target, headers, text)
        assert response.status in {200, 202}, response.text
        if response.status == 202:
            location = urlsplit(response.json["location"]).path
            assert location.endswith(f"/zstack/v1/api-jobs/{headers['X-Job-UUID']}")
            poll = {"Authorization": f"OAuth {self.session}", "X-JSON-Schema": "true"}
            response = self._client.send("GET", location.removeprefix("/zstack"), poll)
            assert response.status == 200, response.text
        return make_objects(response.json)

    def _authorization(self, method: str, target: str) -> dict[str, str]:
        if self._zone is None:
            return {"Authorization": f"OAuth {self.session}"}
        date = wall_clock(self._zone)
        return {"Date": date, "Authorization": f"ZStack key-id:{sign(method, date, target.partition('?')[0])}"}

    def log_in(self) -> None:
        body = {"logInByAccount": {"accountName": "admin", "password": sha512("password")}}
        session = self.call("PUT", "/v1/accounts/login", body, wants_session=False)["inventory"]
        assert re.fullmatch("[0-9a-f]{32}", session["uuid"])
        self.session = session["uuid"]

    def query(self, resource: str, *conditions: str, **parameters: str) -> dict[str, Any]:
        pairs = [("q", condition) for condition in conditions]
        return self.call("GET", f"/v1/{resource}?{urlencode([*pairs, *parameters.items()])}")


@pytest.fixture(params=[None, "Asia/Shanghai", "Etc/UTC", "+08:00", "Z"])
def sdk(request: pytest.FixtureRequest) -> Iterator[JavaSdk]:
    config = MockAuthConfig(access_key_id="key-id", access_key_secret=Secret("secret"))
    with run_cloud(config=config) as running:
        client = JavaSdk(running.url, request.param)
        if request.param is None:
            client.log_in()
        yield client


def test_candidates(sdk: JavaSdk) -> None:
    assert len(sdk.call("GET", f"/v1/images/iso/{CENTOS}/vm-candidates?systemTags=a%3A%3Ab")["inventories"]) == 4


def test_images(sdk: JavaSdk) -> None:
    found = sdk.query("images", "mediaType=ISO", "name~=%.iso", sort="+name", replyWithCount="true", limit="2")
    assert (found["inventories"][0]["name"], found["total"]) == ("arm.iso", 5)


def test_tags(sdk: JavaSdk) -> None:
    body = {"params": {"resourceType": "VmInstanceVO", "resourceUuid": WEB_2, "tag": " new "}}
    assert sdk.call("POST", "/v1/user-tags", body)["inventory"]["tag"] == "new"
    assert len(sdk.query("user-tags", "resourceType=VmInstanceVO", "tag=new")["inventories"]) == 1


def test_attach_and_detach(sdk: JavaSdk) -> None:
    vm = sdk.call("POST", f"/v1/vm-instances/{WEB_2}/iso/{CENTOS}", {"params": {}})["inventory"]
    assert vm["vmCdRoms"][0]["isoUuid"] == CENTOS
    vm = sdk.call("DELETE", f"/v1/vm-instances/{WEB_2}/iso?isoUuid={CENTOS}")["inventory"]
    assert "isoUuid" not in vm["vmCdRoms"][0]


def test_logout_has_an_empty_schema() -> None:
    with run_cloud() as running:
        sdk = JavaSdk(running.url)
        sdk.log_in()
        assert sdk.call("DELETE", f"/v1/accounts/sessions/{sdk.session}", wants_session=False) == {}
        assert running.node.count_live_sessions() == 0
