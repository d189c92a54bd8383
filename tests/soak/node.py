"""The node of the soak: the embedded one, with a server before it that does to each request what its run's plan says."""

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

_ERRORS = (Fault.REFUSED, Fault.DEAD, Fault.DENIED, Fault.TOO_MANY, Fault.NO_ISO, Fault.INVALID)
_LOST = {
    Fault.LOST_RESET: Fault.RESET,
    Fault.LOST_BAD_GATEWAY: Fault.BAD_GATEWAY,
    Fault.LOST_HANG: Fault.HANG,
}
_WELL = (Fault.NONE, Fault.SLOW)
# Where nothing of the answer is needed, the call does not get as far as the cloud.
_WITHOUT_CLOUD = frozenset({Fault.RESET, Fault.HANG_UP, Fault.HANG, Fault.NOT_HTTP})
# Seconds; a run that is still there then has outlived any deadline.
_PATIENCE = 90.0


@dataclass(eq=False)
class Watched:
    """What the node saw of one run."""

    plan: Plan
    calls: str = ""
    deaths: set[int] = field(default_factory=set)
    sessions: dict[str, str] = field(default_factory=dict)
    """Each session made for it, and what became of the login's answer: ``told``, ``lost`` or ``late``."""
    strange: list[str] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)


class Node:
    """The node's address, and what it saw of each run."""

    def __init__(self) -> None:
        accepts = MockAuthConfig(
            session=Secret(SESSION),
            access_key_secret=Secret(KEY_SECRET),
            session_lifetime=LIFETIME,
            max_sessions=10_000,
        )
        self.cloud = MockNode(mock_node.example_cloud(), accepts)
        self.url = self.refusing = self.resetting = ""
        self.ended = 0
        self._runs: dict[str, Watched] = {}
        self._lock = threading.Lock()

    def watch(self, plan: Plan) -> Watched:
        """Do to a run, from now on, what its plan says."""
        watched = Watched(plan)
        with self._lock:
            self._runs[plan.tag] = self._runs[hash_password(Secret(plan.password))] = watched
        return watched

    def sessions(self) -> Mapping[str, str]:
        """Return every session made, and what became of its login's answer."""
        with self._lock:
            return {session: answer for run in set(self._runs.values()) for session, answer in run.sessions.items()}

    def lives(self, session: str) -> bool:
        asked = MockRequest("GET", f"/v1/accounts/sessions/{session}/valid", {})
        return bool(json.loads(self.cloud.handle(asked).body)["valid"])

    def whose(self, asked: MockRequest) -> Watched | None:
        """Return the run that a request is of: its tag, its password, or the session it ends says so."""
        with self._lock:
            if asked.method == "PUT":
                return self._runs.get(json.loads(asked.body)["logInByAccount"]["password"])
            if asked.method == "DELETE":
                return self._runs.get(asked.target.rpartition("/")[2])
            tags = parse_qs(asked.query).get("userTags", [""])
            return self._runs.get(tags[0])

    def next_fault(self, run: Watched, method: str) -> Fault:
        """Take note of a request, and return what is to be done with it."""
        with self._lock:
            number = run.calls.count(method[0])
            run.calls += method[0]
            run.began.set()
            faults = {"PUT": run.plan.logins, "GET": run.plan.gets}.get(method, ())
            return faults[number] if number < len(faults) else Fault.NONE

    def answer(self, run: Watched, asked: MockRequest, fault: Fault) -> MockResponse:
        """Return what the cloud says, having seen to the sessions that come and go with it."""
        if fault is Fault.DEAD and asked.method == "GET":
            self._end(asked.headers.get("authorization", "").removeprefix("OAuth "))
        if fault in _ERRORS:
            error = {"error": {"code": fault.value, "description": "as planned", "details": run.plan.tag}}
            return MockResponse(503, json.dumps(error).encode())
        answer = self.cloud.handle(asked)
        with self._lock:
            if asked.method == "PUT" and answer.status == 200:
                session = json.loads(answer.body)["inventory"]["uuid"]
                run.sessions[session] = "told" if fault in _WELL else "late" if fault is Fault.LATE else "lost"
                self._runs[session] = run
            elif asked.method == "DELETE":
                self.ended += answer.status == 200
            elif b"ID.1001" in answer.body and fault in _WELL:
                run.deaths.add(run.calls.count("G") - 1)
            elif answer.status != 200 and fault in _WELL:
                run.strange.append(f"{asked.method} {asked.target}: {answer.status} {answer.body!r}")
        return answer

    def _end(self, session: str) -> None:
        self.cloud.handle(MockRequest("DELETE", f"/v1/accounts/sessions/{session}", {}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, node: Node, *args: object) -> None:
        self._node = node
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes what its own class takes

    def _reply(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = MockRequest(self.command, self.path.removeprefix(mock_node.CONTEXT_PATH), headers, body)
        run = self._node.whose(asked)
        if run is None:
            self.connection.sendall(_whole(text_response(500, "nobody's request")))
            return
        fault = self._node.next_fault(run, self.command)
        answer = _instead(fault) or (
            text_response(500, "not sent") if fault in _WITHOUT_CLOUD else self._node.answer(run, asked, fault)
        )
        lost = _LOST.get(fault)
        _act(self.connection, lost or fault, (_instead(lost) if lost else None) or answer, run.plan.timeout)

    do_GET = do_PUT = do_DELETE = _reply  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing: stderr belongs to the figures."""


def _instead(fault: Fault) -> MockResponse | None:
    """Return the answer that does not depend on what was asked, None where there is none."""
    html = b"<html><body><h1>As planned</h1></body></html>"
    statuses = {
        Fault.NOT_JSON: 200,
        Fault.REDIRECT: 302,
        Fault.FORBIDDEN: 403,
        Fault.NOT_FOUND: 404,
        **dict.fromkeys((Fault.BUSY, Fault.BUSY_TODAY), 429),
        Fault.FAILED: 500,
        Fault.BAD_GATEWAY: 502,
        Fault.STARTING: 503,
        Fault.GATEWAY_TIMEOUT: 504,
    }
    if fault in statuses:
        return MockResponse(statuses[fault], html, (("Content-Type", "text/html"),))
    bodies = {
        Fault.OTHER_JSON: b'{"inventories": "all of them", "inventory": []}',
        Fault.NOT_UTF8: b'{"inventories": [{"name": "caf\xe9"}], "inventory": {"uuid": "caf\xe9"}}',
        Fault.BROKEN_GZIP: gzip.compress(html * 9)[:-20] + b"no gzip",
    }
    return MockResponse(200, bodies[fault]) if fault in bodies else None


_HEADERS: Mapping[Fault, str] = {
    Fault.BUSY: "Retry-After: 1",
    Fault.BUSY_TODAY: "Retry-After: 3600",
    Fault.REDIRECT: "Location: http://127.0.0.1:1/elsewhere",
    Fault.BROKEN_GZIP: "Content-Encoding: gzip",
}


def _whole(answer: MockResponse, header: str = "", length: int | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {answer.status} As planned",
        *(f"{name}: {value}" for name, value in answer.headers),
        f"Content-Length: {len(answer.body) if length is None else length}",
        "Connection: close",
        *([header] if header else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body


def _act(connection: socket.socket, fault: Fault, answer: MockResponse, timeout: float) -> None:
    """Do with a connection what a fault says."""
    half = len(answer.body) // 2
    whole = _whole(answer, _HEADERS.get(fault, ""))
    if fault in {Fault.RESET, Fault.RESET_IN_HEAD, Fault.RESET_IN_BODY}:
        connection.sendall(whole[: {Fault.RESET: 0, Fault.RESET_IN_HEAD: 40}.get(fault, len(whole) - half)])
        _reset(connection)
    elif fault is Fault.CUT:
        connection.sendall(whole[: len(whole) - half])
    elif fault is Fault.CUT_CHUNKS:
        head = f"HTTP/1.1 200 As planned\r\nTransfer-Encoding: chunked\r\n\r\n{half:x}\r\n"
        connection.sendall(head.encode() + answer.body[:half] + b"\r\n")
    elif fault is Fault.SHORT:
        connection.sendall(_whole(MockResponse(200, answer.body[:half])))
    elif fault is Fault.NOT_HTTP:
        connection.sendall(b"220 mail.example.com ESMTP\r\n\r\n")
    elif fault is Fault.HANG:
        _wait_for_the_end(connection)
    elif fault in {Fault.DRIP, Fault.SLOW}:
        _drip(connection, whole, *((1, 0.05) if fault is Fault.DRIP else (len(whole) // 10, 0.01)))
    else:
        if fault is Fault.LATE:
            time.sleep(timeout + 0.2)
        if fault is not Fault.HANG_UP:
            connection.sendall(whole)


def _drip(connection: socket.socket, data: bytes, size: int, pause: float) -> None:
    for at in range(0, len(data), size):
        connection.sendall(data[at : at + size])
        time.sleep(pause)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def _wait_for_the_end(connection: socket.socket) -> None:
    connection.settimeout(_PATIENCE)
    with suppress(OSError):
        connection.recv(1)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that gives up is what this is about."""


class _HangsUp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        # Before a request it might count as not connected, and the next node would be asked in the same try.
        self.request.recv(65536)
        _reset(self.request)


@contextmanager
def running_node() -> Iterator[Node]:
    """Run the node, and what can stand before it, while the context lasts."""
    node = Node()
    with (
        _Server(("127.0.0.1", 0), partial(_Handler, node)) as server,
        _Server(("127.0.0.1", 0), _HangsUp) as resetting,
        # Bound, and nobody listens: the port stays refused, and nobody else's.
        socket.socket() as refusing,
    ):
        refusing.bind(("127.0.0.1", 0))
        node.url, node.resetting, node.refusing = (
            f"http://127.0.0.1:{address[1]}"
            for address in (server.server_address, resetting.server_address, refusing.getsockname())
        )
        servers = (server, resetting)
        for each in servers:
            threading.Thread(target=each.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield node
        finally:
            for each in servers:
                each.shutdown()
