"""What a run loads, how it ends, and what the system can do to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command import ISO, PROGRAM, User
from zsiso import __version__, mock_node
from zsiso.cli.registry import SUMMARIES

if TYPE_CHECKING:
    from tests.node import Node

LOADED = """
import sys
from zsiso import main
code = main.run(sys.argv[1:])
sys.stderr.write("\\n" + " ".join(sorted(sys.modules)))
sys.exit(code)
"""


def loaded_by(user: User, *arguments: str, completing: bool = False) -> set[str]:
    """Return the names of the modules that a fresh process has loaded after a run."""
    script = LOADED.replace("main.run(", "main.complete('words', ") if completing else LOADED
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        # Not measured for coverage, which loads more.
        env={name: value for name, value in user.environ.items() if not name.startswith("COV")},
        cwd=user.home,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


class TestImports:
    """What a run loads decides how soon it starts: Typer takes longer than Python itself, httpx as long again."""

    RICH = frozenset({"rich", "zsiso.output.table", "zsiso.output.tree"})
    HTTPX = frozenset({"httpx", "ssl", "zsiso.api.client", "zsiso.transport.failover"})
    # What help and completion have no use for.
    ALL = RICH | HTTPX | {"tomli", "platformdirs", "filelock", "pydantic", "click", "json", "tempfile", "csv"}

    @pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["--version"]])
    def test_the_overview_loads_no_typer(self, user: User, arguments: list[str]) -> None:
        assert not {"typer", *self.ALL} & loaded_by(user, *arguments)

    @pytest.mark.parametrize("words", [[], ["cand"], ["--"]])
    def test_nor_does_the_completion_of_a_command(self, user: User, words: list[str]) -> None:
        assert not {"typer", *self.ALL} & loaded_by(user, *words, completing=True)

    @pytest.mark.parametrize("command", SUMMARIES)
    def test_help_and_completion_of_a_command_load_that_one_alone(self, user: User, command: str) -> None:
        others = {f"zsiso.commands.{name}" for name in SUMMARIES if name != command}
        for loaded in (loaded_by(user, command, "--help"), loaded_by(user, command, "--", completing=True)):
            assert f"zsiso.commands.{command}" in loaded
            assert not (self.ALL | others) & loaded

    @pytest.mark.parametrize(
        ("arguments", "needed", "unused"),
        [
            ("candidates --mock", {"httpx", "rich"}, {"truststore", "filelock", "csv"}),
            ("candidates --mock -o tree", {"httpx", "rich"}, {"truststore", "filelock", "csv"}),
            ("candidates --mock --json", {"httpx"}, {*RICH, "truststore", "filelock", "csv"}),
            ("candidates --mock -o csv", {"httpx", "csv"}, {*RICH, "truststore", "filelock"}),
            ("candidates --mock --check web-2", {"httpx"}, {*RICH, "truststore", "filelock", "csv"}),
            (f"candidates {ISO} --curl", {"tomli"}, {*RICH, *HTTPX, "filelock"}),
            ("isos --mock --json", {"httpx"}, {*RICH, "truststore", "filelock"}),
            ("doctor --mock", {"httpx"}, {*RICH, "truststore", "filelock", "csv"}),
            ("login --mock -q", {"httpx"}, {*RICH, "truststore", "csv"}),
            ("logout --mock -q", {"httpx"}, {*RICH, "truststore", "csv"}),
            ("profiles", {"tomli", "zsiso.output.table"}, {*HTTPX, "rich"}),
            ("profiles --json", {"tomli"}, {*RICH, *HTTPX, "filelock"}),
            ("init --config new.toml", {"typer"}, {*RICH, *HTTPX, "tomli", "filelock"}),
            ("completion bash", {"typer"}, ALL),
        ],
    )
    def test_a_run_loads_what_it_uses(self, user: User, arguments: str, needed: set[str], unused: set[str]) -> None:
        user.writes_config('[profiles.a]\nurl = "http://127.0.0.1:1"\naccount = "admin"\npassword = "some-password"\n')
        loaded = loaded_by(user, *arguments.split())
        assert needed <= loaded
        assert not unused & loaded


class TestHelp:
    def test_alone_is_help_on_stdout(self, user: User) -> None:
        alone = user.runs()
        assert (alone.code, alone.err) == (0, "")
        assert alone == user.runs("--help") == user.runs("-h")
        assert alone.out.startswith("Usage: zsiso [OPTIONS] COMMAND")

    def test_version(self, user: User) -> None:
        assert user.runs("--version").out == f"zsiso {__version__}\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                ["candidates"],
                "the ISO is missing\nhint: zsiso candidates ISO, by UUID or name; or --mock for the example's",
            ),
            (
                ["candidate"],
                "No such command 'candidate'. Did you mean 'candidates'?\nhint: `zsiso --help` shows what it takes",
            ),
            (
                ["candidates", "--quite"],
                "No such option: --quite (Possible options: --quiet)\nhint: `zsiso candidates --help` shows what it takes",
            ),
            (
                ["candidates", ISO, ISO],
                f"Got unexpected extra argument(s) ({ISO})\nhint: `zsiso candidates --help` shows what it takes",
            ),
            (["--version=1"], "Option '--version' does not take a value.\nhint: `zsiso --help` shows what it takes"),
            (["--hlep"], "No such option: --hlep (Possible options: --help)\nhint: `zsiso --help` shows what it takes"),
            (["nonsense"], "No such command 'nonsense'.\nhint: `zsiso --help` shows what it takes"),
            (
                ["--", "candidates"],
                "the ISO is missing\nhint: zsiso candidates ISO, by UUID or name; or --mock for the example's",
            ),
            (["--password=x"], "No such option: --password\nhint: `zsiso --help` shows what it takes"),
            (["--profile", "x"], "No such option: --profile\nhint: `zsiso --help` shows what it takes"),
        ],
    )
    def test_usage(self, user: User, arguments: list[str], message: str) -> None:
        result = user.runs(*arguments)
        assert (result.code, result.out, result.err) == (2, "", f"zsiso: {message}\n")


def status_of(user: User, shell: str) -> tuple[int, str]:
    """Return the exit code and stderr of a bash line in which ``zsiso`` is the command."""
    line = shell.replace("zsiso", " ".join(PROGRAM))
    done = subprocess.run(
        ["bash", "-c", line], env=user.environ, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("what", ["candidates --mock", "candidates --mock --json", "--help", "profiles --json"])
class TestStdout:
    @pytest.fixture(autouse=True)
    def profile(self, user: User) -> None:
        user.writes_config("")

    def test_closed_pipe(self, user: User, what: str) -> None:
        # The reader has gone before there is anything to write.
        line = f"exec 3> >(exec true); sleep 0.1; wait $!; zsiso {what} >&3"
        assert status_of(user, line) == (141, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    def test_full(self, user: User, what: str) -> None:
        code, said = status_of(user, f"zsiso {what} >/dev/full")
        assert (code, said.splitlines()[0]) == (9, "zsiso: the result could not be written: No space left on device")

    def test_closed(self, user: User, what: str) -> None:
        code, said = status_of(user, f"zsiso {what} >&-")
        assert (code, said.splitlines()[0]) == (9, "zsiso: the result could not be written: stdout is closed")


def test_a_closed_stderr_changes_nothing(user: User) -> None:
    assert status_of(user, "zsiso candidates 2>&-") == (2, "")
    assert status_of(user, "zsiso candidates --mock --json 2>&-") == (0, "")


def test_a_pipe_that_closes_in_the_middle(user: User, node: Node) -> None:
    node.answers(json.dumps({"inventories": [{"name": "x" * 2_000_000}]}))
    user.has_profile(node)
    assert status_of(user, f"set -o pipefail; zsiso candidates {ISO} --json | head -c 10") == (141, "")


def test_a_pipe_that_another_program_made_non_blocking(user: User, node: Node) -> None:
    body = json.dumps({"inventories": [{"name": "x" * 2_000_000}]}).encode()
    node.answers(body)
    user.has_profile(node)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen(
        [*PROGRAM, "candidates", ISO, "--json"], env=user.environ, cwd=user.home, stdout=writer
    ) as process:
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            assert pipe.read() == body + b"\n"
        assert process.wait(60) == 0


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_waiting(user: User, node: Node, sent: signal.Signals, code: int) -> None:
    node.hangs()
    user.has_profile(node)
    with user.starts("candidates", ISO) as process:
        while not node.seen:
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
    user: User, node: Node, strike: str, sent: signal.Signals, code: int
) -> None:
    node.hangs()
    user.has_profile(node)
    (user.home / "sitecustomize.py").write_text(STRIKES.format(strike=strike, number=int(sent)))
    result = user.runs("candidates", ISO, "--timeout", "20", env={"PYTHONPATH": str(user.home)})
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
    assert (done.returncode, done.stdout, done.stderr) == (0, mock_node.example_inventory(), b"")


@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_XX.nonsense"])
def test_any_locale(user: User, locale: str) -> None:
    result = user.runs("candidates", "--mock", env={"LC_ALL": locale})
    assert (result.code, result.err) == (0, "")
    assert "数据库" in result.out


def test_an_ascii_stdout(user: User) -> None:
    result = user.runs("candidates", "--mock", env={"PYTHONIOENCODING": "ascii"})
    assert (result.code, result.err) == (0, "")
    assert result.out.isascii()
    assert r"\u6570\u636e\u5e93-\u4e3b\u8282\u70b9  2d3a7e4b" in result.out


def test_no_environment_at_all(user: User) -> None:
    done = subprocess.run(
        ["env", "-i", *PROGRAM, "candidates", "--mock", "--json"], capture_output=True, cwd=user.home, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_bug_of_ours_says_so_and_shows_no_local_variables(user: User) -> None:
    # Nothing a user can do; so the program is broken on purpose, in a process of its own.
    script = user.home / "broken.py"
    script.write_text(
        "from zsiso import __main__\nfrom zsiso.inventory import candidates as inventory\n"
        "def candidates(records, iso_uuid):\n    secret = 'hunter' + '22'\n    raise LookupError('broken')\n"
        "inventory.unique_candidates = candidates\n__main__.main()\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), "candidates", "--mock"],
        env=user.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (70, "")
    assert (
        "LookupError: broken\nzsiso: this is a bug of zsiso's; please report it with the lines above\n" in done.stderr
    )
    assert "hunter22" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("what", "code"), [("candidates --mock --user-tag x", 0), ("candidates", 2), ("candidates --mock -v --json", 0)]
)
def test_an_stderr_that_takes_nothing_changes_no_exit_code(user: User, what: str, code: int) -> None:
    assert status_of(user, f"zsiso {what} 2>/dev/full >/dev/null") == (code, "")
    line = f"exec 3> >(exec true); sleep 0.1; wait $!; zsiso {what} 2>&3 >/dev/null"
    assert status_of(user, line) == (code, "")


NOBODY = 54321
as_nobody = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can be somebody without a home"
)


@as_nobody
class TestNobodyAtHome:
    """A user without a HOME and without an entry among the users, as in many a container."""

    def runs(self, *arguments: str, **variables: str) -> tuple[int, bytes, bytes]:
        # May read what root may, for the program itself can be in a folder of root's.
        who = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        may = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        done = subprocess.run(
            [*who, *may, *PROGRAM, *arguments], env=variables, cwd="/", capture_output=True, timeout=60, check=False
        )
        return done.returncode, done.stdout, done.stderr

    def test_is_told_so(self) -> None:
        for command in (["candidates", ISO], ["init"], ["profiles"]):
            code, out, err = self.runs(*command)
            assert (code, out) == (3, b"")
            assert err.startswith(b"zsiso: there is no home directory to look for a configuration in\nhint: set HOME")

    def test_asks_with_the_environment_s_profile(self, node: Node) -> None:
        node.answers('{"inventory": {"uuid": "a-session"}}')
        node.answers('{"inventories": []}')
        node.answers("{}")
        variables = {"ZSISO_URL": node.url, "ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}
        assert self.runs("candidates", ISO, "--json", **variables) == (0, b'{"inventories": []}\n', b"")
        assert [seen.method for seen in node.seen] == ["PUT", "GET", "DELETE"]

    def test_asks_the_mock_node(self) -> None:
        code, out, err = self.runs("candidates", "--mock", "--json")
        assert (code, out, err) == (0, mock_node.example_inventory(), b"")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_doctor_puts_away_what_it_used(user: User, node: Node, sent: signal.Signals, code: int) -> None:
    (user.home / ".local").write_text("no session can be kept")
    node.answers("missing header: Authorization", 400)
    node.answers('{"inventory": {"uuid": "a-session"}}')
    node.answers('{"inventories": []}')
    node.hangs()
    user.writes_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "some-password"\n')
    with user.starts("doctor") as process:
        while len(node.seen) < 4:
            assert process.poll() is None
        process.send_signal(sent)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "")
