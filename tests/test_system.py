"""The system's own faults, and its signals: the exit code is right, and nothing is half done."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests import test_process
from tests.cloud import PASSWORD, Watched, running_cloud
from tests.command import ISO, PROGRAM, SESSION, User
from tests.test_process import status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

    from tests.node import Node

# How many times as many moments as in a run of all tests; 50, say, for a night.
EFFORT = int(os.environ.get("ZSISO_TEST_EFFORT", "1"))
SIGNALS = pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
LARGE = json.dumps({"inventories": [{"name": "x" * 2_000_000}]})


# -- signals ------------------------------------------------------------------


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let coverage out of what is run: it writes files, loads modules and takes memory of its own."""
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)


@SIGNALS
class TestASignal:
    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: Node) -> None:
        user.has_profile(node)

    def test_in_the_middle_of_a_body(self, user: User, node: Node, sent: signal.Signals, code: int) -> None:
        def half(connection: socket.socket) -> None:
            data = LARGE.encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n"
            connection.sendall(head.encode() + data[: len(data) // 2])
            process.send_signal(sent)
            node.ended.wait(60)

        node.does(half)
        with user.starts("candidates", ISO, "--json") as process:
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (code, "", "")

    def test_before_another_try(self, user: User, node: Node, sent: signal.Signals, code: int) -> None:
        node.answers("", 503, ("Retry-After: 15",))
        with user.starts("candidates", ISO, "-v") as process:
            assert process.stderr is not None
            while "once more in" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(sent)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err, len(node.seen)) == (code, "", "", 1)

    def test_while_the_result_is_written(self, user: User, node: Node, sent: signal.Signals, code: int) -> None:
        node.answers(LARGE)
        with user.starts("candidates", ISO, "--json") as process:
            assert process.stdout is not None
            # Nobody reads on: the pipe is full.
            begun = os.read(process.stdout.fileno(), 10)
            process.send_signal(sent)
            _, err = process.communicate(timeout=20)
        assert (process.returncode, begun, err) == (code, LARGE[:10].encode(), "")

    def test_while_a_command_tells_a_secret(self, user: User, node: Node, sent: signal.Signals, code: int) -> None:
        user.writes_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "sh -c \'{CHILDREN}\'" }}\n')
        with Children(user) as children:
            process = starts_alone(user, "candidates", ISO, "--timeout", "50")
            children.wait_for()
            process.send_signal(sent)
            out, err = process.communicate(timeout=20)
            assert (process.returncode, out, err) == (code, "", "")
            assert children.are_gone()


# Runs the program, and sends it a signal when so many functions were called and left since
# its first line, or a certain one was, or a module is loaded; says at the end how many there were.
DRIVER = """
import os, sys
sent, moment = int(sys.argv.pop(1)), sys.argv.pop(1)
called, began = 0, False

def count(frame, event, _):
    global called, began
    began = began or (frame.f_code.co_name == "_run" and frame.f_code.co_filename.endswith("zsiso/__main__.py"))
    called += began
    where = frame.f_code.co_name
    if where == "_find_and_load":
        where = "import " + frame.f_locals["name"]
    if began and moment in {where, str(called)}:
        sys.setprofile(None)
        os.kill(os.getpid(), sent)

def main():
    from zsiso.__main__ import main
    main()

sys.setprofile(count)
try:
    main()
finally:
    sys.setprofile(None)
    if moment == "COUNT":
        os.write(2, f"\\n{called}".encode())
"""


def runs_until(user: User, sent: int, moment: str, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(int(sent)), moment, *arguments],
        env=user.environ,
        cwd=user.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # A SIGTERM in the first few lines ends it as the system does, which a shell calls 143 too.
    return 143 if done.returncode == -15 else done.returncode, done.stdout, done.stderr


