"""Several processes that log in at the same time."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from tests.helpers.mock_cloud import MockCloud
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.sessions import run_candidates, session_file, state_folder


def run_concurrently(user: User, count: int) -> list[int]:
    """Start ``count`` runs at the same time; return their exit codes."""
    runs = [
        subprocess.Popen(
            [*PROGRAM, "candidates", ISO, "--json"],
            env=user.environ,
            cwd=user.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(count)
    ]
    outputs = [run.communicate(timeout=120) for run in runs]
    assert {error for _, error in outputs} == {b""}
    assert len({out for out, _ in outputs}) == 1
    return [run.returncode for run in runs]


class TestConcurrentLogins:
    @pytest.mark.slow
    def test_fifty_concurrent_runs_log_in_once(self, admin: User, cloud: MockCloud) -> None:
        admin.environ["ZSISO_PROFILE"] = "prod"
        assert run_concurrently(admin, 50) == [0] * 50
        methods = cloud.pop_methods()
        assert (methods.count("P"), methods.count("G"), methods.count("D")) == (1, 50, 0)
        assert cloud.cloud.count_live_sessions() == 1

    @pytest.mark.slow
    def test_concurrent_runs_renew_expired_session_once(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        cloud.ahead = timedelta(hours=3)
        cloud.pop_methods()
        assert run_concurrently(admin, 12) == [0] * 12
        assert cloud.pop_methods().count("P") == 1

    def test_concurrent_logins_and_logouts_leave_no_unsaved_session(self, admin: User, cloud: MockCloud) -> None:
        runs = [
            subprocess.Popen([*PROGRAM, command, "-q"], env=admin.environ, cwd=admin.home, stderr=subprocess.PIPE)
            for command in ("login", "login", "logout", "login", "login", "logout", "login", "login")
        ]
        assert {run.communicate(timeout=60)[1] for run in runs} == {b""}
        assert {run.returncode for run in runs} == {0}
        assert cloud.cloud.count_live_sessions() == len(list(state_folder(admin).glob("*.json")))

    def test_deadline_ends_wait_for_login_of_another_run(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        session_file(admin).unlink()
        script = (
            "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire()\n"
            "print('held', flush=True); sys.stdin.read()"
        )
        (path,) = state_folder(admin).glob("*.lock")
        with subprocess.Popen(
            [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as lock_holder:
            assert lock_holder.stdout is not None
            assert lock_holder.stdout.readline() == "held\n"
            cloud.pop_methods()
            result = admin.run("candidates", ISO, "--timeout", "0.3")
            lock_holder.communicate("")
        assert (result.code, result.out, cloud.pop_methods()) == (7, "", "")
        assert result.err.startswith(
            "zsiso: timed out after 0.3 s waiting for another run of zsiso that logs in as admin\n"
        )
