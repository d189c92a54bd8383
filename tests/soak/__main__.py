"""Run the soak: every run a process of its own, judged by what its plan alone makes of it."""

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
from tests.soak.judge import before_our_first_line, faults_of
from tests.soak.node import Node, Watched, running_node
from tests.soak.oracle import Expected, expected
from tests.soak.plan import FORMATS, Fault, Front, Plan, Who, draw
from tests.soak.run import Ended, run
from zsiso import mock_node


@dataclass
class Figures:
    """What the soak has come to."""

    codes: Counter[int] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    latest: float = 0.0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, watched: Watched, want: Expected, ended: Ended, wrong: list[str]) -> None:
        plan = watched.plan
        met = {
            "P": plan.logins[: watched.calls.count("P")],
            "G": plan.gets[: watched.calls.count("G")],
        }
        with self.lock:
            self.codes[ended.code] += 1
            self.counts["again"] += want.again
            self.counts["faults"] += len(met["P"]) + len(met["G"])
            self.counts["logins"] += watched.calls.count("P")
            self.counts["made"] += len(watched.sessions)
            self.counts["died"] += len(watched.deaths)
            self.counts["declared dead"] += met["G"].count(Fault.DEAD)
            self.counts["not yet ours"] += before_our_first_line(watched, ended)
            self.counts.update(watched.sessions.values())
            self.latest = max(self.latest, ended.late)
            if wrong:
                seen = f"the node saw {watched.calls}, deaths at {watched.deaths or 'none'}"
                self.wrong.append(f"{plan}\n  {seen}; {ended}\n  {'; '.join(wrong)}")
                sys.stderr.write(f"{self.wrong[-1]}\n")


class Soak:
    """All the runs.

    Args:
        home: a folder for their configurations and sessions.
        node: whom they ask.
    """

    def __init__(self, home: Path, node: Node) -> None:
        self.figures = Figures()
        self.stopped = False
        self._home = home
        self._node = node
        self._state = home / "state"
        # No folder can be made beneath a file.
        self._no_state = home / "file" / "state"
        (home / "file").touch()
        self._whole = {**{name: _of_the_mock(name) for name in FORMATS}, "present": b"", "absent": b""}

    def one(self, plan: Plan) -> None:
        """Make one run, and judge it; nothing once it is all stopped."""
        if self.stopped:
            return
        watched = self._node.watch(plan)
        config = self._config(plan)
        shown = {"present": ("--check", "rescue"), "absent": ("--check", "nobody")}.get(plan.show)
        arguments = ("candidates", ISO, "--config", str(config), "--timeout", f"{plan.timeout}")
        ended = run([*arguments, *(shown or ("--output", plan.show))], self._environ(plan), watched)
        config.unlink()
        want = expected(plan, watched.calls, watched.deaths)
        wrong = [*faults_of(watched, want, ended, self._whole[plan.show]), *self._leaks(watched)]
        self.figures.add(watched, want, ended, wrong)

    def _environ(self, plan: Plan) -> Mapping[str, str]:
        state = self._no_state if plan.who is Who.UNKEPT else self._state
        return {"HOME": str(self._home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "XDG_STATE_HOME": str(state)}

    def _config(self, plan: Plan) -> Path:
        urls = {
            Front.NOTHING: [self._node.url],
            Front.REFUSES: [self._node.refusing, self._node.url],
            Front.RESETS: [self._node.resetting, self._node.url],
            Front.ALONE: [self._node.refusing],
        }
        who = {
            Who.KEY: {"access_key_id": "the-key", "access_key_secret": KEY_SECRET},
            Who.SESSION: {"session": SESSION},
        }
        account = {"account": plan.account, "password": plan.password}
        profile = {"url": urls[plan.front], "user_tags": [plan.tag], **who.get(plan.who, account)}
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in profile.items())
        path = self._home / f"{plan.tag}.toml"
        path.touch(0o600)
        path.write_text(f"[profiles.soak]\n{''.join(lines)}", encoding="utf-8")
        return path

    # -- sessions -------------------------------------------------------------

    def kept(self) -> set[str]:
        """Return every session that is kept, alive or dead."""
        kept = set()
        for path in self._state.glob("zsiso/session-*.json"):
            with suppress(FileNotFoundError):
                kept.add(json.loads(path.read_bytes())["session"])
        return kept

    def _leaks(self, watched: Watched) -> Iterator[str]:
        """Give each session that lives after its run, whose login's answer came, and that no file holds."""
        told = [session for session, answer in watched.sessions.items() if answer == "told"]
        if told:
            # In this order: what is in no file any more was dead before it was replaced.
            kept = self.kept()
            yield from (f"session {session} leaked" for session in told if session not in kept and self._lives(session))

    def _lives(self, session: str) -> bool:
        """Tell whether a session lives on; what ends it may be on its way."""
        for _ in range(10):
            if not self._node.lives(session):
                return False
            time.sleep(0.1)
        return True


def _of_the_mock(output: str) -> bytes:
    """Return what is to be on stdout, asked of the node that zsiso brings along."""
    if output == "json":
        return mock_node.example_inventory()
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    arguments = [*PROGRAM, "candidates", "--mock", "--output", output]
    return subprocess.run(arguments, env=environ, capture_output=True, check=True).stdout


def _report(soak: Soak, node: Node, options: argparse.Namespace, seconds: float) -> None:
    figures, counts = soak.figures, soak.figures.counts
    codes = ", ".join(f"{code}: {number}" for code, number in sorted(figures.codes.items()))
    living = {session: answer for session, answer in node.sessions().items() if node.lives(session)}
    kept = soak.kept() & living.keys()
    lost = Counter(answer for session, answer in living.items() if session not in kept)
    if lost["told"] or node.cloud.count_live_sessions() != len(living):
        figures.wrong.append(f"{lost['told']} sessions have leaked at the end")
    sys.stdout.write(
        f"runs: {sum(figures.codes.values())} with seed {options.seed}, {options.jobs} at a time, {seconds:.0f} s\n"
        f"exit codes: {codes} ({counts['not yet ours']} struck while Python was starting)\n"
        f"faults met: {counts['faults']}; tried again: {counts['again']}\n"
        f"logins: {counts['logins']}; sessions made: {counts['made']}, ended: {node.ended}, "
        f"expired under a run: {counts['died']}, declared dead: {counts['declared dead']}, "
        f"lost with their login's answer: {counts['lost']}, answered late: {counts['late']}\n"
        f"alive at the end: {len(living)}, kept: {len(kept)}, lost: {lost['lost']}, late: {lost['late']}\n"
        f"the latest run: {figures.latest:.2f} s after its deadline or the signal that ended it\n"
        f"not as expected: {len(figures.wrong)}\n"
    )


def main() -> int:
    """Return 0 where every run went as expected, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="how many runs [default: 10000]")
    parser.add_argument("--jobs", type=int, default=4, help="how many at a time [default: 4]")
    parser.add_argument("--seed", type=int, default=1, help="what all is drawn from [default: 1]")
    parser.add_argument("--only", type=int, help="make the run of this number alone")
    options = parser.parse_args()
    numbers = range(options.runs) if options.only is None else [options.only]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home, running_node() as node, ThreadPoolExecutor(options.jobs) as pool:
        soak = Soak(Path(home), node)
        # What has been run by then is reported all the same. Besides, a shell ignores Ctrl-C for
        # what runs in its background, and who is started from there would ignore it, too.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(soak, "stopped", True))
        for _ in pool.map(soak.one, (draw(options.seed, number) for number in numbers)):
            pass
        _report(soak, node, options, time.monotonic() - began)
    return 1 if soak.figures.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
