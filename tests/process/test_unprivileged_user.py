"""A user without a home, or with one that can't be written."""

from __future__ import annotations

from tests.helpers.processes import needs_root, run_as_nobody
from tests.helpers.runner import ISO, SESSION
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node


@needs_root
class TestNobodyAtHome:
    """A user without a HOME and without an entry among the users, as in many a container."""

    def test_is_told_so(self) -> None:
        for command in (["candidates", ISO], ["init"], ["profiles"]):
            code, out, err = run_as_nobody(*command)
            assert (code, out) == (3, b"")
            assert err.startswith(b"zsiso: no home directory, so no default path of the configuration\nhint: set HOME")

    def test_asks_with_the_environment_s_profile(self, node: ScriptedNode) -> None:
        node.respond('{"inventory": {"uuid": "a-session"}}')
        node.respond('{"inventories": []}')
        node.respond("{}")
        variables = {"ZSISO_URL": node.url, "ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}
        assert run_as_nobody("candidates", ISO, "--json", **variables) == (0, b'{"inventories": []}\n', b"")
        assert [request.method for request in node.requests] == ["PUT", "GET", "DELETE"]

    def test_asks_the_mock_node(self) -> None:
        code, out, err = run_as_nobody("candidates", "--mock", "--json")
        assert (code, out, err) == (0, mock_node.example_inventory() + b"\n", b"")


@needs_root
class TestAHomeThatCanTBeWritten:
    """As that of many a service: the root folder, which is somebody else's."""

    def test_takes_no_configuration(self) -> None:
        code, out, err = run_as_nobody("init", HOME="/")
        assert (code, out) == (3, b"")
        assert err.startswith(b"zsiso: cannot write /.config/zsiso/config.toml: Permission denied\n")

    def test_keeps_no_session(self, node: ScriptedNode) -> None:
        node.respond('{"inventory": {"uuid": "a-session"}}')
        node.respond('{"inventories": []}')
        node.respond("{}")
        variables = {"ZSISO_URL": node.url, "ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}
        assert run_as_nobody("candidates", ISO, "--json", **variables, HOME="/") == (0, b'{"inventories": []}\n', b"")
        assert [request.method for request in node.requests] == ["PUT", "GET", "DELETE"]

    def test_completes_all_the_same(self, node: ScriptedNode) -> None:
        node.respond('{"inventories": [{"uuid": "a", "name": "b"}]}')
        variables = {"ZSISO_URL": node.url, "ZSISO_SESSION": SESSION, "_ZSISO_COMPLETE": "words"}
        assert run_as_nobody("candidates", "", **variables, HOME="/") == (0, b"plain\ta\tb\n", b"")
