"""Many calls at once of the mock node, and whether the mock node keeps up with a great answer."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.pipeline import FailedError, Pipeline, Run, run
from tests.bench.rows import Spread
from tests.bench.site import ZSISO, curl, serving
from tests.helpers.runner import ISO, SESSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.site import Site

CALLS = 200
AT_ONCE = 8
MOST = 100_000
_HALF = 0.5
# What a run says of the one VM instance there is: its UUID and the end of the line.
_LINE = 33


@dataclass(frozen=True)
class Crowd:
    """Many calls: how long all of them took, and how many failed; or that something is not installed."""

    seconds: float | None
    failures: int | None
    flaw: str | None = None


@dataclass(frozen=True)
class Mock:
    """The mock node with a great answer: seconds of curl alone, and of zsiso's run; or why not."""

    curl: Spread | None
    zsiso: Spread | None
    flaw: str | None = None

    @property
    def share(self) -> float | None:
        """Curl's time by zsiso's: what of a run goes to the mock node, and to the way through."""
        return self.curl.median / self.zsiso.median if self.curl and self.zsiso else None

    @property
    def keeps_up(self) -> bool | None:
        """Whether that is less than half."""
        return None if self.share is None else self.share < _HALF


@contextmanager
def _mock(site: Site, vms: int) -> Iterator[str]:
    program = (*ZSISO, "mock", "--port", "0", "--inventory", str(site.body(vms)))
    with serving(program, site.environ) as line:
        # It prints a curl command, with the whole URL of the candidates in it.
        url = next(word for word in shlex.split(line) if word.startswith("http"))
        yield url.partition("/v1/")[0]


def _asking(site: Site, base: str, *programs: tuple[str, ...]) -> Pipeline:
    return Pipeline(programs, {**site.environ, "ZSISO_URL": base, "ZSISO_SESSION": SESSION})


def measure_calls(site: Site) -> Crowd:
    """Run zsiso many times, some at once, against the mock node with one VM instance."""
    with _mock(site, 1) as base:
        one = (*ZSISO, "candidates", ISO, "--quiet", "-o", "uuid")
        xargs = ("xargs", "-P", str(AT_ONCE), "-I", "{}", *one)
        pipeline = _asking(site, base, ("seq", str(CALLS)), xargs)
        if pipeline.missing:
            return Crowd(None, None, f"not installed: {', '.join(pipeline.missing)}")
        try:
            return _crowd(run(pipeline))
        except FailedError as error:
            return _crowd(error.taken, str(error))


def _crowd(taken: Run, flaw: str | None = None) -> Crowd:
    return Crowd(taken.seconds, CALLS - taken.output // _LINE, flaw)


def measure_mock(site: Site, runs: int) -> Mock:
    """Ask the mock node for a great answer, by curl alone and by zsiso in turns."""
    taken: tuple[list[Run], list[Run]] = ([], [])
    with _mock(site, MOST) as base:
        by_curl = _asking(site, base, curl(base))
        by_zsiso = _asking(site, base, (*ZSISO, "candidates", ISO, "--json"))
        if by_curl.missing:
            return Mock(None, None, "not installed: curl")
        try:
            for _ in range(runs):
                taken[0].append(run(by_curl))
                taken[1].append(run(by_zsiso))
        except FailedError as error:
            return Mock(None, None, str(error))
    by_curl_seconds, by_zsiso_seconds = (Spread.of(each.seconds for each in runs) for runs in taken)
    return Mock(by_curl_seconds, by_zsiso_seconds)
