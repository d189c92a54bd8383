"""Run the soak test: each run is a process, and is compared with the prediction from its plan."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.helpers.mock_cloud import KEY_SECRET
from tests.helpers.runner import ISO, PROGRAM, SESSION
from tests.soak.checks import find_problems, was_stopped_during_startup
from tests.soak.node import Node, ObservedRun, run_node
from tests.soak.plan import OUTPUT_FORMATS, CredentialsKind, Fault, Plan, ProfileUrls, draw_plan
from tests.soak.prediction import ExpectedRun, predict_run
from tests.soak.run import RunResult, run
from zsiso import mock_node


@dataclass
class Statistics:
    """The statistics of all runs."""

    exit_codes: Counter[int] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    max_seconds_late: float = 0.0
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, observed: ObservedRun, expected: ExpectedRun, result: RunResult, failures: list[str]) -> None:
        plan = observed.plan
        observed_faults = {
            "P": plan.login_faults[: observed.calls.count("P")],
            "G": plan.get_faults[: observed.calls.count("G")],
        }
        with self.lock:
            self.exit_codes[result.code] += 1
            self.counts["retries"] += expected.retries
            self.counts["faults"] += len(observed_faults["P"]) + len(observed_faults["G"])
            self.counts["logins"] += observed.calls.count("P")
            self.counts["created"] += len(observed.sessions)
            self.counts["expired"] += len(observed.expired_gets)
            self.counts["expired as planned"] += observed_faults["G"].count(Fault.SESSION_EXPIRED)
            self.counts["stopped during startup"] += was_stopped_during_startup(observed, result)
            self.counts.update(observed.sessions.values())
            self.max_seconds_late = max(self.max_seconds_late, result.seconds_late)
            if failures:
                seen = f"the node received {observed.calls}, expired sessions at {observed.expired_gets or 'none'}"
                self.failures.append(f"{plan}\n  {seen}; {result}\n  {'; '.join(failures)}")
                sys.stderr.write(f"{self.failures[-1]}\n")


class Soak:
    """The soak test.

    Args:
        home: the folder for configuration files and saved sessions.
        node: the node.
    """

    def __init__(self, home: Path, node: Node) -> None:
        self.statistics = Statistics()
        self.stopped = False
        self._home = home
        self._node = node
        self._state = home / "state"
        # A folder cannot be created inside a file.
        self._unwritable_state = home / "file" / "state"
        (home / "file").touch()
        self._complete_outputs = {
            **{name: _mock_output(name) for name in OUTPUT_FORMATS},
            "present": b"",
            "absent": b"",
        }

    def run_plan(self, plan: Plan) -> None:
        """Execute one run and check it; do nothing after the soak test was stopped."""
        if self.stopped:
            return
        observed = self._node.register_run(plan)
        config = self._config(plan)
        check_options = {"present": ("--check", "rescue"), "absent": ("--check", "nobody")}.get(plan.output)
        arguments = ("candidates", ISO, "--config", str(config), "--timeout", f"{plan.timeout}")
        result = run([*arguments, *(check_options or ("--output", plan.output))], self._environ(plan), observed)
        config.unlink()
        expected = predict_run(plan, observed.calls, observed.expired_gets)
        failures = [
            *find_problems(observed, expected, result, self._complete_outputs[plan.output]),
            *self._find_leaks(observed),
        ]
        self.statistics.add(observed, expected, result, failures)

    def _environ(self, plan: Plan) -> Mapping[str, str]:
        state = self._unwritable_state if plan.credentials is CredentialsKind.UNSAVED_ACCOUNT else self._state
        return {"HOME": str(self._home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "XDG_STATE_HOME": str(state)}

    def _config(self, plan: Plan) -> Path:
        urls = {
            ProfileUrls.NODE_ONLY: [self._node.url],
            ProfileUrls.REFUSED_PORT_FIRST: [self._node.refused_url, self._node.url],
            ProfileUrls.RESET_PORT_FIRST: [self._node.reset_url, self._node.url],
            ProfileUrls.REFUSED_PORT_ONLY: [self._node.refused_url],
        }
        credentials = {
            CredentialsKind.ACCESS_KEY: {"access_key_id": "the-key", "access_key_secret": KEY_SECRET},
            CredentialsKind.SESSION: {"session": SESSION},
        }
        account = {"account": plan.account, "password": plan.password}
        profile = {
            "url": urls[plan.profile_urls],
            "user_tags": [plan.tag],
            **credentials.get(plan.credentials, account),
        }
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in profile.items())
        path = self._home / f"{plan.tag}.toml"
        path.touch(0o600)
        path.write_text(f"[profiles.soak]\n{''.join(lines)}", encoding="utf-8")
        return path

    # -- sessions -------------------------------------------------------------

    def saved_sessions(self) -> set[str]:
        """Return all saved sessions, valid or not."""
        saved_sessions = set()
        for path in self._state.glob("zsiso/session-*.json"):
            with suppress(FileNotFoundError):
                saved_sessions.add(json.loads(path.read_bytes())["session"])
        return saved_sessions

    def _find_leaks(self, observed: ObservedRun) -> Iterator[str]:
        """Give each valid session of a run whose login's response arrived, but that is not saved."""
        delivered = [session for session, arrival in observed.sessions.items() if arrival == "delivered"]
        if delivered:
            # Read the files first: a session that a run replaced in its file had ended before.
            saved_sessions = self.saved_sessions()
            yield from (
                f"session {session} leaked"
                for session in delivered
                if session not in saved_sessions and self._stays_valid(session)
            )

    def _stays_valid(self, session: str) -> bool:
        """Return whether a session is still valid after a second: its logout may be under way."""
        for _ in range(10):
            if not self._node.is_session_valid(session):
                return False
            time.sleep(0.1)
        return True