@SIGNALS
class TestASignalAtAnyMoment:
    @pytest.fixture
    def cloud(self) -> Iterator[Watched]:
        with running_cloud() as running:
            yield running

    @pytest.fixture
    def admin(self, user: User, cloud: Watched) -> User:
        user.writes_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        return user

    def test_of_a_run_that_logs_in(self, admin: User, cloud: Watched, sent: signal.Signals, code: int) -> None:
        state = admin.home / ".local" / "state" / "zsiso"
        returned, whole, counted = runs_until(admin, sent, "COUNT", "candidates", ISO, "--json")
        assert returned == 0, counted
        moments = 10 * EFFORT
        for at in range(moments):
            for path in state.glob("*.json"):
                path.unlink()
            moment = int(counted.splitlines()[-1]) * (2 * at + 1) // (2 * moments)
            returned, out, err = runs_until(admin, sent, str(moment), "candidates", ISO, "--json")
            assert (returned, err) in {(code, ""), (0, "")}, moment
            assert out == whole or (out, returned) == ("", code), moment
            for path in state.glob("*.json"):
                assert json.loads(path.read_text())["account"] == "admin"
        assert cloud.methods()

    @pytest.mark.parametrize("arguments", [["--help"], ["candidates", "--mock"], ["profiles", "--json"]])
    def test_of_any_command(self, user: User, sent: signal.Signals, code: int, arguments: list[str]) -> None:
        user.writes_config("")
        _, whole, counted = runs_until(user, sent, "COUNT", *arguments)
        moments = 4 * EFFORT
        # The first and the last among them.
        for at in range(moments):
            moment = 1 + (int(counted.splitlines()[-1]) - 1) * at // (moments - 1)
            returned, out, err = runs_until(user, sent, str(moment), *arguments)
            assert (returned, err) in {(code, ""), (0, "")}, moment
            assert out == whole or (out, returned) == ("", code), moment

    def test_between_two_imports(self, user: User, sent: signal.Signals, code: int) -> None:
        # There Python calls something from which it passes nothing on.
        assert runs_until(user, sent, "cb", "--help") == (code, "", "")

    @pytest.mark.parametrize("arguments", [["doctor"], ["candidates", "--mock"]])
    def test_in_the_import_of_a_module_in_c(
        self, user: User, sent: signal.Signals, code: int, arguments: list[str]
    ) -> None:
        # That of _ssl takes whatever is raised in it for a module that is not there.
        assert runs_until(user, sent, "import _socket", *arguments) == (code, "", "")

    def test_of_waiting_for_a_lock(self, admin: User, cloud: Watched, sent: signal.Signals, code: int) -> None:
        admin.runs("login")
        (kept,) = (admin.home / ".local" / "state" / "zsiso").glob("*.json")
        with FileLock(kept.with_suffix(".lock")):
            assert runs_until(admin, sent, "_acquire", "login") == (code, "", "")
        assert json.loads(kept.read_text())["account"] == "admin"
        assert cloud.methods() == "P"


# -- commands that tell a secret ----------------------------------------------

CHILDREN = "sleep 1000 >alive & echo >alive; sleep 1000"


class Children:
    """What a command has started, which holds a pipe open for as long as it lives."""

    def __init__(self, user: User) -> None:
        self._path = user.home / "alive"

    def __enter__(self) -> Self:
        os.mkfifo(self._path)
        self._pipe = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._pipe)

    def wait_for(self) -> None:
        assert select.select([self._pipe], [], [], 30)[0]
        assert os.read(self._pipe, 10) == b"\n"

    def are_gone(self) -> bool:
        """Tell whether the pipe ends, now or soon."""
        return bool(select.select([self._pipe], [], [], 10)[0]) and os.read(self._pipe, 10) == b""


def starts_alone(user: User, *arguments: str) -> subprocess.Popen[str]:
    """Start ``zsiso ARGUMENTS`` where there is no terminal, as cron does."""
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        env=user.environ,
        cwd=user.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )


class TestACommand:
    def test_that_is_given_up_on_takes_its_children_along(self, user: User, node: Node) -> None:
        user.writes_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "sh -c \'{CHILDREN}\'" }}\n')
        with Children(user) as children:
            process = starts_alone(user, "candidates", ISO, "--timeout", "1")
            children.wait_for()
            out, err = process.communicate(timeout=20)
            assert (process.returncode, out) == (7, "")
            assert "still running" in err
            assert children.are_gone()

    def test_that_ends_well_may_leave_something_running(self, user: User, node: Node) -> None:
        node.answers('{"inventories": []}')
        command = f"sh -c '(echo >alive; read x <wait) >/dev/null 2>&1 & echo {SESSION}'"
        user.writes_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "{command}" }}\n')
        os.mkfifo(user.home / "wait")
        with Children(user) as children:
            process = starts_alone(user, "candidates", ISO, "--json")
            assert process.communicate(timeout=20) == ('{"inventories": []}\n', "")
            children.wait_for()
            # It is still there to be told something.
            (user.home / "wait").write_text("x\n")

    def test_asks_a_person_on_their_terminal(self, user: User, node: Node) -> None:
        node.answers('{"inventories": []}')
        self.asks(user, node)
        code, shown = user.types("candidates", ISO, "--json", prompt="PIN: ", typed=f"{SESSION}\n")
        assert (code, shown.endswith('{"inventories": []}\r\n')) == (0, True)
        assert node.seen[0].headers["authorization"] == f"OAuth {SESSION}"

    def test_is_interrupted_on_that_terminal(self, user: User, node: Node) -> None:
        self.asks(user, node)
        code, shown = user.types("candidates", ISO, prompt="PIN: ", typed="\x03")
        assert (code, "Traceback" in shown, node.seen) == (130, False, [])

    @staticmethod
    def asks(user: User, node: Node) -> None:
        script = user.home / "pin"
        script.write_text('#!/bin/sh\nprintf "PIN: " >/dev/tty\nread -r pin </dev/tty\nprintf "%s\\n" "$pin"\n')
        script.chmod(0o700)
        user.writes_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "{script}" }}\n')


# -- files and descriptors ----------------------------------------------------


