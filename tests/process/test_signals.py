"""Signals while a run starts or waits."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.helpers.processes import CHILDREN, watch_children
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_waiting(user: User, node: ScriptedNode, sent: signal.Signals, code: int) -> None:
    node.hang()
    user.write_profile(node)
    with user.start("candidates", ISO) as process:
        while not node.requests:
            assert process.poll() is None
        process.send_signal(sent)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "")


# A site's own start, which strikes while a module of ours is loading, at a place where
# Python does not pass on what the signal raises.
STRIKES = """
import os, sys, weakref

class Finder:
    def find_spec(name, path=None, target=None):
        if name == "zsiso.main":
            sys.meta_path.remove(Finder)
            {strike}()

class Thing:
    pass

def in_a_callback():
    thing = Thing()
    gone = weakref.ref(thing, lambda _: os.kill(os.getpid(), {number}))
    del thing

def under_another_error():
    try:
        os.kill(os.getpid(), {number})
    except BaseException:
        raise ImportError("PyCapsule_Import could not import module") from None

sys.meta_path.insert(0, Finder)
"""


@pytest.mark.parametrize("strike", ["in_a_callback", "under_another_error"])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_python_does_not_pass_on(
    user: User, node: ScriptedNode, strike: str, sent: signal.Signals, code: int
) -> None:
    node.hang()
    user.write_profile(node)
    (user.home / "sitecustomize.py").write_text(STRIKES.format(strike=strike, number=int(sent)))
    result = user.run_process("candidates", ISO, "--timeout", "20", env={"PYTHONPATH": str(user.home)})
    assert (result.code, result.out, result.err) == (code, "", "")


def test_an_interrupt_that_is_ignored_from_the_start(user: User) -> None:
    # As a shell does with what it starts in the background.
    script = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    (user.home / "sitecustomize.py").write_text(STRIKES.format(strike="in_a_callback", number=int(signal.SIGINT)))
    done = subprocess.run(
        [sys.executable, "-c", script, *PROGRAM, "candidates", "--mock", "--json"],
        env={**user.environ, "PYTHONPATH": str(user.home)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, mock_node.example_inventory() + b"\n", b"")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_doctor_puts_away_what_it_used(
    user: User, node: ScriptedNode, sent: signal.Signals, code: int
) -> None:
    (user.home / ".local").write_text("no session can be kept")
    node.respond("missing header: Authorization", 400)
    node.respond('{"inventory": {"uuid": "a-session"}}')
    node.respond('{"inventories": []}')
    node.hang()
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "some-password"\n')
    with user.start("doctor") as process:
        while len(node.requests) < 4:
            assert process.poll() is None
        process.send_signal(sent)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "")


SIGNALS = pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
LARGE = json.dumps({"inventories": [{"name": "x" * 2_000_000}]})


@SIGNALS
@pytest.mark.usefixtures("unmeasured")
class TestASignal:
    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: ScriptedNode) -> None:
        user.write_profile(node)

    def test_in_the_middle_of_a_body(self, user: User, node: ScriptedNode, sent: signal.Signals, code: int) -> None:
        def half(connection: socket.socket) -> None:
            data = LARGE.encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n"
            connection.sendall(head.encode() + data[: len(data) // 2])
            process.send_signal(sent)
            node.ended.wait(60)

        node.act(half)
        with user.start("candidates", ISO, "--json") as process:
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (code, "", "")

    def test_before_another_try(self, user: User, node: ScriptedNode, sent: signal.Signals, code: int) -> None:
        node.respond("", 503, ("Retry-After: 15",))
        with user.start("candidates", ISO, "-v") as process:
            assert process.stderr is not None
            while "retrying in" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(sent)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err, len(node.requests)) == (code, "", "", 1)

    def test_while_the_result_is_written(self, user: User, node: ScriptedNode, sent: signal.Signals, code: int) -> None:
        node.respond(LARGE)
        with user.start("candidates", ISO, "--json") as process:
            assert process.stdout is not None
            # Nobody reads on: the pipe is full.
            begun = os.read(process.stdout.fileno(), 10)
            process.send_signal(sent)
            _, err = process.communicate(timeout=20)
        assert (process.returncode, begun, err) == (code, LARGE[:10].encode(), "")

    def test_while_a_command_tells_a_secret(
        self, user: User, node: ScriptedNode, sent: signal.Signals, code: int
    ) -> None:
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "sh -c \'{CHILDREN}\'" }}\n')
        with watch_children(user) as children:
            process = user.start_without_terminal("candidates", ISO, "--timeout", "50")
            children.wait_for()
            process.send_signal(sent)
            out, err = process.communicate(timeout=20)
            assert (process.returncode, out, err) == (code, "", "")
            assert children.are_gone()