def _mock_output(output: str) -> bytes:
    """Return the expected stdout in an output format, from a run with ``--mock``."""
    if output == "json":
        return mock_node.example_inventory() + b"\n"
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    arguments = [*PROGRAM, "candidates", "--mock", "--output", output]
    return subprocess.run(arguments, env=environ, capture_output=True, check=True).stdout


def _report(soak: Soak, node: Node, options: argparse.Namespace, seconds: float) -> None:
    statistics, counts = soak.statistics, soak.statistics.counts
    exit_codes = ", ".join(f"{code}: {number}" for code, number in sorted(statistics.exit_codes.items()))
    valid = {session: arrival for session, arrival in node.sessions().items() if node.is_session_valid(session)}
    saved_sessions = soak.saved_sessions() & valid.keys()
    unsaved = Counter(arrival for session, arrival in valid.items() if session not in saved_sessions)
    if unsaved["delivered"] or node.cloud.count_live_sessions() != len(valid):
        statistics.failures.append(f"{unsaved['delivered']} sessions have leaked at the end")
    sys.stdout.write(
        f"runs: {sum(statistics.exit_codes.values())} with seed {options.seed}, {options.jobs} at a time, {seconds:.0f} s\n"
        f"exit codes: {exit_codes} ({counts['stopped during startup']} stopped while Python was starting)\n"
        f"faults: {counts['faults']}; retries: {counts['retries']}\n"
        f"logins: {counts['logins']}; sessions created: {counts['created']}, logged out: {node.logouts}, "
        f"expired during a run: {counts['expired']}, expired as planned: {counts['expired as planned']}, "
        f"login response lost: {counts['lost']}, late: {counts['late']}\n"
        f"valid at the end: {len(valid)}, saved: {len(saved_sessions)}, lost: {unsaved['lost']}, late: {unsaved['late']}\n"
        f"the slowest end of a run: {statistics.max_seconds_late:.2f} s after its deadline or the signal that ended it\n"
        f"failures: {len(statistics.failures)}\n"
    )


def main() -> int:
    """Return 0 if every run ended as expected, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="number of runs [default: 10000]")
    parser.add_argument("--jobs", type=int, default=4, help="number of runs at a time [default: 4]")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random plans [default: 1]")
    parser.add_argument("--only", type=int, help="execute only the run with this number")
    options = parser.parse_args()
    numbers = range(options.runs) if options.only is None else [options.only]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home, run_node() as node, ThreadPoolExecutor(options.jobs) as pool:
        soak = Soak(Path(home), node)
        # Report the runs so far after a signal. Handlers also replace an ignored SIGINT, which a shell
        # sets for background jobs and which the started processes would inherit.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(soak, "stopped", True))
        for _ in pool.map(soak.run_plan, (draw_plan(options.seed, number) for number in numbers)):
            pass
        _report(soak, node, options, time.monotonic() - started)
    return 1 if soak.statistics.failures else 0


if __name__ == "__main__":
    sys.exit(main())
