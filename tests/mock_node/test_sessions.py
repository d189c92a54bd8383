"""Logins, sessions and how long they live."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.mock_node.client import NO_UUID, RECORDED_CLOUD, changed_cloud, run_cloud, sha512
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mock_node.client import NodeClient, Response, RunningCloud

    LogIn = Callable[[NodeClient, str, str], Response]

ADMIN = "36c27e8ff05c4780bf6d2fa65700f22e"
TENANT = "ef7122b886624ce0bd5bbee9cabc65cb"
WEB_2 = "2a9eba0cdf561d802a759159fb7ff337"
UBUNTU = "0d464138a62332553fc1ea36f17fd374"
REFUSED = {
    "code": "ID.1000",
    "description": "Unable to authenticate a user",
    "details": "wrong account name or password",
    "elaboration": "Error message: Wrong account name or password.",
    "location": "LoginManagerImpl.java: process-login (location:2/2)",
    "messages": {
        "code": "1000",
        "message_cn": "错误的帐号或密码。",
        "message_en": "Wrong account name or password.",
        "source": "zstack",
        "distance": 0.0,
        "method": "distance",
    },
    "cost": "0ms",
}


def by_account(client: NodeClient, name: str, password: str) -> Response:
    return client.call("PUT", "/v1/accounts/login", {"logInByAccount": {"accountName": name, "password": password}})


def by_any(client: NodeClient, name: str, password: str, kind: str = "account") -> Response:
    login = {"username": name, "password": password, "loginType": kind}
    return client.call("PUT", "/v1/login", {"logIn": login})


class TestLogin:
    @pytest.mark.parametrize("log_in", [by_account, by_any])
    def test_session_is_of_the_account(self, cloud: RunningCloud, log_in: LogIn) -> None:
        inventory = log_in(cloud.client(), "tenant", sha512("pw")).json["inventory"]
        assert re.fullmatch("[0-9a-f]{32}", inventory.pop("uuid"))
        assert re.fullmatch(r"\w{3} \d+, \d{4}, \d+:\d\d:\d\d [AP]M", inventory.pop("expiredDate"))
        assert inventory == {"accountUuid": TENANT, "userUuid": TENANT, "noSessionEvaluation": False}

    @pytest.mark.parametrize("log_in", [by_account, by_any])
    @pytest.mark.parametrize(("name", "password"), [("admin", "pw"), ("nobody", "password"), ("", "")])
    def test_wrong_name_or_password_is_refused(
        self, cloud: RunningCloud, log_in: LogIn, name: str, password: str
    ) -> None:
        assert log_in(cloud.client(), name, sha512(password)).error == REFUSED

    def test_password_as_it_is_typed_is_refused(self, cloud: RunningCloud) -> None:
        assert by_account(cloud.client(), "admin", "password").error == REFUSED

    def test_database_compares_without_regard_to_capitals_and_blanks(self, cloud: RunningCloud) -> None:
        assert by_account(cloud.client(), " ADMIN ", sha512("password").upper()).status == 200

    @pytest.mark.parametrize(
        ("target", "body", "missing"),
        [
            ("/v1/accounts/login", {}, "password"),
            ("/v1/accounts/login", {"logIn": {"username": "admin", "password": "x"}}, "password"),
            ("/v1/accounts/login", {"logInByAccount": {"password": "x"}}, "accountName"),
            ("/v1/accounts/login", {"logInByAccount": {"accountName": "admin", "password": None}}, "password"),
            ("/v1/login", {"logIn": {"password": "x", "username": "admin"}}, "loginType"),
            ("/v1/login", {"logIn": {"password": "x", "loginType": "account"}}, "username"),
            ("/v1/ldap/login", {"logInByLdap": {"password": "x"}}, "uid"),
            ("/v1/ldap/login", {"logInByLdap": {"uid": "x"}}, "password"),
            ("/v1/ldap/login", None, "uid"),
        ],
    )
    def test_missing_parameter_is_named(self, cloud: RunningCloud, target: str, body: object, missing: str) -> None:
        error = cloud.client().call("PUT", target, body).error
        assert error["code"] == "SYS.1007"
        assert error["details"] == (
            f"field[{missing}] of message[org.zstack.header.message.ApiMessageParamValidator]"
            " is mandatory, can not be null"
        )

    def test_ldap_has_no_server(self, cloud: RunningCloud) -> None:
        assert by_any(cloud.client(), "u", "p", "ldap").error["code"] == "SYS.1000"
        assert by_any(cloud.client(), "u", "p", "iam2").error["code"] == "SYS.1006"

    def test_in_chinese(self) -> None:
        with run_cloud(changed_cloud(locale="zh_CN")) as running:
            error = by_account(running.client(), "admin", "x").error
        assert (error["details"], error["elaboration"]) == (
            "错误信息: 错误的帐号或密码",
            "错误信息: 错误的帐号或密码。",
        )
        assert (error["description"], error["messages"]) == (REFUSED["description"], REFUSED["messages"])

    def test_schema_where_it_is_asked_for(self, cloud: RunningCloud) -> None:
        login = {"logInByAccount": {"accountName": "admin", "password": sha512("password")}}
        response = cloud.client().call("PUT", "/v1/accounts/login", login, X_JSON_Schema="true")
        assert response.json["schema"] == {"inventory": "org.zstack.header.identity.SessionInventory"}


class TestOptions:
    def test_only_the_named_account_may_log_in(self) -> None:
        with run_cloud(config=MockAuthConfig(account="tenant")) as running:
            assert by_account(running.client(), "tenant", sha512("pw")).status == 200
            assert by_account(running.client(), "admin", sha512("password")).error == REFUSED

    def test_its_password_counts_instead_of_the_file_s(self) -> None:
        config = MockAuthConfig(account="tenant", password=Secret("another"))
        with run_cloud(config=config) as running:
            assert by_account(running.client(), "tenant", sha512("another")).json["inventory"]["accountUuid"] == TENANT
            assert by_account(running.client(), "tenant", sha512("pw")).error == REFUSED

    def test_named_account_that_the_file_has_not_is_the_admin(self) -> None:
        config = MockAuthConfig(account="ops", password=Secret("secret"))
        with run_cloud(config=config) as running:
            assert by_account(running.client(), "ops", sha512("secret")).json["inventory"]["accountUuid"] == ADMIN

    def test_only_the_named_session_is_accepted_beside_logins(self) -> None:
        with run_cloud({}, MockAuthConfig(session=Secret("the-only-one"))) as running:
            client = running.client()
            for session, status in (("the-only-one", 200), ("another", 503), ("THE-ONLY-ONE", 503)):
                client.authorization = f"OAuth {session}"
                assert client.query("images").status == status
            assert client.log_in("any", "any").query("images").status == 200

    def test_named_session_is_the_admin_s_where_the_file_has_accounts(self) -> None:
        with run_cloud(config=MockAuthConfig(session=Secret("mine"))) as running:
            client = running.client()
            client.authorization = "OAuth mine"
            assert len(client.query("images").column("uuid")) == 6


class TestLifetime:
    def test_two_hours_from_the_last_call(self, cloud: RunningCloud, admin: NodeClient) -> None:
        for minutes in (119, 237, 355):
            cloud.ahead = timedelta(minutes=minutes)
            assert admin.query("images").status == 200
        cloud.ahead += timedelta(minutes=121)
        assert admin.query("images").error["code"] == "ID.1001"

    def test_job_renews_it(self, cloud: RunningCloud, admin: NodeClient) -> None:
        cloud.ahead = timedelta(minutes=119)
        assert admin.job("POST", f"/v1/vm-instances/{WEB_2}/iso/{UBUNTU}").status == 200
        cloud.ahead = timedelta(minutes=237)
        assert admin.query("images").status == 200

    def test_neither_valid_nor_a_login_nor_a_call_that_fails_before_renews_it(
        self, cloud: RunningCloud, admin: NodeClient
    ) -> None:
        session = str(admin.authorization).removeprefix("OAuth ")
        cloud.ahead = timedelta(minutes=119)
        assert admin.get(f"/v1/accounts/sessions/{session}/valid").json == {"valid": True}
        assert admin.get(f"/v1/images/iso/{NO_UUID}/vm-candidates").error["code"] == "SYS.1003"
        assert admin.get("/v1/images?limit=x").status == 400
        cloud.admin()
        cloud.ahead = timedelta(minutes=121)
        assert admin.get(f"/v1/accounts/sessions/{session}/valid").json == {"valid": False}
        assert admin.query("images").error["code"] == "ID.1001"

    def test_lifetime_that_is_set(self) -> None:
        with run_cloud(config=MockAuthConfig(session_lifetime=5)) as running:
            admin = running.admin()
            running.ahead = timedelta(seconds=6)
            assert admin.query("images").error["code"] == "ID.1001"

    def test_expired_date_is_the_first_such_moment_in_the_node_s_zone(self, cloud: RunningCloud) -> None:
        from zoneinfo import ZoneInfo

        written = by_account(cloud.client(), "admin", sha512("password")).json["inventory"]["expiredDate"]
        expires = datetime.strptime(written, "%b %d, %Y, %I:%M:%S %p").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        assert abs(expires - datetime.now(expires.tzinfo) - timedelta(hours=2)) < timedelta(seconds=30)


class TestLimit:
    def test_a_user_s_sessions_are_counted(self) -> None:
        with run_cloud(config=MockAuthConfig(max_sessions=2)) as running:
            running.admin(), running.admin(), running.tenant()
            assert by_account(running.client(), "admin", sha512("password")).error["code"] == "ID.1006"
            assert by_account(running.client(), "tenant", sha512("pw")).status == 200

    def test_expired_ones_count_until_the_hourly_sweep(self) -> None:
        with run_cloud(config=MockAuthConfig(max_sessions=1, session_lifetime=60)) as running:
            running.admin()
            running.ahead = timedelta(minutes=59)
            assert by_account(running.client(), "admin", sha512("password")).error["code"] == "ID.1006"
            running.ahead = timedelta(minutes=61)
            assert by_account(running.client(), "admin", sha512("password")).status == 200

    def test_a_session_that_expires_after_the_sweep_waits_for_the_next(self) -> None:
        with run_cloud(config=MockAuthConfig(max_sessions=1, session_lifetime=60)) as running:
            running.ahead = timedelta(minutes=59, seconds=30)
            running.admin()
            running.ahead = timedelta(minutes=65)
            assert by_account(running.client(), "admin", sha512("password")).error["code"] == "ID.1006"

    def test_ended_and_found_expired_ones_do_not_count(self) -> None:
        with run_cloud(config=MockAuthConfig(max_sessions=1, session_lifetime=60)) as running:
            admin = running.admin()
            running.ahead = timedelta(minutes=2)
            assert admin.query("images").error["code"] == "ID.1001"
            session = str(running.admin().authorization).removeprefix("OAuth ")
            assert running.client().call("DELETE", f"/v1/accounts/sessions/{session}").json == {}
            assert running.node.count_live_sessions() == 0
            running.admin()
            assert running.node.count_live_sessions() == 1


class TestLogout:
    def test_unknown_session_is_no_error(self, cloud: RunningCloud) -> None:
        client = cloud.client()
        assert client.call("DELETE", f"/v1/accounts/sessions/{NO_UUID}").json == {}
        assert client.get(f"/v1/accounts/sessions/{NO_UUID}/valid").json == {"valid": False}

    def test_session_is_dead_after_it(self, admin: NodeClient) -> None:
        session = str(admin.authorization).removeprefix("OAuth ")
        assert admin.call("DELETE", f"/v1/accounts/sessions/{session.upper()}").json == {}
        assert admin.query("images").error["details"] == "Session expired"

    def test_also_where_any_session_is_accepted(self) -> None:
        without = {key: value for key, value in RECORDED_CLOUD.items() if key != "accounts"}
        with run_cloud(without) as running:
            client = running.client()
            client.authorization = "OAuth whatever"
            assert client.query("images").status == 200
            client.call("DELETE", "/v1/accounts/sessions/whatever")
            assert client.query("images").error["code"] == "ID.1001"


def test_a_dead_session_is_said_in_chinese_by_a_chinese_node() -> None:
    with run_cloud(changed_cloud(locale="zh_CN")) as running:
        client = running.client()
        client.authorization = f"OAuth {NO_UUID}"
        error = client.query("images").error
    assert error["elaboration"] == f"错误信息: {error['messages']['message_cn']}"
