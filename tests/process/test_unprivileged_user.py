"""An unprivileged user: without a home directory, or with a read-only one."""

from __future__ import annotations

from tests.helpers.processes import needs_root, run_as_nobody
from tests.helpers.runner import ISO, SESSION
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node


@needs_root
class TestUserWithoutHome:
    """A user without HOME and without an entry in /etc/passwd, as in many containers."""

    def test_user_without_home_exits_3(self) -> None:
        for command in (["candidates", ISO], ["init"], ["profiles"]):
            code, out, err = run_as_nobody(*command)
            assert (code, out) == (3, b"")
            assert err.startswith(b"zsiso: no home directory, so no default path of the configuration\nhint: set HOME")

    def test_user_without_home_can_use_environment_profile(self, node: ScriptedNode) -> None:
        node.respond('{"inventory": {"uuid": "a-session"}}')
        node.respond('{"inventories": []}')
        node.respond("{}")
        variables = {"ZSISO_URL": node.url, "ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}
        assert run_as_nobody("candidates", ISO, "--json", **variables) == (0, b'{"inventories": []}\n', b"")
        assert [request.method for request in node.requests] == ["PUT", "GET", "DELETE"]

    def test_user_without_home_can_use_mock_node(self) -> None:
        code, out, err = run_as_nobody("candidates", "--mock", "--json")
        assert (code, out, err) == (0, mock_node.example_inventory() + b"\n", b"")


@needs_root
class TestReadOnlyHome:
    """The home directory is /, which belongs to root, as for many services."""

    def test_init_in_read_only_home_exits_3(self) -> None:
        code, out, err = run_as_nobody("init", HOME="/")
        assert (code, out) == (3, b"")
        assert err.startswith(b"zsiso: cannot write /.config/zsiso/config.toml: Permission denied\n")

    def test_read_only_home_saves_no_session(self, node: ScriptedNode) -> None:
        node.respond('{"inventory": {"uuid": "a-session"}}')
        node.respond('{"inventories": []}')
        node.respond("{}")
        variables = {"ZSISO_URL": node.url, "ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}
        assert run_as_nobody("candidates", ISO, "--json", **variables, HOME="/") == (0, b'{"inventories": []}\n', b"")
        assert [request.method for request in node.requests] == ["PUT", "GET", "DELETE"]

    def test_completion_works_in_read_only_home(self, node: ScriptedNode) -> None:
        node.respond('{"inventories": [{"uuid": "a", "name": "b"}]}')
        variables = {"ZSISO_URL": node.url, "ZSISO_SESSION": SESSION, "_ZSISO_COMPLETE": "words"}
        assert run_as_nobody("candidates", "", **variables, HOME="/") == (0, b"plain\tb\n", b"")
