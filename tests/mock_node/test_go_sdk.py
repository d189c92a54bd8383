"""What ZStack's Go SDK sends, read as strictly as it reads.

The SDK unmarshals into structs: an ``int64`` takes no ``8.589934592E9``, a time is in the layout
``Jan 2, 2006 3:04:05 PM`` and no other. It sends ``deleteMode`` with every DELETE, names a drive
with every attach, and asks the location of a 202 until that is no 202.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.mock_node.client import RECORDED_CLOUD, NodeClient, Response, changed_cloud, run_cloud, sha512
from tests.mock_node.test_authorization import sign, wall_clock
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WEB_2 = "2a9eba0cdf561d802a759159fb7ff337"
DB_2 = "5af84e6b4f59672710e6d8e6568068b9"
CENTOS, UBUNTU = "c6a5387777330bdbd7210dff076ce2ef", "0d464138a62332553fc1ea36f17fd374"

TIME = re.compile(
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-3]?\d, \d{4} (1[0-2]|[1-9]):[0-5]\d:[0-5]\d [AP]M"
)
BASE = {"uuid": str, "name": str, "description": str, "createDate": TIME, "lastOpDate": TIME}
CDROM = {**BASE, "vmInstanceUuid": str, "deviceId": int, "isoUuid": str, "isoInstallPath": str}
NIC = {**BASE, "ip": str, "mac": str, "netmask": str, "gateway": str, "deviceId": int}
VOLUME = {**BASE, "size": int, "actualSize": int, "deviceId": int, "isShareable": bool}
VM = {
    **BASE,
    **dict.fromkeys(("zoneUuid", "clusterUuid", "hostUuid", "platform", "architecture", "guestOsType", "state"), str),
    **dict.fromkeys(("memorySize", "cpuNum", "cpuSpeed"), int),
    "vmNics": [NIC],
    "allVolumes": [VOLUME],
    "vmCdRoms": [CDROM],
}
IMAGE = {
    **BASE,
    **dict.fromkeys(("state", "status", "mediaType", "format", "platform", "architecture"), str),
    **dict.fromkeys(("size", "actualSize"), int),
    "virtio": bool,
    "backupStorageRefs": [{"imageUuid": str, "backupStorageUuid": str, "createDate": str}],
}
SESSION = {"uuid": str, "accountUuid": str, "userUuid": str, "expiredDate": TIME}


def unmarshal(value: Any, into: Any, path: str = "") -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value as Go's structs take it: fields of other names are passed over, missing ones are zero."""
    if isinstance(into, re.Pattern):
        assert into.fullmatch(str(value)), f"{path}: {value!r} is no time"
    elif isinstance(into, list):
        assert isinstance(value, list), path
        return [unmarshal(item, into[0], f"{path}[{index}]") for index, item in enumerate(value)]
    elif isinstance(into, dict):
        assert isinstance(value, dict), path
        return {key: unmarshal(value[key], kind, f"{path}.{key}") for key, kind in into.items() if key in value}
    else:
        assert type(value) is into, f"{path}: {value!r} is no {into}"
    return value


class GoSdk:
    """The calls of the SDK: with a session of a login, or signed by an access key."""

    def __init__(self, url: str, key: tuple[str, str] | None = None) -> None:
        self._client = NodeClient(url)
        self._key = key
        self._session = ""

    def log_in(self, account: str, password: str) -> Any:  # noqa: ANN401
        body = {"logInByAccount": {"accountName": account, "password": sha512(password)}}
        response = self._client.send("PUT", "/v1/accounts/login", {}, json.dumps(body))
        session = unmarshal(self._read(response)["inventory"], SESSION)
        self._session = session["uuid"]
        return session

    def request(self, method: str, target: str, body: object = None) -> Any:  # noqa: ANN401
        headers = self._headers(method, target)
        if body is not None:
            headers["Content-Type"] = "application/json"
        response = self._client.send(method, target, headers, None if body is None else json.dumps(body))
        read = self._read(response)
        if "location" not in read:
            return read
        # The headers of the call go with the question for its job, the old signature too.
        location = urlsplit(read["location"])
        assert f"http://{location.netloc}" == self._client.url
        job = self._client.send("GET", location.path.removeprefix("/zstack"), headers)
        assert job.status == 200, job.text
        return job.json

    def _read(self, response: Response) -> Any:  # noqa: ANN401
        assert response.status in {200, 202}, response.text
        return response.json

    def _headers(self, method: str, target: str) -> dict[str, str]:
        if self._key is None:
            return {"Authorization": f"OAuth {self._session}", "X-Session-Id": self._session}
        key_id, secret = self._key
        date = wall_clock("CST")
        signature = sign(method, date, target.partition("?")[0], secret)
        return {"Authorization": f"ZStack {key_id}:{signature}", "Date": date}

    def page(self, resource: str, kind: Mapping[str, Any], **parameters: str | int) -> tuple[list[Any], int]:
        query = urlencode({**parameters, "replyWithCount": "true"})
        body = self.request("GET", f"/v1/{resource}?{query}")
        return unmarshal(body["inventories"], [kind]), unmarshal(body["total"], int)

    def log_out(self) -> None:
        self.request("DELETE", f"/v1/accounts/sessions/{self._session}?deleteMode=")


