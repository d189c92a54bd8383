"""Signals at any moment: the exit code is correct, and neither stdout nor the session file is incomplete."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from filelock import FileLock

from tests.helpers.effort import scaled
from tests.helpers.mock_cloud import MockCloud
from tests.helpers.runner import ISO, User

SIGNALS = pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])


# Runs zsiso and sends it a signal after a number of calls and returns, when a certain function is called,
# or when a certain module is imported. For COUNT it sends none and prints the number of calls and returns.
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


def run_with_signal_at(user: User, signum: int, moment: str, *arguments: str) -> tuple[int, str, str]:
    completed = subprocess.run(
        [sys.executable, "-c", DRIVER, str(int(signum)), moment, *arguments],
        env=user.environ,
        cwd=user.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # Before the handler is installed, SIGTERM ends the process directly; a shell reports 143 for it too.
    return 143 if completed.returncode == -15 else completed.returncode, completed.stdout, completed.stderr


@pytest.mark.slow
@SIGNALS
@pytest.mark.usefixtures("unmeasured")
class TestSignalAtAnyMoment:
    def test_signal_during_login_leaves_complete_session_file(
        self, admin: User, cloud: MockCloud, signum: signal.Signals, code: int
    ) -> None:
        state_folder = admin.home / ".local" / "state" / "zsiso"
        exit_code, complete, call_count = run_with_signal_at(admin, signum, "COUNT", "candidates", ISO, "--json")
        assert exit_code == 0, call_count
        moments = scaled(10)
        for index in range(moments):
            for path in state_folder.glob("*.json"):
                path.unlink()
            moment = int(call_count.splitlines()[-1]) * (2 * index + 1) // (2 * moments)
            exit_code, out, err = run_with_signal_at(admin, signum, str(moment), "candidates", ISO, "--json")
            assert (exit_code, err) in {(code, ""), (0, "")}, moment
            assert out == complete or (out, exit_code) == ("", code), moment
            for path in state_folder.glob("*.json"):
                assert json.loads(path.read_text())["account"] == "admin"
        assert cloud.pop_methods()

    @pytest.mark.parametrize("arguments", [["--help"], ["candidates", "--mock"], ["profiles", "--json"]])
    def test_signal_at_any_moment_ends_command(
        self, user: User, signum: signal.Signals, code: int, arguments: list[str]
    ) -> None:
        user.write_config("")
        _, complete, call_count = run_with_signal_at(user, signum, "COUNT", *arguments)
        moments = max(2, scaled(4))
        # These include the first and the last moment.
        for index in range(moments):
            moment = 1 + (int(call_count.splitlines()[-1]) - 1) * index // (moments - 1)
            exit_code, out, err = run_with_signal_at(user, signum, str(moment), *arguments)
            assert (exit_code, err) in {(code, ""), (0, "")}, moment
            assert out == complete or (out, exit_code) == ("", code), moment

    def test_signal_between_two_imports_ends_command(self, user: User, signum: signal.Signals, code: int) -> None:
        # "cb" is a callback of the import system; Python discards exceptions that are raised in it.
        assert run_with_signal_at(user, signum, "cb", "--help") == (code, "", "")

    @pytest.mark.parametrize("arguments", [["doctor", "--mock"], ["candidates", "--mock"]])
    def test_signal_during_import_of_c_module_ends_command(
        self, user: User, signum: signal.Signals, code: int, arguments: list[str]
    ) -> None:
        # The import of _ssl treats any exception of the import of _socket as a missing module.
        assert run_with_signal_at(user, signum, "import _socket", *arguments) == (code, "", "")

    def test_signal_during_wait_for_session_lock_ends_login(
        self, admin: User, cloud: MockCloud, signum: signal.Signals, code: int
    ) -> None:
        admin.run("login")
        (session_path,) = (admin.home / ".local" / "state" / "zsiso").glob("*.json")
        with FileLock(session_path.with_suffix(".lock")):
            assert run_with_signal_at(admin, signum, "_acquire", "login") == (code, "", "")
        assert json.loads(session_path.read_text())["account"] == "admin"
        assert cloud.pop_methods() == "P"
