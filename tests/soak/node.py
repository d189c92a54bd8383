"""The node of the soak test: the mock node behind a server that adds the faults of each run's plan."""

from __future__ import annotations

import gzip
import json
import os
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from tests.helpers.mock_cloud import KEY_SECRET
from tests.helpers.runner import SESSION
from tests.soak.plan import LIFETIME, Fault, Plan
from zsiso import mock_node
from zsiso.api.session import hash_password
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig, MockNode, MockRequest, MockResponse
from zsiso.mock_node.messages import text_response

_ERRORS = (
    Fault.LOGIN_REJECTED,
    Fault.SESSION_EXPIRED,
    Fault.PERMISSION_DENIED,
    Fault.TOO_MANY_SESSIONS,
    Fault.ISO_NOT_FOUND,
    Fault.INVALID_ARGUMENT,
)
_FAULT_AFTER_LOGIN = {
    Fault.LOGIN_THEN_RESET: Fault.RESET,
    Fault.LOGIN_THEN_BAD_GATEWAY: Fault.BAD_GATEWAY,
    Fault.LOGIN_THEN_SILENCE: Fault.SILENCE,
}
_NORMAL = (Fault.NONE, Fault.SLOW)
# With these faults, the request does not reach the mock node.
_WITHOUT_CLOUD = frozenset({Fault.RESET, Fault.CLOSED, Fault.SILENCE, Fault.NOT_HTTP})
# Seconds; longer than the time limit of any run.
_MAX_WAIT = 90.0


@dataclass(eq=False)
class ObservedRun:
    """What the node saw of one run."""

    plan: Plan
    calls: str = ""
    expired_gets: set[int] = field(default_factory=set)
    sessions: dict[str, str] = field(default_factory=dict)
    """Each session created for it, and how the login's response arrived: ``delivered``, ``lost`` or ``late``."""
    unexpected: list[str] = field(default_factory=list)
    first_request: threading.Event = field(default_factory=threading.Event)


