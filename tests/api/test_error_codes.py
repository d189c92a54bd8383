"""Codes of error objects: which are about credentials, with which next step, and which are retried."""

from __future__ import annotations

import pytest

from tests.helpers.failures import make_error
from tests.helpers.mock_cloud import PASSWORD
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node

EMPTY_RESPONSE = '{"inventories": []}'

DENIED = [
    "the account[uuid:ef71] has no access to the resources[uuid:[c6a5], type:ImageVO]",
    "permission denied, the account[uuid:ef71] is not the owner of the resource[uuid:2a9e, type:VmInstanceVO]",
    "The account[uuid: ef71] is not the owner of the resource",
    "operation[API:APIGetCandidateVmForAttachingIsoMsg] IS DENIED by default",
    "操作[API:x]默认被拒绝，请联系管理员",
    "帐户[uuid:ef71]无法使用资源[uuid:[c6a5], type:ImageVO]",
    "权限不足,帐户[uuid:ef71]不是资源[uuid:2a9e]的所有者",
    "用户无权访问",
    "帐户没有访问[uuid:2a9e]的权限",
]


class TestPermissionDenied:
    @pytest.mark.parametrize("details", DENIED)
    def test_operation_error_about_permission_exits_4(self, user: User, node: ScriptedNode, details: str) -> None:
        node.respond(make_error("SYS.1006", details=details), 503)
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, len(node.requests)) == (4, 1)
        assert result.err.startswith(f"zsiso: permission denied (SYS.1006)\n  SYS.1006: {details}\n")
        assert result.err.endswith("hint: use a profile whose account may read this ISO and its VM instances\n")

    @pytest.mark.parametrize(
        "more",
        [
            {"messages": {"message_cn": "无权", "message_en": "no way"}},
            {"messages": {"message_en": "The request is denied."}},
            {"causes": [{"code": "X"}, {"code": "SYS.1006", "details": "默认被拒绝"}]},
            {"cause": {"code": "X", "cause": {"details": "permission denied"}}},
        ],
    )
    def test_permission_is_found_in_messages_and_causes(
        self, user: User, node: ScriptedNode, more: dict[str, object]
    ) -> None:
        node.respond(make_error("SYS.1006", details="failed", **more), 503)
        user.write_profile(node)
        assert user.run("candidates", ISO).code == 4

    @pytest.mark.parametrize("details", ["VM[uuid:2a9e] already has an ISO[uuid:c6a5] attached", "云主机已经挂载了ISO"])
    def test_operation_error_about_something_else_exits_6(self, user: User, node: ScriptedNode, details: str) -> None:
        node.respond(make_error("SYS.1006", details=details), 503)
        user.write_profile(node)
        assert user.run("candidates", ISO).code == 6

    def test_words_about_permission_count_for_operation_errors_only(self, user: User, node: ScriptedNode) -> None:
        node.respond(make_error("SYS.1000", details="permission denied"), 503)
        user.write_profile(node)
        assert user.run("candidates", ISO).code == 6


class TestRejectedLogin:
    @pytest.mark.parametrize(
        ("code", "message", "hint"),
        [
            ("ID.1005", "the account must first change its password", "change the password"),
            ("ID.2001", "the login requires a second factor", "use an access key or a session in the profile"),
            ("ID.2002", "the login failed at the second factor", "use an access key or a session in the profile"),
            ("ID.2003", "the login failed at the second factor", "use an access key or a session in the profile"),
            ("LOGIN_CONTROL.1000", "the password is too old", "change the password"),
            ("LOGIN_CONTROL.1002", "the account is locked", "wait until the lock ends"),
            ("LOGIN_CONTROL.1003", "the login failed at the captcha", "use an access key or a session"),
            ("LOGIN_CONTROL.1004", "the management node refuses the login", "ask an administrator"),
            ("LOGIN_CONTROL.1005", "the login requires a captcha", "use an access key or a session"),
            ("LOGIN_CONTROL.1234", "the management node refuses the login", "ask an administrator"),
        ],
    )
    def test_rejected_login_exits_4_with_next_step_and_without_retry(
        self, user: User, node: ScriptedNode, code: str, message: str, hint: str
    ) -> None:
        node.respond(make_error(code), 503)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (4, "", 1)
        assert result.err.startswith(f"zsiso: {message} ({code})\n")
        assert hint in result.err.splitlines()[-1]


class TestTransientCode:
    @pytest.mark.parametrize("code", ["SYS.1001", "SYS.1010", "SYS.1012"])
    @pytest.mark.parametrize("command", [["candidates", ISO, "--json"], ["isos", "--json"]], ids=" ".join)
    def test_transient_code_of_a_read_is_retried_with_another_job_uuid(
        self, user: User, node: ScriptedNode, code: str, command: list[str]
    ) -> None:
        node.respond(make_error(code), 503)
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        assert user.run(*command).code == 0
        assert len(node.requests) == 2
        job_uuids = [request.headers.get("x-job-uuid") for request in node.requests]
        assert job_uuids == [None, None] or len(set(job_uuids)) == 2

    @pytest.mark.parametrize("code", ["SYS.1001", "SYS.1010", "SYS.1012"])
    def test_transient_code_is_retried_on_next_node(self, user: User, node: ScriptedNode, code: str) -> None:
        node.respond(make_error(code), 503)
        with run_scripted_node() as second_node:
            second_node.respond(EMPTY_RESPONSE)
            user.write_config(f'[profiles.a]\nurl = ["{node.url}", "{second_node.url}"]\nsession = "{SESSION}"\n')
            assert user.run("candidates", ISO, "--json").out == EMPTY_RESPONSE + "\n"
            assert (len(node.requests), len(second_node.requests)) == (1, 1)

    @pytest.mark.parametrize(
        ("code", "message"),
        [
            ("SYS.1001", "the management node gave up waiting for one of its services"),
            ("SYS.1010", "the management node is not ready"),
            ("SYS.1012", "the management node that worked on the request has stopped"),
        ],
    )
    def test_transient_code_exits_6_after_last_retry(
        self, user: User, node: ScriptedNode, code: str, message: str
    ) -> None:
        node.respond(make_error(code), 503)
        user.write_profile(node, "retries = 1")
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (6, "", 2)
        assert result.err.startswith(f"zsiso: {message} ({code})\n")
        assert "\n  attempts: 2\n" in result.err

    @pytest.mark.parametrize(("code", "attempts"), [("SYS.1001", 1), ("SYS.1010", 2), ("SYS.1012", 2)])
    def test_login_without_response_in_time_is_not_retried(
        self, user: User, node: ScriptedNode, code: str, attempts: int
    ) -> None:
        node.respond(make_error(code), 503)
        user.write_config(
            f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\nretries = 1\n'
        )
        result = user.run("candidates", ISO)
        assert (result.code, len(node.requests)) == (6, attempts)
