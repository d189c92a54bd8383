"""Signals while a command starts, waits, reads or writes."""

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

SIGNALS = pytest.mark.parametrize(
    ("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
LARGE_RESPONSE = json.dumps({"inventories": [{"name": "x" * 2_000_000}]})


@SIGNALS
def test_signal_ends_wait_for_response(user: User, node: ScriptedNode, signum: signal.Signals, code: int) -> None:
    node.hang()
    user.write_profile(node)
    with user.start("candidates", ISO) as process:
        while not node.requests:
            assert process.poll() is None
        process.send_signal(signum)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "")


# A sitecustomize module that sends the signal while a module of zsiso is loading, at a moment when
# Python discards the exception that the signal handler raises.
SITECUSTOMIZE = """
import os, sys, weakref

class Finder:
    def find_spec(name, path=None, target=None):
        if name == "zsiso.main":
            sys.meta_path.remove(Finder)
            {moment}()

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


@pytest.mark.parametrize("moment", ["in_a_callback", "under_another_error"])
@SIGNALS
def test_signal_swallowed_by_python_ends_run(
    user: User, node: ScriptedNode, moment: str, signum: signal.Signals, code: int
) -> None:
    node.hang()
    user.write_profile(node)
    (user.home / "sitecustomize.py").write_text(SITECUSTOMIZE.format(moment=moment, number=int(signum)))
    result = user.run_process("candidates", ISO, "--timeout", "20", env={"PYTHONPATH": str(user.home)})
    assert (result.code, result.out, result.err) == (code, "", "")


# A sitecustomize module that sends the signal while a process is being started: the process runs
# already, and nothing holds it yet. The command of the secret opens ``started`` when it runs.
STARTING = """
import os, subprocess

execute = subprocess.Popen._execute_child

def execute_and_signal(*arguments):
    execute(*arguments)
    open("started").close()
    os.kill(os.getpid(), {number})

subprocess.Popen._execute_child = execute_and_signal
"""


@SIGNALS
def test_signal_during_start_of_secret_command_kills_it(
    user: User, node: ScriptedNode, signum: signal.Signals, code: int
) -> None:
    command = "sleep 1000 >alive & echo >alive; echo >started; sleep 1000"
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "sh -c \'{command}\'" }}\n')
    os.mkfifo(user.home / "started")
    (user.home / "sitecustomize.py").write_text(STARTING.format(number=int(signum)))
    user.environ["PYTHONPATH"] = str(user.home)
    with watch_children(user) as children:
        process = user.start_without_terminal("candidates", ISO, "--timeout", "50")
        children.wait_for()
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (code, "", "")
        assert children.are_gone()


# A shell ignores SIGINT for the commands that it starts in the background, and nohup ignores SIGHUP.
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_signal_ignored_at_start_stays_ignored(user: User, signum: signal.Signals) -> None:
    script = f"import os, signal, sys; signal.signal({signum:d}, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    (user.home / "sitecustomize.py").write_text(SITECUSTOMIZE.format(moment="in_a_callback", number=int(signum)))
    completed = subprocess.run(
        [sys.executable, "-c", script, *PROGRAM, "candidates", "--mock", "--json"],
        env={**user.environ, "PYTHONPATH": str(user.home)},
        capture_output=True,
        check=False,
    )
    assert (completed.returncode, completed.stdout, completed.stderr) == (0, mock_node.example_inventory() + b"\n", b"")


@SIGNALS
def test_signal_ends_logout_of_doctor(user: User, node: ScriptedNode, signum: signal.Signals, code: int) -> None:
    (user.home / ".local").write_text("no session can be kept")
    node.respond("missing header: Authorization", 400)
    node.respond('{"inventory": {"uuid": "a-session"}}')
    node.respond('{"inventories": []}')
    node.hang()
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "some-password"\n')
    with user.start("doctor") as process:
        while len(node.requests) < 4:
            assert process.poll() is None
        process.send_signal(signum)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "")


@SIGNALS
@pytest.mark.usefixtures("unmeasured")
class TestSignal:
    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: ScriptedNode) -> None:
        user.write_profile(node)

    def test_signal_ends_read_of_response_body(
        self, user: User, node: ScriptedNode, signum: signal.Signals, code: int
    ) -> None:
        def send_half(connection: socket.socket) -> None:
            data = LARGE_RESPONSE.encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n"
            connection.sendall(head.encode() + data[: len(data) // 2])
            process.send_signal(signum)
            node.ended.wait(60)

        node.act(send_half)
        with user.start("candidates", ISO, "--json") as process:
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (code, "", "")

    def test_signal_ends_wait_before_retry(
        self, user: User, node: ScriptedNode, signum: signal.Signals, code: int
    ) -> None:
        node.respond("", 503, ("Retry-After: 15",))
        with user.start("candidates", ISO, "-v") as process:
            assert process.stderr is not None
            while "retrying in" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(signum)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err, len(node.requests)) == (code, "", "", 1)

    def test_signal_ends_write_to_full_pipe(
        self, user: User, node: ScriptedNode, signum: signal.Signals, code: int
    ) -> None:
        node.respond(LARGE_RESPONSE)
        with user.start("candidates", ISO, "--json") as process:
            assert process.stdout is not None
            # No more is read, so the pipe is full.
            first_bytes = os.read(process.stdout.fileno(), 10)
            process.send_signal(signum)
            _, err = process.communicate(timeout=20)
        assert (process.returncode, first_bytes, err) == (code, LARGE_RESPONSE[:10].encode(), "")

    def test_signal_kills_secret_command_and_its_children(
        self, user: User, node: ScriptedNode, signum: signal.Signals, code: int
    ) -> None:
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "sh -c \'{CHILDREN}\'" }}\n')
        with watch_children(user) as children:
            process = user.start_without_terminal("candidates", ISO, "--timeout", "50")
            children.wait_for()
            process.send_signal(signum)
            out, err = process.communicate(timeout=20)
            assert (process.returncode, out, err) == (code, "", "")
            assert children.are_gone()


@pytest.mark.parametrize("argument", ["candidates", "isos"])
def test_truncated_compiled_module_is_an_internal_error(user: User, argument: str) -> None:
    # Python raises an EOFError for a compiled file that is cut short, and Typer takes any EOFError for Ctrl-D.
    (user.home / "sitecustomize.py").write_text(BROKEN_MODULE)
    result = user.run_process(argument, "--mock", env={"PYTHONPATH": str(user.home)})
    assert (result.code, result.out) == (70, "")
    assert result.err.endswith(
        "EOFError: marshal data too short\nzsiso: internal error: this is a bug in zsiso\n"
        "hint: report it, with the lines above\n"
    )


BROKEN_MODULE = """
import sys

class Finder:
    def find_spec(name, path=None, target=None):
        if name == "zsiso.api.client":
            raise EOFError("marshal data too short")

sys.meta_path.insert(0, Finder)
"""


@pytest.mark.parametrize(
    "module",
    [
        'raise ImportError("no fcntl")',
        (
            "LOCK_EX = LOCK_NB = LOCK_UN = LOCK_SH = F_GETFD = F_SETFD = FD_CLOEXEC = 0\n"
            "def flock(*_): raise OSError(38, 'Function not implemented')\n"
        ),
    ],
    ids=["no fcntl", "no flock"],
)
def test_missing_flock_shows_no_warning_of_a_library(admin: User, module: str) -> None:
    (admin.home / "fcntl.py").write_text(module)
    result = admin.run_process("login", "-q", env={"PYTHONPATH": str(admin.home)})
    assert (result.code, result.out, result.err) == (0, "", "")


def test_warnings_are_shown_where_a_variable_of_python_asks_for_them(admin: User) -> None:
    (admin.home / "fcntl.py").write_text('raise ImportError("no fcntl")')
    result = admin.run_process("login", "-q", env={"PYTHONPATH": str(admin.home), "PYTHONWARNINGS": "default"})
    assert "UserWarning: only soft file lock is available" in result.err