@pytest.fixture(params=["session", "access key"])
def sdk(request: pytest.FixtureRequest) -> Iterator[GoSdk]:
    config = MockAuthConfig(access_key_id="key-id", access_key_secret=Secret("secret"))
    with run_cloud(changed_cloud(dates="java8"), config) as running:
        if request.param == "session":
            client = GoSdk(running.url)
            client.log_in("admin", "password")
        else:
            client = GoSdk(running.url, ("key-id", "secret"))
        yield client


def test_candidates(sdk: GoSdk) -> None:
    body = sdk.request("GET", f"/v1/images/iso/{CENTOS}/vm-candidates")
    assert len(unmarshal(body["inventories"], [VM])) == 4


def test_images_by_query_and_by_uuid(sdk: GoSdk) -> None:
    images, total = sdk.page("images", IMAGE, q="mediaType=ISO", limit=2, start=1, sort="+name")
    assert ([image["name"] for image in images][1], total) == ("dis.iso", 5)
    (one,) = unmarshal(sdk.request("GET", f"/v1/images/{UBUNTU}")["inventories"], [IMAGE])
    assert one["name"] == "ubuntu-22.04.iso"


def test_pages_of_vms(sdk: GoSdk) -> None:
    vms, total = sdk.page("vm-instances", VM, limit=50, start=0)
    assert (len(vms), total) == (5, 5)
    assert vms[0]["memorySize"] == 8589934592


def test_iso_candidates_with_the_parameters_of_a_query(sdk: GoSdk) -> None:
    body = sdk.request("GET", f"/v1/vm-instances/{DB_2}/iso-candidates?limit=10&replyWithCount=true")
    assert [image["uuid"] for image in unmarshal(body["inventories"], [IMAGE])] == [CENTOS]


def test_pages_of_cdroms(sdk: GoSdk) -> None:
    drives, total = sdk.page("vm-instances/cdroms", CDROM, q=f"vmInstanceUuid={DB_2}")
    assert ([drive["isoUuid"] for drive in drives], total) == ([UBUNTU], 1)


def test_attach_without_a_drive_and_detach_with_a_delete_mode(sdk: GoSdk) -> None:
    body = sdk.request("POST", f"/v1/vm-instances/{WEB_2}/iso/{CENTOS}", {"systemTags": ["cdromUuid::"]})
    assert unmarshal(body["inventory"], VM)["vmCdRoms"][0]["isoUuid"] == CENTOS
    body = sdk.request("DELETE", f"/v1/vm-instances/{WEB_2}/iso?isoUuid={CENTOS}&deleteMode=Permissive")
    assert "isoUuid" not in unmarshal(body["inventory"], VM)["vmCdRoms"][0]


def test_tags(sdk: GoSdk) -> None:
    tag = {"resourceType": "VmInstanceVO", "resourceUuid": WEB_2, "tag": "new"}
    made = unmarshal(sdk.request("POST", "/v1/user-tags", {"params": tag})["inventory"], {**BASE, "tag": str})
    tags, _ = sdk.page("user-tags", {"uuid": str, "tag": str}, q="tag=new")
    assert [found["uuid"] for found in tags] == [made["uuid"]]
    sdk.request("DELETE", f"/v1/tags/{made['uuid']}?deleteMode=Permissive")
    assert sdk.page("user-tags", {"uuid": str}, q="tag=new") == ([], 0)


def test_logout() -> None:
    with run_cloud(changed_cloud(dates="java8")) as running:
        sdk = GoSdk(running.url)
        session = sdk.log_in("tenant", "pw")
        assert session["accountUuid"] == RECORDED_CLOUD["accounts"][1]["uuid"]
        assert running.node.count_live_sessions() == 1
        sdk.log_out()
        assert running.node.count_live_sessions() == 0
