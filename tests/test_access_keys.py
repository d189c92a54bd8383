"""Access keys: what is signed, in which time zone, and what is said when the node disagrees."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pytest

from tests.cloud import KEY_SECRET, running_cloud
from tests.command import ISO, User
from zsiso.api.access_keys import format_java_date, signed_headers
from zsiso.config.credentials import AccessKey
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.mock_node.cloud import Accepts
from zsiso.transport.messages import ApiRequest

if TYPE_CHECKING:
    from tests.node import Node

MOMENT = datetime(2026, 11, 24, 18, 33, 28, tzinfo=timezone.utc)
# As a JDK 17's SimpleDateFormat("EEE, dd MMM yyyy HH:mm:ss z", ENGLISH) was seen to parse them.
JAVA_DATE = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d ([A-Za-z]{3,5}|GMT[+-]\d\d:\d\d)"


def test_the_documented_vector() -> None:
    key = AccessKey("an-id", InlineSecret("", Secret("secret")))
    uri = "/v1/images/iso/0123456789abcdef0123456789abcdef/vm-candidates"
    headers = signed_headers(key, Secret("secret"), ApiRequest("GET", uri), MOMENT)
    assert [(header.name, header.value) for header in headers] == [
        ("Date", "Tue, 24 Nov 2026 18:33:28 UTC"),
        ("Authorization", "ZStack an-id:kIEKZ6rx6KxrdrKhjup+Ea4lFP4="),
    ]


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("UTC", "Tue, 24 Nov 2026 18:33:28 UTC"),
        ("Asia/Shanghai", "Wed, 25 Nov 2026 02:33:28 CST"),
        ("America/Sao_Paulo", "Tue, 24 Nov 2026 15:33:28 GMT-03:00"),
        ("Asia/Kathmandu", "Wed, 25 Nov 2026 00:18:28 GMT+05:45"),
    ],
)
def test_a_date_in_a_zone(zone: str, written: str) -> None:
    assert format_java_date(MOMENT.astimezone(ZoneInfo(zone))) == written


def test_every_zone_has_a_form_that_java_reads() -> None:
    for name in available_timezones():
        for month in (1, 7):
            written = format_java_date(MOMENT.replace(month=month).astimezone(ZoneInfo(name)))
            assert re.fullmatch(JAVA_DATE, written), name


def key_profile(url: str, more: str = "") -> str:
    return f'[profiles.a]\nurl = "{url}"\naccess_key_id = "key-id"\naccess_key_secret = "{KEY_SECRET}"\n{more}\n'


SHANGHAI = Accepts(access_key_id="key-id", access_key_secret=Secret(KEY_SECRET), zone=ZoneInfo("Asia/Shanghai"))


class TestOnTheWire:
    @pytest.mark.parametrize("env", [{}, {"LC_ALL": "zh_CN.UTF-8"}, {"TZ": "America/New_York"}, {"PYTHONTZPATH": ""}])
    def test_a_call_is_signed(self, user: User, env: dict[str, str]) -> None:
        with running_cloud(SHANGHAI) as cloud:
            user.writes_config(key_profile(cloud.url, 'timezone = "Asia/Shanghai"'))
            result = user.runs("candidates", ISO, "--json", "-q", "--user-tag", "a b", env=env)
            assert (result.code, result.err) == (0, "")
            assert cloud.asked[0].headers["date"].endswith(" CST")
            assert not (user.home / ".local").exists()

    def test_a_wrong_secret(self, user: User) -> None:
        with running_cloud(SHANGHAI) as cloud:
            user.writes_config(
                key_profile(cloud.url, 'timezone = "Asia/Shanghai"').replace(KEY_SECRET, "another-secret")
            )
            result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (4, "")

    def test_a_wrong_zone(self, user: User) -> None:
        with running_cloud(SHANGHAI) as cloud:
            user.writes_config(key_profile(cloud.url))
            result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert (
            result.err.splitlines()[0]
            == "zsiso: the request's time is not the node's: the clocks agree, so the time zone is wrong"
        )
        assert result.err.endswith("hint: set timezone in the profile to the node's own zone, often Asia/Shanghai\n")

    @pytest.mark.parametrize("ahead", [timedelta(hours=8), timedelta(minutes=-20)])
    def test_a_wrong_clock(self, user: User, node: Node, ahead: timedelta) -> None:
        theirs = datetime.now(timezone.utc) + ahead
        node.answers("requestTimeTooSkewed", 403, (f"Date: {format_datetime(theirs.replace(tzinfo=None))[:-5]}GMT",))
        user.writes_config(key_profile(node.url, 'timezone = "Asia/Shanghai"'))
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        what, ours, node_s, *_ = result.err.splitlines()
        assert what == "zsiso: the request's time is not the node's: the clocks disagree"
        assert re.fullmatch(r"  our clock: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", ours)
        told = datetime.strptime(node_s, "  the node's clock: %Y-%m-%d %H:%M:%S UTC").replace(tzinfo=timezone.utc)
        assert abs(told - theirs) < timedelta(seconds=2)

    @pytest.mark.parametrize("header", [(), ("Date: yesterday",)])
    def test_a_node_that_tells_no_time(self, user: User, node: Node, header: tuple[str, ...]) -> None:
        node.answers("requestTimeTooSkewed", 403, header)
        user.writes_config(key_profile(node.url))
        result = user.runs("candidates", ISO)
        assert result.code == 4
        assert "the node does not tell its own\n" in result.err
        assert "timezone" in result.err

    def test_an_open_source_node(self, user: User) -> None:
        with running_cloud(Accepts(access_keys=False)) as cloud:
            user.writes_config(key_profile(cloud.url))
            result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.endswith("hint: give the profile an account and a password instead\n")

    def test_the_mock_node_s_wall_clock_is_the_profile_s(self, user: User) -> None:
        user.writes_config(key_profile("http://127.0.0.1:1", 'timezone = "Asia/Shanghai"'))
        assert user.runs("candidates", "--mock").code == 0


@pytest.mark.parametrize("name", ["Asia/Shangai", "", "../x", "/etc/passwd", "Asia", "UTC+8", "a\\u0000b"])
def test_a_zone_that_there_is_not(user: User, name: str) -> None:
    user.writes_config(key_profile("http://a", f'timezone = "{name}"'))
    result = user.runs("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert "profiles.a.timezone names no time zone: " in result.err
    assert ('did you mean "Asia/Shanghai"' in result.err) == (name == "Asia/Shangai")


class TestEnvironment:
    @pytest.mark.parametrize(
        ("variables", "kind"),
        [
            ({"ZSISO_SESSION": "some-session"}, "OAuth some-session"),
            ({"ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}, "OAuth a-session"),
            ({"ZSISO_ACCESS_KEY_ID": "id", "ZSISO_ACCESS_KEY_SECRET": "s"}, "ZStack id:"),
            (
                {"ZSISO_ACCESS_KEY_ID": "id", "ZSISO_ACCESS_KEY_SECRET": "s", "ZSISO_TIMEZONE": "Asia/Shanghai"},
                "ZStack id:",
            ),
            ({"ZSTACK_ACCOUNT_NAME": "admin", "ZSTACK_ACCOUNT_PASSWORD": "some-password"}, "OAuth a-session"),
            ({"ZSTACK_ACCESS_KEY_ID": "id", "ZSTACK_ACCESS_KEY_SECRET": "s"}, "ZStack id:"),
        ],
    )
    def test_each_kind(self, user: User, node: Node, variables: dict[str, str], kind: str) -> None:
        if any("ACCOUNT" in name for name in variables):
            node.answers('{"inventory": {"uuid": "a-session"}}')
        node.answers('{"inventories": []}')
        host, port = node.url.removeprefix("http://").split(":")
        where = {"ZSTACK_HOST": host, "ZSTACK_PORT": port} if "ZSTACK" in str(variables) else {"ZSISO_URL": node.url}
        result = user.runs("candidates", ISO, "--json", env={**variables, **where})
        assert (result.code, result.err) == (0, "")
        assert node.seen[-1].path.startswith("/zstack/v1/images/iso/")
        assert node.seen[-1].headers["authorization"].startswith(kind)
        if "ZSISO_TIMEZONE" in variables:
            assert node.seen[-1].headers["date"].endswith(" CST")

    @pytest.mark.parametrize(
        ("variables", "said"),
        [
            ({}, "ZSISO_URL is set, and no credentials beside it\n"),
            (
                {"ZSISO_SESSION": "x", "ZSISO_ACCOUNT": "y"},
                "ZSISO_SESSION and ZSISO_ACCOUNT are two kinds of credentials\n",
            ),
            ({"ZSISO_PASSWORD": "x"}, "ZSISO_PASSWORD goes with ZSISO_ACCOUNT, which is missing\n"),
            ({"ZSISO_ACCESS_KEY_ID": "x"}, "ZSISO_ACCESS_KEY_ID goes with ZSISO_ACCESS_KEY_SECRET, which is missing\n"),
            ({"ZSISO_SESSION": "a b"}, "ZSISO_SESSION has a character that a header can't carry\n"),
            (
                {"ZSISO_ACCESS_KEY_ID": "x", "ZSISO_ACCESS_KEY_SECRET": "y", "ZSISO_TIMEZONE": "Mars/X"},
                'ZSISO_TIMEZONE names no time zone: "Mars/X"\n',
            ),
        ],
    )
    def test_what_is_wrong_is_called_by_its_variable(self, user: User, variables: dict[str, str], said: str) -> None:
        result = user.runs("candidates", ISO, env={"ZSISO_URL": "http://127.0.0.1:1", **variables})
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f"zsiso: {said}hint: ")

    def test_terraform_s_names_count_last(self, user: User, node: Node) -> None:
        node.answers('{"inventories": []}')
        terraform = {
            "ZSTACK_HOST": "127.0.0.1",
            "ZSTACK_PORT": "1",
            "ZSTACK_ACCESS_KEY_ID": "i",
            "ZSTACK_ACCESS_KEY_SECRET": "s",
        }
        mine = {"ZSISO_URL": node.url, "ZSISO_SESSION": "some-session"}
        assert user.runs("candidates", ISO, env={**terraform, **mine}).code == 0
        assert user.runs("candidates", ISO, "-p", "x", env=terraform).code == 3
        user.has_profile(node)
        assert user.runs("candidates", ISO, env=terraform).code == 0

    @pytest.mark.parametrize(
        ("host", "port", "asked"),
        [
            ("10.0.0.5", "", "http://10.0.0.5:8080/zstack"),
            ("::1", "90", "http://[::1]:90/zstack"),
            ("h", "80", "http://h:80/zstack"),
        ],
    )
    def test_terraform_s_host_and_port(self, user: User, host: str, port: str, asked: str) -> None:
        env = {"ZSTACK_HOST": host, "ZSTACK_PORT": port, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.runs("doctor", "--timeout", "0.2", env=env)
        assert f"url: {asked} (ZSTACK_HOST)\n" in result.out

    @pytest.mark.parametrize("host", ["http://u:hunter22@h", "h/x", "http://10.0.0.1", "h?x", "a b"])
    def test_terraform_s_host_that_can_t_be(self, user: User, host: str) -> None:
        env = {"ZSTACK_HOST": host, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.runs("candidates", ISO, env=env)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: ZSTACK_HOST must be a host name or an address alone\n")
        assert "hunter22" not in result.err

    @pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8080x", "٣"])
    def test_terraform_s_port_that_can_t_be(self, user: User, port: str) -> None:
        env = {"ZSTACK_HOST": "h", "ZSTACK_PORT": port, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.runs("candidates", ISO, env=env)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: ZSTACK_PORT must be a number from 1 to 65535\n")
