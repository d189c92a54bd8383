"""A login whose response arrives after the deadline or a signal."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.helpers.mock_cloud import PASSWORD
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

LATE_LOGIN = b'{"inventory": {"uuid": "a-late-session"}}'


def respond_late(node: ScriptedNode, release: threading.Event, max_wait: float) -> None:
    """Queue a login response that is sent when ``release`` is set, or after ``max_wait`` seconds."""

    def send_login(connection: socket.socket) -> None:
        release.wait(max_wait)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LATE_LOGIN) + LATE_LOGIN)

    node.act(send_login)
    node.respond("{}")


class TestLateLogin:
    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: ScriptedNode) -> None:
        user.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')

    def test_late_login_is_logged_out_after_deadline(self, user: User, node: ScriptedNode) -> None:
        respond_late(node, node.ended, 1.2)
        result = user.run("candidates", ISO, "--timeout", "1")
        assert (result.code, result.out) == (7, "")
        requests = [(request.method, request.path.rpartition("/")[2]) for request in node.requests]
        assert requests == [("PUT", "login"), ("DELETE", "a-late-session")]

    def test_login_without_response_is_not_waited_for(self, user: User, node: ScriptedNode) -> None:
        node.hang()
        result = user.run("candidates", ISO, "--timeout", "1")
        assert (result.code, [request.method for request in node.requests]) == (7, ["PUT"])

    def test_late_login_is_logged_out_after_signal(self, user: User, node: ScriptedNode) -> None:
        release = threading.Event()
        respond_late(node, release, 20)
        with user.start("candidates", ISO) as process:
            while not node.requests:
                assert process.poll() is None
            process.terminate()
            release.set()
            process.communicate(timeout=20)
        assert (process.returncode, [request.method for request in node.requests]) == (143, ["PUT", "DELETE"])
