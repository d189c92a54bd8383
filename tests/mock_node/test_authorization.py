"""The Authorization header: what kinds there are, and access keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.mock_node.client import changed_cloud, run_cloud
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mock_node.client import NodeClient, Response, RunningCloud

ISO = "c6a5387777330bdbd7210dff076ce2ef"
TARGET = f"/v1/images/iso/{ISO}/vm-candidates"
SHANGHAI = ZoneInfo("Asia/Shanghai")
SECRET = "secret"
KEY = MockAuthConfig(access_key_id="key-id", access_key_secret=Secret(SECRET))


def sign(method: str, date: str, path: str, secret: str = SECRET) -> str:
    digest = hmac.new(secret.encode(), f"{method}\n{date}\n{path}".encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def wall_clock(zone: str = "Asia/Shanghai", ahead: timedelta = timedelta()) -> str:
    return f"{datetime.now(SHANGHAI) + ahead:%a, %d %b %Y %H:%M:%S} {zone}"


def signed(
    client: NodeClient, date: str, target: str = TARGET, method: str = "GET", key_id: str = "key-id"
) -> Response:
    signature = sign(method, date, target.partition("?")[0].replace("%20", " "))
    return client.send(method, target, {"Date": date, "Authorization": f"ZStack {key_id}:{signature}"})


@pytest.fixture
def commercial() -> Iterator[NodeClient]:
    with run_cloud(config=KEY) as running:
        yield running.client()


class TestKinds:
    @pytest.mark.parametrize(
        ("authorization", "text"),
        [
            (None, "missing header 'Authorization'"),
            ("", "Authorization type must be 'OAuth'"),
            ("Basic x", "Authorization type must be 'OAuth'"),
            ("oauth x", "Authorization type must be 'OAuth'"),
            ("zstack x:y", "Authorization type must be 'OAuth'"),
        ],
    )
    def test_no_such_kind(self, cloud: RunningCloud, authorization: str | None, text: str) -> None:
        client = cloud.client()
        client.authorization = authorization
        response = client.get(TARGET)
        assert (response.status, response.text) == (400, text)
        assert ("connection", "close") in response.headers

    def test_url_is_looked_at_before_it(self, cloud: RunningCloud) -> None:
        response = cloud.client().get("/v1/nope")
        assert (response.status, response.text) == (404, "no api mapping to /v1/nope")

    @pytest.mark.parametrize("authorization", ["OAuth", "OAuth  "])
    def test_empty_session_is_none(self, cloud: RunningCloud, authorization: str) -> None:
        client = cloud.client()
        client.authorization = authorization
        assert client.get(TARGET).error["code"] == "ID.1001"

    def test_blank_after_the_kind_is_not_needed(self, admin: NodeClient) -> None:
        admin.authorization = str(admin.authorization).replace(" ", "")
        assert admin.get(TARGET).status == 200


class TestAccessKey:
    def test_documented_vector(self) -> None:
        path = "/v1/images/iso/0123456789abcdef0123456789abcdef/vm-candidates"
        assert sign("GET", "Tue, 24 Nov 2026 18:33:28 UTC", path) == "kIEKZ6rx6KxrdrKhjup+Ea4lFP4="

    @pytest.mark.parametrize(
        "zone",
        [
            *("Asia/Shanghai", "Etc/UTC", "America/New_York", "CST", "UTC", "GMT", "EST", "MMT", "Z", "+08:00", "-03:30"),
            *("GMT+08:00", "UTC+08:00", "+05:45", "PRC", "+08:00:00"),
        ],
    )  # fmt: skip
    def test_zone_is_read_and_then_ignored(self, commercial: NodeClient, zone: str) -> None:
        assert signed(commercial, wall_clock(zone)).status == 200

    @pytest.mark.parametrize(
        "zone",
        ["+0800", "GMT+8", "UTC+8", "+08", "+19:00", "Asia/Nowhere", "XYZT", "z", "Asia", "../x", "Asia/Shanghai x"],
    )
    def test_zone_that_java_does_not_read(self, commercial: NodeClient, zone: str) -> None:
        assert signed(commercial, wall_clock(zone)).status == 400

    @pytest.mark.parametrize("minutes", [-14, 14])
    def test_a_quarter_of_an_hour_off_is_accepted(self, commercial: NodeClient, minutes: int) -> None:
        assert signed(commercial, wall_clock(ahead=timedelta(minutes=minutes))).status == 200

    @pytest.mark.parametrize("minutes", [-16, 16, -480])
    def test_more_is_too_skewed(self, commercial: NodeClient, minutes: int) -> None:
        response = signed(commercial, wall_clock(ahead=timedelta(minutes=minutes)))
        assert (response.status, response.text) == (403, "requestTimeTooSkewed")

    def test_right_moment_in_another_zone_is_too_skewed(self, commercial: NodeClient) -> None:
        date = f"{datetime.now(timezone.utc):%a, %d %b %Y %H:%M:%S} UTC"
        assert signed(commercial, date).status == 403

    def test_zone_of_the_option_counts_before_the_cloud_s(self) -> None:
        with run_cloud(config=KEY._replace(zone=ZoneInfo("America/New_York"))) as running:
            date = f"{datetime.now(ZoneInfo('America/New_York')):%a, %d %b %Y %H:%M:%S} Asia/Shanghai"
            assert signed(running.client(), date).status == 200
            assert (
                running.client()
                .log_in("admin", "password")
                .get("/v1/management-nodes/platform-timezone")
                .json["timezone"]
                == "America/New_York"
            )

    @pytest.mark.parametrize(
        "date", ["yesterday", "2026-11-24 18:33:28", "Mon, 24 Nov 2026 18:33:28 UTC", "Tue, 31 Nov 2026 18:33:28 UTC"]
    )
    def test_unreadable_date(self, commercial: NodeClient, date: str) -> None:
        assert signed(commercial, date).status == 400

    def test_no_date(self, commercial: NodeClient) -> None:
        response = commercial.send("GET", TARGET, {"Authorization": "ZStack key-id:x"})
        assert response.status == 400

    @pytest.mark.parametrize("value", ["key-id", "key-id:", "key-id:a:b"])
    def test_value_that_is_no_key_and_signature(self, commercial: NodeClient, value: str) -> None:
        response = commercial.send("GET", TARGET, {"Date": wall_clock(), "Authorization": f"ZStack {value}"})
        assert response.status == 400

    def test_another_key_or_signature_is_refused(self, commercial: NodeClient) -> None:
        assert signed(commercial, wall_clock(), key_id="another").error["code"] == "ID.1000"
        headers = {"Date": wall_clock(), "Authorization": f"ZStack key-id:{sign('PUT', wall_clock(), TARGET)}"}
        assert commercial.send("GET", TARGET, headers).error["details"] == "wrong accessKey signature"

    def test_signature_is_of_the_decoded_path_without_the_query(self, commercial: NodeClient) -> None:
        target = f"/v1/images/iso/{ISO}%20/vm-candidates?systemTags=a"
        assert signed(commercial, wall_clock(), target).status == 200

    def test_it_is_the_admin_s_and_any_where_none_is_set(self) -> None:
        with run_cloud(changed_cloud(), MockAuthConfig()) as running:
            client = running.client()
            response = client.send("GET", "/v1/images", {"Date": wall_clock(), "Authorization": "ZStack any:thing"})
            assert len(response.column("uuid")) == 6

    def test_job_is_done_with_it(self, commercial: NodeClient) -> None:
        target = f"/v1/vm-instances/2a9eba0cdf561d802a759159fb7ff337/iso/{ISO}"
        assert signed(commercial, wall_clock(), target, "POST").status == 202

    def test_open_source_node_has_none_and_looks_at_nothing_else(self, cloud: RunningCloud) -> None:
        response = cloud.client().send("GET", TARGET, {"Authorization": "ZStack nonsense"})
        assert response.status == 500
        assert "RestAuthenticationBackend" in response.text