class Node:
    """The URL of the node, and what it saw of each run."""

    def __init__(self) -> None:
        accepts = MockAuthConfig(
            session=Secret(SESSION),
            access_key_secret=Secret(KEY_SECRET),
            session_lifetime=LIFETIME,
            max_sessions=10_000,
        )
        self.cloud = MockNode(mock_node.example_cloud(), accepts)
        self.url = self.refused_url = self.reset_url = ""
        self.logouts = 0
        self._runs: dict[str, ObservedRun] = {}
        self._lock = threading.Lock()

    def register_run(self, plan: Plan) -> ObservedRun:
        """Apply a plan to the requests of its run from now on."""
        observed = ObservedRun(plan)
        with self._lock:
            self._runs[plan.tag] = self._runs[hash_password(Secret(plan.password))] = observed
        return observed

    def sessions(self) -> Mapping[str, str]:
        """Return every session created, and how the response of its login arrived."""
        with self._lock:
            return {session: arrival for run in set(self._runs.values()) for session, arrival in run.sessions.items()}

    def is_session_valid(self, session: str) -> bool:
        request = MockRequest("GET", f"/v1/accounts/sessions/{session}/valid", {})
        return bool(json.loads(self.cloud.handle(request).body)["valid"])

    def find_run(self, request: MockRequest) -> ObservedRun | None:
        """Return the run that sent a request, found by its tag, its password or the session that it ends."""
        with self._lock:
            if request.method == "PUT":
                return self._runs.get(json.loads(request.body)["logInByAccount"]["password"])
            if request.method == "DELETE":
                return self._runs.get(request.target.rpartition("/")[2])
            tags = parse_qs(request.query).get("userTags", [""])
            return self._runs.get(tags[0])

    def next_fault(self, run: ObservedRun, method: str) -> Fault:
        """Record a request and return its fault."""
        with self._lock:
            number = run.calls.count(method[0])
            run.calls += method[0]
            run.first_request.set()
            faults = {"PUT": run.plan.login_faults, "GET": run.plan.get_faults}.get(method, ())
            return faults[number] if number < len(faults) else Fault.NONE

    def respond(self, run: ObservedRun, request: MockRequest, fault: Fault) -> MockResponse:
        """Return the response of the mock node, and record the sessions that it creates and ends."""
        if fault is Fault.SESSION_EXPIRED and request.method == "GET":
            self._expire(request.headers.get("authorization", "").removeprefix("OAuth "))
        if fault in _ERRORS:
            error = {"error": {"code": fault.value, "description": "as planned", "details": run.plan.tag}}
            return MockResponse(503, json.dumps(error).encode())
        response = self.cloud.handle(request)
        with self._lock:
            if request.method == "PUT" and response.status == 200:
                session = json.loads(response.body)["inventory"]["uuid"]
                run.sessions[session] = (
                    "delivered" if fault in _NORMAL else "late" if fault is Fault.LOGIN_THEN_LATE_RESPONSE else "lost"
                )
                self._runs[session] = run
            elif request.method == "DELETE":
                self.logouts += response.status == 200
            elif b"ID.1001" in response.body and fault in _NORMAL:
                run.expired_gets.add(run.calls.count("G") - 1)
            elif response.status != 200 and fault in _NORMAL:
                run.unexpected.append(f"{request.method} {request.target}: {response.status} {response.body!r}")
        return response

    def _expire(self, session: str) -> None:
        self.cloud.handle(MockRequest("DELETE", f"/v1/accounts/sessions/{session}", {}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, node: Node, *args: object) -> None:
        self._node = node
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes what its own class takes

    def _handle_request(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = MockRequest(self.command, self.path.removeprefix(mock_node.CONTEXT_PATH), headers, body)
        run = self._node.find_run(request)
        if run is None:
            self.connection.sendall(_encode(text_response(500, "request of an unknown run")))
            return
        fault = self._node.next_fault(run, self.command)
        response = _fixed_response(fault) or (
            text_response(500, "not sent") if fault in _WITHOUT_CLOUD else self._node.respond(run, request, fault)
        )
        fault_after_login = _FAULT_AFTER_LOGIN.get(fault)
        _send(
            self.connection,
            fault_after_login or fault,
            (_fixed_response(fault_after_login) if fault_after_login else None) or response,
            run.plan.timeout,
        )

    do_GET = do_PUT = do_DELETE = _handle_request  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Log nothing: stderr is for failed runs."""


def _fixed_response(fault: Fault) -> MockResponse | None:
    """Return the response of a fault that does not depend on the request, None if it has none."""
    html = b"<html><body><h1>As planned</h1></body></html>"
    statuses = {
        Fault.NOT_JSON: 200,
        Fault.REDIRECT: 302,
        Fault.FORBIDDEN: 403,
        Fault.NOT_FOUND: 404,
        **dict.fromkeys((Fault.RETRY_AFTER_A_SECOND, Fault.RETRY_AFTER_AN_HOUR), 429),
        Fault.INTERNAL_ERROR: 500,
        Fault.BAD_GATEWAY: 502,
        Fault.NODE_STARTING: 503,
        Fault.GATEWAY_TIMEOUT: 504,
    }
    if fault in statuses:
        return MockResponse(statuses[fault], html, (("Content-Type", "text/html"),))
    bodies = {
        Fault.UNEXPECTED_JSON: b'{"inventories": "all of them", "inventory": []}',
        Fault.NOT_UTF8: b'{"inventories": [{"name": "caf\xe9"}], "inventory": {"uuid": "caf\xe9"}}',
        Fault.BROKEN_GZIP: gzip.compress(html * 9)[:-20] + b"no gzip",
    }
    return MockResponse(200, bodies[fault]) if fault in bodies else None


_HEADERS: Mapping[Fault, str] = {
    Fault.RETRY_AFTER_A_SECOND: "Retry-After: 1",
    Fault.RETRY_AFTER_AN_HOUR: "Retry-After: 3600",
    Fault.REDIRECT: "Location: http://127.0.0.1:1/elsewhere",
    Fault.BROKEN_GZIP: "Content-Encoding: gzip",
}


def _encode(response: MockResponse, header: str = "", length: int | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {response.status} As planned",
        *(f"{name}: {value}" for name, value in response.headers),
        f"Content-Length: {len(response.body) if length is None else length}",
        "Connection: close",
        *([header] if header else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + response.body


def _send(connection: socket.socket, fault: Fault, response: MockResponse, timeout: float) -> None:
    """Send a response with a fault."""
    half = len(response.body) // 2
    encoded = _encode(response, _HEADERS.get(fault, ""))
    if fault in {Fault.RESET, Fault.RESET_IN_HEAD, Fault.RESET_IN_BODY}:
        connection.sendall(encoded[: {Fault.RESET: 0, Fault.RESET_IN_HEAD: 40}.get(fault, len(encoded) - half)])
        _reset(connection)
    elif fault is Fault.BODY_TRUNCATED:
        connection.sendall(encoded[: len(encoded) - half])
    elif fault is Fault.CHUNKS_TRUNCATED:
        head = f"HTTP/1.1 200 As planned\r\nTransfer-Encoding: chunked\r\n\r\n{half:x}\r\n"
        connection.sendall(head.encode() + response.body[:half] + b"\r\n")
    elif fault is Fault.JSON_TRUNCATED:
        connection.sendall(_encode(MockResponse(200, response.body[:half])))
    elif fault is Fault.NOT_HTTP:
        connection.sendall(b"220 mail.example.com ESMTP\r\n\r\n")
    elif fault is Fault.SILENCE:
        _wait_for_close(connection)
    elif fault in {Fault.DRIP, Fault.SLOW}:
        _drip(connection, encoded, *((1, 0.05) if fault is Fault.DRIP else (len(encoded) // 10, 0.01)))
    else:
        if fault is Fault.LOGIN_THEN_LATE_RESPONSE:
            time.sleep(timeout + 0.2)
        if fault is not Fault.CLOSED:
            connection.sendall(encoded)


def _drip(connection: socket.socket, data: bytes, size: int, pause: float) -> None:
    for start in range(0, len(data), size):
        connection.sendall(data[start : start + size])
        time.sleep(pause)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def _wait_for_close(connection: socket.socket) -> None:
    connection.settimeout(_MAX_WAIT)
    with suppress(OSError):
        connection.recv(1)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Ignore clients that close the connection early."""


class _ResetHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        # A reset before the request could count as a refused connection, and zsiso would try the next node at once.
        self.request.recv(65536)
        _reset(self.request)


@contextmanager
def run_node() -> Iterator[Node]:
    """Run the node, a port that resets connections and a port that refuses them, while the context lasts."""
    node = Node()
    with (
        _Server(("127.0.0.1", 0), partial(_Handler, node)) as server,
        _Server(("127.0.0.1", 0), _ResetHandler) as reset,
        # Bound without listening: connections are refused, and no other program gets the port.
        socket.socket() as refused,
    ):
        refused.bind(("127.0.0.1", 0))
        node.url, node.reset_url, node.refused_url = (
            f"http://127.0.0.1:{address[1]}"
            for address in (server.server_address, reset.server_address, refused.getsockname())
        )
        servers = (server, reset)
        for running in servers:
            threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield node
        finally:
            for running in servers:
                running.shutdown()
