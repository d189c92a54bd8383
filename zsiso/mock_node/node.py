"""The mock node: from a request to a response, no socket here.

It looks at a request in the order of a real node: the URL, the body's form, the
Authorization header, the call's parameters, the session, the account's permission, and then
what is asked for.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from zsiso.mock_node.api_call import ApiCall, NodeState
from zsiso.mock_node.auth_config import MockAuthConfig
from zsiso.mock_node.errors import ApiError, HttpError
from zsiso.mock_node.messages import MockResponse, json_response, page_response, text_response
from zsiso.mock_node.routes import Api, find_route

if TYPE_CHECKING:
    from collections.abc import Callable

    from zsiso.mock_node.cloud import Cloud
    from zsiso.mock_node.messages import ApiResult, MockRequest

CONTEXT_PATH = "/zstack"

_ACCEPT_ALL = MockAuthConfig()
_METHODS = ("POST", "PUT", "DELETE", "GET", "HEAD")
_JOB_PATH = "api-jobs/"
_JOB_UUID_LENGTH = 32
# Milliseconds that a job may take, as a node answers them where nothing else is set.
_JOB_TIMEOUT = 1_800_000


class MockNode:
    """A management node.

    Args:
        cloud: its cloud.
        config: who may call it.
        now: its clock.
        candidates: the body that every image's candidates are answered with, instead of the cloud's own.
    """

    def __init__(
        self,
        cloud: Cloud,
        config: MockAuthConfig = _ACCEPT_ALL,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        candidates: bytes | None = None,
    ) -> None:
        self._state = NodeState(cloud, config, now, candidates)
        self._lock = threading.Lock()
        self.address = "http://127.0.0.1:8080"

    def handle(self, request: MockRequest) -> MockResponse:
        """Return the response to a request."""
        if request.method == "OPTIONS":
            return MockResponse(200, b"", (("Allow", ",".join((*_METHODS, "OPTIONS"))),))
        if request.method not in _METHODS:
            return page_response(405, ("Allow", ", ".join(_METHODS)))
        if not request.path.startswith("/v1/"):
            return page_response(404)
        with self._lock:
            try:
                return self._answer(request)
            except HttpError as error:
                return text_response(error.status, error.text)
            except ApiError as error:
                return self._error(error)

    def count_live_sessions(self) -> int:
        """Return how many sessions of logins have not expired."""
        return self._state.sessions.count_live()

    def _error(self, error: ApiError, *, of_job: bool = False) -> MockResponse:
        return json_response({"error": error.to_object(self._state.cloud.locale, of_job=of_job)}, 503)

    def _answer(self, request: MockRequest) -> MockResponse:
        path = request.path.removeprefix("/v1/")
        if path.startswith(_JOB_PATH) and "/" not in path.removeprefix(_JOB_PATH):
            return self._job(request, path.removeprefix(_JOB_PATH))
        found = find_route(path)
        if found is None:
            raise HttpError(404, f"no api mapping to {request.path}")
        route, values = found
        body = _read_body(request)
        api = route if isinstance(route, Api) else route.choose(request, body)
        call = ApiCall(self._state, request, body or {})
        if api.wants_session:
            call.check_authorization()
        job_uuid = None if api.resource else self._job_uuid(request)
        if api.is_job:
            return self._start_job(lambda: api.answer(call, values), job_uuid)
        return _respond(api.answer(call, values), request)

    def _job_uuid(self, request: MockRequest) -> str | None:
        """Return the UUID that a request gives its job; a query's is not read."""
        job_uuid = request.headers.get("x-job-uuid")
        if job_uuid is None:
            return None
        if len(job_uuid) != _JOB_UUID_LENGTH:
            raise HttpError(400, "Invalid header[X-Job-UUID], it must be a UUID with '-' stripped")
        if request.method in {"POST", "PUT", "DELETE"} and job_uuid in self._state.jobs:
            raise HttpError(400, f"Duplicate job uuid[{job_uuid}]")
        return job_uuid

    def _start_job(self, job: Callable[[], ApiResult], job_uuid: str | None) -> MockResponse:
        started = self._state.jobs.run(job, job_uuid)
        location = f"{self.address}{CONTEXT_PATH}/v1/{_JOB_PATH}{started}"
        return json_response({"apiTimeout": _JOB_TIMEOUT, "location": location}, 202)

    def _job(self, request: MockRequest, job_uuid: str) -> MockResponse:
        """Return what a job ended with; it wants no session."""
        if request.method != "GET":
            raise HttpError(405, f"a job is asked for by GET, not by {request.method}")
        try:
            return _respond(self._state.jobs.outcome(job_uuid), request)
        except ApiError as error:
            return self._error(error, of_job=True)


def _read_body(request: MockRequest) -> dict[str, Any] | None:
    """Return the JSON object in a body, None for an empty one; an ``HttpError`` for anything else."""
    try:
        body = json.loads(request.body) if request.body.strip() else None
    except (ValueError, RecursionError) as error:
        raise HttpError(500, f"the body is no JSON: {error}") from error
    if body is not None and not isinstance(body, dict):
        raise HttpError(500, "the body is no JSON object")
    return body


def _respond(result: ApiResult, request: MockRequest) -> MockResponse:
    if result.raw is not None:
        return MockResponse(200, result.raw)
    wants_schema = result.is_query or "x-json-schema" in request.headers
    return json_response(result.with_schema() if wants_schema else result.body)
