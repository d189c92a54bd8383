"""Checks of a finished run against what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.soak.node import ObservedRun
from tests.soak.plan import Plan, StdoutTarget
from tests.soak.prediction import CODES, ExpectedRun
from tests.soak.run import RunResult
from zsiso.api.session import hash_password
from zsiso.config.secrets import Secret

MAX_SECONDS_LATE = 1.5
"""Seconds that a run may take after its deadline or a signal: for the start of Python and for logging out."""

_SIGNAL_DELAY = 0.2

_TRACEBACK = re.compile("Traceback|Exception ignored|Fatal Python error")
# zsiso's modules with the signal handlers do not count while they are being imported.
_ZSISO_FRAME = re.compile(r'File "[^"]*/zsiso/(?!(__main__|signals)\.py", line \d+, in <module>)')


def find_problems(
    observed: ObservedRun, expected: ExpectedRun, result: RunResult, complete_output: bytes
) -> Iterator[str]:
    """Give the differences between a run and what was expected.

    Args:
        observed: what the node saw of the run.
        expected: the expected requests and exit code.
        result: the result of the run.
        complete_output: stdout of a successful run.
    """
    plan = observed.plan
    yield from observed.unexpected
    if was_stopped_during_startup(observed, result):
        return
    if result.code not in _codes(plan, expected, result):
        yield f"exit code {result.code} instead of {expected.code}"
    if plan.planned_signal is None and not plan.waits_for_deadline:
        if observed.calls != expected.calls:
            yield f"calls {observed.calls} instead of {expected.calls}"
    elif not expected.calls.startswith(observed.calls.rstrip("D")):
        yield f"calls {observed.calls} are not the beginning of {expected.calls}"
    if not _is_stdout_right(result, plan, complete_output):
        yield f"{len(result.out)} bytes on stdout"
    yield from _check_stderr(result)
    output = result.err + result.out.decode("utf-8", "replace")
    if any(secret in output for secret in (plan.password, hash_password(Secret(plan.password)), *observed.sessions)):
        yield "a secret is shown"
    if result.seconds_late > MAX_SECONDS_LATE:
        yield f"ended {result.seconds_late:.2f} s too late"


def was_stopped_during_startup(observed: ObservedRun, result: RunResult) -> bool:
    """Return whether a signal ended a run while Python was starting: Python then prints its own traceback."""
    has_traceback = _TRACEBACK.search(result.err) is not None and not _ZSISO_FRAME.search(result.err)
    return observed.plan.planned_signal is not None and not observed.calls and has_traceback and result.code in {1, 130}


def _codes(plan: Plan, expected: ExpectedRun, result: RunResult) -> set[int]:
    codes = {expected.code}
    if plan.waits_for_deadline:
        # The time limit is so short that it may end any wait.
        codes |= {7, *(CODES[fault] for fault in (*plan.login_faults, *plan.get_faults))} - {0}
    if plan.planned_signal is not None and result.seconds_after_signal is not None:
        # The signal may come too late to change the exit code.
        codes = (codes if result.seconds_after_signal < _SIGNAL_DELAY else set()) | {128 + plan.planned_signal.signal}
    return codes


def _is_stdout_right(result: RunResult, plan: Plan, complete_output: bytes) -> bool:
    if result.code == 0:
        return result.out == (complete_output if plan.stdout_target is StdoutTarget.PIPE else b"")
    if result.code in {130, 143}:
        return complete_output.startswith(result.out)
    return result.out == b""


def _check_stderr(result: RunResult) -> Iterator[str]:
    if _TRACEBACK.search(result.err):
        yield "a traceback"
    # A run that gets a signal at its end may already have printed its message.
    may_be_silent, may_have_message = result.code in {0, 130, 141, 143}, result.code not in {0, 141}
    if not (result.err.startswith("zsiso: ") and may_have_message) and not (result.err == "" and may_be_silent):
        yield "unexpected stderr"