class TestNoRoom:
    """A limit on the size of files stands for a disk that is full."""

    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: Node) -> None:
        node.answers(LARGE)
        user.has_profile(node)

    @pytest.mark.parametrize("form", ["", "--json", "-o csv", "-o tree", "-o name"])
    def test_for_a_large_answer(self, user: User, form: str) -> None:
        code, said = status_of(user, f"ulimit -f 4; zsiso candidates {ISO} {form} | cat; exit $PIPESTATUS")
        assert code == 9
        assert said == (
            "zsiso: the answer could not be put into a temporary file: File too large\n"
            "hint: name a folder with room for it in TMPDIR\n"
        )

    def test_for_any_file_at_all(self, user: User) -> None:
        # Then memory has to do.
        line = f"ulimit -f 0; set -o pipefail; zsiso candidates {ISO} --json | cmp - <(printf '%s\\n' \"$WHOLE\")"
        script = user.home / "line"
        script.write_text(line.replace("zsiso", " ".join(PROGRAM)).replace('"$WHOLE"', '"$(cat whole)"'))
        (user.home / "whole").write_text(LARGE)
        done = subprocess.run(["bash", script], env=user.environ, cwd=user.home, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def test_for_the_result(self, user: User, node: Node) -> None:
        node.answers(json.dumps({"inventories": [{"name": "x" * 200_000}]}))
        user.runs("candidates", ISO)
        for form in ("", "--json", "-o csv", "-o tree", "-o name", "-o jsonl"):
            code, said = status_of(user, f"ulimit -f 4; zsiso candidates {ISO} {form} >~/result")
            assert (code, said.splitlines()[0]) == (9, "zsiso: the result could not be written: File too large")

    def test_for_a_session(self, user: User) -> None:
        with running_cloud() as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            assert status_of(user, f"ulimit -f 0; zsiso candidates {ISO} --json | cat; exit $PIPESTATUS") == (0, "")
            # It is ended instead, and nothing of it stays.
            assert cloud.methods() == "PGD"
        assert not list((user.home / ".local").rglob("*.json"))
        assert not list((user.home / ".local").rglob("new-*"))


def test_no_folder_for_temporary_files(user: User, node: Node) -> None:
    node.answers(LARGE)
    user.has_profile(node)
    result = user.runs("candidates", ISO, "--json", env={"TMPDIR": "/no/such/folder"})
    assert (result.code, result.out, result.err) == (0, f"{LARGE}\n", "")


@pytest.mark.parametrize(
    ("closed", "code"),
    [("<&-", 0), (">&-", 9), ("2>&-", 0), ("<&- 2>&-", 0), (">&- 2>&-", 9), ("<&- >&- 2>&-", 9)],
)
def test_closed_descriptors(user: User, node: Node, closed: str, code: int) -> None:
    node.answers(LARGE)
    user.writes_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "echo {SESSION}" }}\n')
    elsewhere = "" if ">&-" in closed.replace("2>&-", "") else ">~/result"
    assert status_of(user, f"zsiso candidates {ISO} --json {elsewhere} {closed}")[0] == code
    assert [seen.headers["authorization"] for seen in node.seen] == [f"OAuth {SESSION}"]
    if elsewhere:
        assert (user.home / "result").read_text() == f"{LARGE}\n"


@pytest.mark.parametrize("form", ["table", "wide", "tree", "json", "jsonl", "csv", "tsv", "uuid", "name"])
def test_a_pipe_that_closes_in_the_middle_of_any_format(user: User, node: Node, form: str) -> None:
    node.answers(
        json.dumps({"inventories": [{"uuid": f"{at:032x}", "name": f"web-{at}-{'x' * 30}"} for at in range(3000)]})
    )
    user.has_profile(node)
    assert status_of(user, f"set -o pipefail; zsiso candidates {ISO} -o {form} | head -c 10 >~/begun") == (141, "")


def test_no_terminal(user: User) -> None:
    process = starts_alone(user, "candidates", "--mock", "-o", "name")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err, out.splitlines()[0]) == (0, "", "rescue")


@test_process.as_nobody
class TestAHomeThatCanTBeWritten:
    """As that of many a service: the root folder, which is somebody else's."""

    @staticmethod
    def runs(*arguments: str, **variables: str) -> tuple[int, bytes, bytes]:
        return test_process.TestNobodyAtHome().runs(*arguments, HOME="/", **variables)

    def test_takes_no_configuration(self) -> None:
        code, out, err = self.runs("init")
        assert (code, out) == (3, b"")
        assert err.startswith(b"zsiso: cannot write /.config/zsiso/config.toml: Permission denied\n")

    def test_keeps_no_session(self, node: Node) -> None:
        node.answers('{"inventory": {"uuid": "a-session"}}')
        node.answers('{"inventories": []}')
        node.answers("{}")
        variables = {"ZSISO_URL": node.url, "ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}
        assert self.runs("candidates", ISO, "--json", **variables) == (0, b'{"inventories": []}\n', b"")
        assert [seen.method for seen in node.seen] == ["PUT", "GET", "DELETE"]

    def test_completes_all_the_same(self, node: Node) -> None:
        node.answers('{"inventories": [{"uuid": "a", "name": "b"}]}')
        variables = {"ZSISO_URL": node.url, "ZSISO_SESSION": SESSION, "_ZSISO_COMPLETE": "words"}
        assert self.runs("candidates", "", **variables) == (0, b"plain\ta\tb\n", b"")
