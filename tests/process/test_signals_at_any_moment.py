"""Signals at any moment of a run: the exit code is right, and nothing is half done."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from filelock import FileLock

from tests.helpers.effort import scaled
from tests.helpers.mock_cloud import PASSWORD, MockCloud, run_mock_cloud
from tests.helpers.runner import ISO, User

SIGNALS = pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])


# Runs the program, and sends it a signal when so many functions were called and left since
# its first function, or a certain one was, or a module is loaded; says at the end how many there were.
DRIVER = """
import os, sys
sent, moment = int(sys.argv.pop(1)), sys.argv.pop(1)
called, began = 0, False

def count(frame, event, _):
    global called, began
    began = began or (frame.f_code.co_flags & 1 and frame.f_code.co_filename.endswith("zsiso/signals.py"))
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


@pytest.mark.slow
@SIGNALS
@pytest.mark.usefixtures("unmeasured")
class TestASignalAtAnyMoment:
    @pytest.fixture
    def cloud(self) -> Iterator[MockCloud]:
        with run_mock_cloud() as running:
            yield running

    @pytest.fixture
    def admin(self, user: User, cloud: MockCloud) -> User:
        user.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        return user

    def test_of_a_run_that_logs_in(self, admin: User, cloud: MockCloud, sent: signal.Signals, code: int) -> None:
        state = admin.home / ".local" / "state" / "zsiso"
        returned, whole, counted = runs_until(admin, sent, "COUNT", "candidates", ISO, "--json")
        assert returned == 0, counted
        moments = scaled(10)
        for at in range(moments):
            for path in state.glob("*.json"):
                path.unlink()
            moment = int(counted.splitlines()[-1]) * (2 * at + 1) // (2 * moments)
            returned, out, err = runs_until(admin, sent, str(moment), "candidates", ISO, "--json")
            assert (returned, err) in {(code, ""), (0, "")}, moment
            assert out == whole or (out, returned) == ("", code), moment
            for path in state.glob("*.json"):
                assert json.loads(path.read_text())["account"] == "admin"
        assert cloud.pop_methods()

    @pytest.mark.parametrize("arguments", [["--help"], ["candidates", "--mock"], ["profiles", "--json"]])
    def test_of_any_command(self, user: User, sent: signal.Signals, code: int, arguments: list[str]) -> None:
        user.write_config("")
        _, whole, counted = runs_until(user, sent, "COUNT", *arguments)
        moments = max(2, scaled(4))
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

    def test_of_waiting_for_a_lock(self, admin: User, cloud: MockCloud, sent: signal.Signals, code: int) -> None:
        admin.run("login")
        (kept,) = (admin.home / ".local" / "state" / "zsiso").glob("*.json")
        with FileLock(kept.with_suffix(".lock")):
            assert runs_until(admin, sent, "_acquire", "login") == (code, "", "")
        assert json.loads(kept.read_text())["account"] == "admin"
        assert cloud.pop_methods() == "P"
