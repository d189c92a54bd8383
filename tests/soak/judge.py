"""What is wrong with how a run went; an empty list where nothing is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.soak.node import Watched
from tests.soak.oracle import CODES, Expected
from tests.soak.plan import Out, Plan
from tests.soak.run import Ended
from zsiso.api.session import hash_password
from zsiso.config.secrets import Secret

BEYOND = 1.5
"""Seconds that a run may take beyond its deadline, or a signal: it starts, and it parts."""

_A_MOMENT = 0.2

_TRACEBACK = re.compile("Traceback|Exception ignored|Fatal Python error")
# What ours does while it loads what answers a signal does not count.
_OURS = re.compile(r'File "[^"]*/zsiso/(?!(__main__|signals)\.py", line \d+, in <module>)')


def faults_of(watched: Watched, want: Expected, ended: Ended, whole: bytes) -> Iterator[str]:
    """Give what is wrong with a run.

    Args:
        watched: what the node saw of it.
        want: what it had to do.
        ended: how it ended.
        whole: what is on stdout when all goes well.
    """
    plan = watched.plan
    yield from watched.strange
    if before_our_first_line(watched, ended):
        return
    if ended.code not in _codes(plan, want, ended):
        yield f"exit code {ended.code} instead of {want.code}"
    if plan.blow is None and not plan.endless:
        if watched.calls != want.calls:
            yield f"calls {watched.calls} instead of {want.calls}"
    elif not want.calls.startswith(watched.calls.rstrip("D")):
        yield f"calls {watched.calls} are not the beginning of {want.calls}"
    if not _is_right(ended, plan, whole):
        yield f"{len(ended.out)} bytes on stdout"
    yield from _about_stderr(ended)
    shown = ended.err + ended.out.decode("utf-8", "replace")
    if any(secret in shown for secret in (plan.password, hash_password(Secret(plan.password)), *watched.sessions)):
        yield "a secret is shown"
    if ended.late > BEYOND:
        yield f"it ended {ended.late:.2f} s too late"


def before_our_first_line(watched: Watched, ended: Ended) -> bool:
    """Tell whether a run was struck while Python itself was still starting, which says so by a traceback of its own."""
    said = _TRACEBACK.search(ended.err) is not None and not _OURS.search(ended.err)
    return watched.plan.blow is not None and not watched.calls and said and ended.code in {1, 130}


def _codes(plan: Plan, want: Expected, ended: Ended) -> set[int]:
    codes = {want.code}
    if plan.endless:
        # There is so little time that any wait may be the last.
        codes |= {7, *(CODES[fault] for fault in (*plan.logins, *plan.gets))} - {0}
    if plan.blow is not None and ended.since_blow is not None:
        # Only where it was ending anyway does a blow change nothing.
        codes = (codes if ended.since_blow < _A_MOMENT else set()) | {128 + plan.blow.signal}
    return codes


def _is_right(ended: Ended, plan: Plan, whole: bytes) -> bool:
    if ended.code == 0:
        return ended.out == (whole if plan.out is Out.READ else b"")
    if ended.code in {130, 143}:
        return whole.startswith(ended.out)
    return ended.out == b""


def _about_stderr(ended: Ended) -> Iterator[str]:
    if _TRACEBACK.search(ended.err):
        yield "a traceback"
    # Struck at its very end, a run may have told how it would have ended.
    may_be_silent, may_speak = ended.code in {0, 130, 141, 143}, ended.code not in {0, 141}
    if not (ended.err.startswith("zsiso: ") and may_speak) and not (ended.err == "" and may_be_silent):
        yield "stderr is not as it should be"
