"""The mock node for tests, with a clock that a test sets and a record of requests; and a client for it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from tests.helpers.runner import User
from zsiso import mock_node
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig, MockNode, MockRequest, MockResponse

PASSWORD = "hunter22-päss wörd"
KEY_SECRET = "topsecret-key-value"


@dataclass
class MockCloud:
    """The node's address, its clock's advance over this machine's, its requests, and their methods and statuses."""

    cloud: MockNode
    url: str = ""
    ahead: timedelta = timedelta()
    calls: list[tuple[str, int]] = field(default_factory=list)
    requests: list[MockRequest] = field(default_factory=list)

    def pop_methods(self) -> str:
        """Return the first letters of the methods of all calls since the last time, as ``PGG``."""
        letters = "".join(method[0] for method, _ in self.calls)
        self.calls.clear()
        return letters


@contextmanager
def run_mock_cloud(accepts: MockAuthConfig | None = None) -> Iterator[MockCloud]:
    """Run a cloud that accepts account admin with ``PASSWORD``, unless ``accepts`` says otherwise."""
    accepts = accepts or MockAuthConfig(account="admin", password=Secret(PASSWORD), session=Secret("the-only-one"))

    class Recording(MockNode):
        def handle(self, request: MockRequest) -> MockResponse:
            response = super().handle(request)
            running.requests.append(request)
            running.calls.append((request.method, response.status))
            return response

    cloud = Recording(mock_node.example_cloud(), accepts, now=lambda: datetime.now(timezone.utc) + running.ahead)
    running = MockCloud(cloud)
    with mock_node.serve(cloud) as running.url:
        yield running


class PathRecorder(MockNode):
    """A cloud that keeps the paths of its requests."""

    paths: list[str]

    def handle(self, request: MockRequest) -> MockResponse:
        self.paths.append(request.target)
        return super().handle(request)


def cloud_with_records(records: dict[str, list[Any]], inventory: bytes = b'{"inventories": []}') -> PathRecorder:
    """Return a cloud that has these resources, as in a cloud file, and accepts any credentials."""
    cloud = PathRecorder(mock_node.parse_cloud(records), candidates=inventory)
    cloud.paths = []
    return cloud


def send_request(url: str, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send one request to a node and return the status and the body of its response."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    status, body = response.status, response.read()
    connection.close()
    return status, body


def list_mock_candidates(user: User, *more: str) -> str:
    """Return what ``zsiso candidates --mock`` writes; it succeeds without a message."""
    result = user.run("candidates", "--mock", *more)
    assert (result.code, result.err) == (0, "")
    return result.out
