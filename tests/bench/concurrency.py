"""Many concurrent runs against the mock node, and the mock node's share of a run with a large response."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.pipeline import Pipeline, PipelineError, Run, run
from tests.bench.rows import Spread
from tests.bench.site import ZSISO, curl, run_server
from tests.helpers.runner import ISO, SESSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.site import Site

RUNS = 200
CONCURRENCY = 8
LARGEST = 100_000
_MAX_SHARE = 0.5
# The output of a run: the UUID of the only VM instance, and a newline.
_BYTES_PER_RUN = 33


@dataclass(frozen=True)
class ConcurrentRuns:
    """Many runs: the seconds that all of them took, the number of failures, and why a figure is missing."""

    seconds: float | None
    failures: int | None
    problem: str | None = None


@dataclass(frozen=True)
class MockShare:
    """The mock node with a large response: seconds of curl alone and of zsiso, or why they are missing."""

    curl: Spread | None
    zsiso: Spread | None
    problem: str | None = None

    @property
    def share(self) -> float | None:
        """The time of curl divided by that of zsiso: the share of the mock node and the network in a run."""
        return self.curl.median / self.zsiso.median if self.curl and self.zsiso else None

    @property
    def keeps_up(self) -> bool | None:
        """Whether the share is less than half."""
        return None if self.share is None else self.share < _MAX_SHARE


@contextmanager
def _run_mock_node(site: Site, vms: int) -> Iterator[str]:
    program = (*ZSISO, "mock", "--port", "0", "--inventory", str(site.body(vms)))
    with run_server(program, site.environ) as line:
        # It prints a curl command that contains the URL of the request.
        url = next(word for word in shlex.split(line) if word.startswith("http"))
        yield url.partition("/v1/")[0]


def _pipeline(site: Site, base: str, *programs: tuple[str, ...]) -> Pipeline:
    return Pipeline(programs, {**site.environ, "ZSISO_URL": base, "ZSISO_SESSION": SESSION})


def measure_concurrent_runs(site: Site) -> ConcurrentRuns:
    """Run zsiso many times, several at once, against the mock node with one VM instance."""
    with _run_mock_node(site, 1) as base:
        zsiso = (*ZSISO, "candidates", ISO, "--quiet", "-o", "uuid")
        xargs = ("xargs", "-P", str(CONCURRENCY), "-I", "{}", *zsiso)
        pipeline = _pipeline(site, base, ("seq", str(RUNS)), xargs)
        if pipeline.missing:
            return ConcurrentRuns(None, None, f"not installed: {', '.join(pipeline.missing)}")
        try:
            return _build_result(run(pipeline))
        except PipelineError as error:
            return _build_result(error.failed_run, str(error))


def _build_result(total: Run, problem: str | None = None) -> ConcurrentRuns:
    return ConcurrentRuns(total.seconds, RUNS - total.output // _BYTES_PER_RUN, problem)


def measure_mock(site: Site, runs: int) -> MockShare:
    """Request a large response from the mock node, alternately by curl and by zsiso."""
    curl_and_zsiso_runs: tuple[list[Run], list[Run]] = ([], [])
    with _run_mock_node(site, LARGEST) as base:
        by_curl = _pipeline(site, base, curl(base))
        by_zsiso = _pipeline(site, base, (*ZSISO, "candidates", ISO, "--json"))
        if by_curl.missing:
            return MockShare(None, None, "not installed: curl")
        try:
            for _ in range(runs):
                curl_and_zsiso_runs[0].append(run(by_curl))
                curl_and_zsiso_runs[1].append(run(by_zsiso))
        except PipelineError as error:
            return MockShare(None, None, str(error))
    by_curl_seconds, by_zsiso_seconds = (Spread.of(item.seconds for item in runs) for runs in curl_and_zsiso_runs)
    return MockShare(by_curl_seconds, by_zsiso_seconds)
