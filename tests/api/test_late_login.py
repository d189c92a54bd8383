"""A login whose response comes after the run has given up."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.helpers.mock_cloud import PASSWORD
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

LATE = b'{"inventory": {"uuid": "a-late-session"}}'


def answers_late(node: ScriptedNode, told: threading.Event, limit: float) -> None:
    """Queue the answer to a login that comes when a test says so, or when ``limit`` (seconds) has passed."""

    def answer(connection: socket.socket) -> None:
        told.wait(limit)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LATE) + LATE)

    node.act(answer)
    node.respond("{}")


class TestLate:
    """A login whose answer comes after the run has given up on it."""

    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: ScriptedNode) -> None:
        user.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')

    def test_is_logged_out_after_the_deadline(self, user: User, node: ScriptedNode) -> None:
        answers_late(node, node.ended, 1.2)
        result = user.run("candidates", ISO, "--timeout", "1")
        assert (result.code, result.out) == (7, "")
        asked = [(request.method, request.path.rpartition("/")[2]) for request in node.requests]
        assert asked == [("PUT", "login"), ("DELETE", "a-late-session")]

    def test_that_never_comes_is_not_waited_for_long(self, user: User, node: ScriptedNode) -> None:
        node.hang()
        result = user.run("candidates", ISO, "--timeout", "1")
        assert (result.code, [request.method for request in node.requests]) == (7, ["PUT"])

    def test_is_logged_out_after_a_signal(self, user: User, node: ScriptedNode) -> None:
        told = threading.Event()
        answers_late(node, told, 20)
        with user.start("candidates", ISO) as process:
            while not node.requests:
                assert process.poll() is None
            process.terminate()
            told.set()
            process.communicate(timeout=20)
        assert (process.returncode, [request.method for request in node.requests]) == (143, ["PUT", "DELETE"])
