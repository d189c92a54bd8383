"""Jobs: the calls that the node answers with 202 and does behind that (docs/zstack-api.md#attach)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from zsiso.mock_node.errors import ApiError, HttpError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zsiso.mock_node.messages import ApiResult

    # What a job ends with: its result, or the error that it raises.
    Outcome = Callable[[], ApiResult]


class JobStore:
    """The jobs of the node and what they ended with, by their UUIDs."""

    def __init__(self) -> None:
        self._outcomes: dict[str, Outcome] = {}

    def __contains__(self, job_uuid: str) -> bool:
        return job_uuid.lower() in self._outcomes

    def run(self, job: Outcome, job_uuid: str | None) -> str:
        """Do a job and keep its outcome; return its UUID, a new one where none is given."""
        key = job_uuid or uuid.uuid4().hex
        self._outcomes[key.lower()] = _done(job)
        return key

    def outcome(self, job_uuid: str) -> ApiResult:
        """Return the result that a job ended with.

        Raises:
            ApiError: the one that the job ended with.
            HttpError: there is no such job.
        """
        if job_uuid not in self:
            raise HttpError(404, "the job has been expired")
        return self._outcomes[job_uuid.lower()]()


def _done(job: Outcome) -> Outcome:
    """Do a job; return what gives its outcome again, whenever it is asked for."""
    try:
        result = job()
    except ApiError as error:
        failure = error

        def fail() -> ApiResult:
            raise failure

        return fail
    return lambda: result
