"""Access keys: the signature, its date and time zone, and the errors of a node that rejects it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest

from tests.helpers.mock_cloud import KEY_SECRET, run_mock_cloud
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso.api.access_keys import format_java_date, signed_headers
from zsiso.config.credentials import AccessKey
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.mock_node import MockAuthConfig
from zsiso.transport.messages import ApiRequest

MOMENT = datetime(2026, 11, 24, 18, 33, 28, tzinfo=timezone.utc)


def test_access_key_signature_matches_documented_example() -> None:
    key = AccessKey("an-id", InlineSecret("", Secret("secret")))
    uri = "/v1/images/iso/0123456789abcdef0123456789abcdef/vm-candidates"
    headers = signed_headers(key, Secret("secret"), ApiRequest("GET", uri), MOMENT)
    assert [(header.name, header.value) for header in headers] == [
        ("Date", "Tue, 24 Nov 2026 18:33:28 UTC"),
        ("Authorization", "ZStack an-id:kIEKZ6rx6KxrdrKhjup+Ea4lFP4="),
    ]


@pytest.mark.parametrize(
    ("zone", "date"),
    [
        ("UTC", "Tue, 24 Nov 2026 18:33:28 UTC"),
        ("Asia/Shanghai", "Wed, 25 Nov 2026 02:33:28 Asia/Shanghai"),
        ("America/Sao_Paulo", "Tue, 24 Nov 2026 15:33:28 America/Sao_Paulo"),
        ("Asia/Kathmandu", "Wed, 25 Nov 2026 00:18:28 Asia/Kathmandu"),
    ],
)
def test_date_of_access_key_names_id_of_time_zone(zone: str, date: str) -> None:
    assert format_java_date(MOMENT.astimezone(ZoneInfo(zone))) == date


def test_date_of_access_key_has_two_digits_for_the_day() -> None:
    assert format_java_date(MOMENT.replace(day=3)) == "Tue, 03 Nov 2026 18:33:28 UTC"


def make_profile(url: str, settings: str = "") -> str:
    return f'[profiles.a]\nurl = "{url}"\naccess_key_id = "key-id"\naccess_key_secret = "{KEY_SECRET}"\n{settings}\n'


SHANGHAI = MockAuthConfig(access_key_id="key-id", access_key_secret=Secret(KEY_SECRET), zone=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("zone", ["Etc/GMT+8", "America/Argentina/Buenos_Aires", "EST5EDT", "Etc/UTC"])
def test_mock_node_accepts_date_in_zone_with_unusual_id(user: User, zone: str) -> None:
    accepts = SHANGHAI._replace(zone=ZoneInfo(zone))
    with run_mock_cloud(accepts) as cloud:
        user.write_config(make_profile(cloud.url, f'timezone = "{zone}"'))
        assert user.run("candidates", ISO, "-q").code == 0
        assert cloud.requests[0].headers["date"].endswith(f" {zone}")


class TestAccessKeyRequest:
    @pytest.mark.parametrize("env", [{}, {"LC_ALL": "zh_CN.UTF-8"}, {"TZ": "America/New_York"}, {"PYTHONTZPATH": ""}])
    def test_access_key_signs_request_in_any_locale(self, user: User, env: dict[str, str]) -> None:
        with run_mock_cloud(SHANGHAI) as cloud:
            user.write_config(make_profile(cloud.url, 'timezone = "Asia/Shanghai"'))
            result = user.run_process("candidates", ISO, "--json", "-q", "--user-tag", "a b", env=env)
            assert (result.code, result.err) == (0, "")
            assert cloud.requests[0].headers["date"].endswith(" Asia/Shanghai")
            assert not (user.home / ".local").exists()

    def test_wrong_access_key_secret_exits_4(self, user: User) -> None:
        with run_mock_cloud(SHANGHAI) as cloud:
            user.write_config(
                make_profile(cloud.url, 'timezone = "Asia/Shanghai"').replace(KEY_SECRET, "another-secret")
            )
            result = user.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")

    def test_wrong_time_zone_exits_4(self, user: User) -> None:
        with run_mock_cloud(SHANGHAI) as cloud:
            user.write_config(make_profile(cloud.url))
            result = user.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert (
            result.err.splitlines()[0]
            == "zsiso: the management node rejected the time of the request: the clocks agree, so the time zone is wrong"
        )
        assert result.err.endswith(
            "hint: set timezone in the profile to the management node's time zone, often Asia/Shanghai\n"
        )

    @pytest.mark.parametrize("ahead", [timedelta(hours=8), timedelta(minutes=-20)])
    def test_wrong_clock_exits_4_and_shows_both_times(self, user: User, node: ScriptedNode, ahead: timedelta) -> None:
        node_time = datetime.now(timezone.utc) + ahead
        node.respond("requestTimeTooSkewed", 403, (f"Date: {format_datetime(node_time.replace(tzinfo=None))[:-5]}GMT",))
        user.write_config(make_profile(node.url, 'timezone = "Asia/Shanghai"'))
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        summary, our_line, node_line, *_ = result.err.splitlines()
        assert summary == "zsiso: the management node rejected the time of the request: the clocks differ"
        assert re.fullmatch(r"  this machine's clock: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", our_line)
        shown_time = datetime.strptime(node_line, "  the management node's clock: %Y-%m-%d %H:%M:%S UTC").replace(
            tzinfo=timezone.utc
        )
        assert abs(shown_time - node_time) < timedelta(seconds=2)

    @pytest.mark.parametrize("headers", [(), ("Date: yesterday",)])
    def test_clock_error_without_node_time_exits_4(
        self, user: User, node: ScriptedNode, headers: tuple[str, ...]
    ) -> None:
        node.respond("requestTimeTooSkewed", 403, headers)
        user.write_config(make_profile(node.url))
        result = user.run("candidates", ISO)
        assert result.code == 4
        assert "and does not report its own\n" in result.err
        assert "timezone" in result.err

    def test_node_without_access_key_support_exits_4(self, user: User) -> None:
        with run_mock_cloud(MockAuthConfig(access_keys=False)) as cloud:
            user.write_config(make_profile(cloud.url))
            result = user.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.endswith("hint: set an account and a password in the profile instead\n")

    def test_mock_node_uses_time_zone_of_profile(self, user: User) -> None:
        user.write_config(make_profile("http://127.0.0.1:1", 'timezone = "Asia/Shanghai"'))
        assert user.run("candidates", "--mock").code == 0
