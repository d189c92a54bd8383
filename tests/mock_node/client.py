"""A client of the mock node, which sends what it is given and reads what comes."""

from __future__ import annotations

import hashlib
import http.client
import json
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from zsiso.mock_node import MockAuthConfig, MockNode, parse_cloud, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RECORDED = Path(__file__).parents[1] / "data" / "recorded"
RECORDED_CLOUD: dict[str, Any] = json.loads((RECORDED / "cloud.json").read_text(encoding="utf-8"))

NO_UUID = "0123456789abcdef0123456789abcdef"


def sha512(password: str) -> str:
    return hashlib.sha512(password.encode()).hexdigest()


class Response(NamedTuple):
    """A response; the names of ``headers`` are in lower case."""

    status: int
    headers: list[tuple[str, str]]
    text: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        return json.loads(self.text)

    @property
    def error(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        assert self.status == 503
        return self.json["error"]

    def column(self, field: str) -> list[Any]:
        """Return one field of each of the inventories."""
        assert self.status == 200, self.text
        return [row.get(field) for row in self.json["inventories"]]


class NodeClient:
    """A client of one node, which calls with a session unless it is told otherwise."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.authorization: str | None = None

    def send(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> Response:
        """Send a request as it is; ``target`` is from ``/v1`` on."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        connection.putrequest(method, f"/zstack{target}", skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body.encode())))
        connection.endheaders(None if body is None else body.encode())
        response = connection.getresponse()
        read = response.read().decode()
        connection.close()
        return Response(response.status, [(name.lower(), value) for name, value in response.getheaders()], read)

    def call(self, method: str, target: str, body: object = None, **headers: str) -> Response:
        """Send a call with the client's session."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.authorization is not None:
            given["Authorization"] = self.authorization
        return self.send(method, target, given, None if body is None else json.dumps(body))

    def get(self, target: str, **headers: str) -> Response:
        return self.call("GET", target, **headers)

    def query(self, resource: str, *conditions: str, **parameters: str | int) -> Response:
        """Query a kind of resource."""
        pairs = [("q", condition) for condition in conditions] + list(parameters.items())
        encoded = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in pairs)
        return self.get(f"/v1/{resource}?{encoded}")

    def job(self, method: str, target: str, body: object = None, **headers: str) -> Response:
        """Make an asynchronous call; return what its job ends with."""
        accepted = self.call(method, target, body, **headers)
        assert accepted.status == 202, accepted.text
        location = accepted.json["location"]
        assert location.startswith(f"{self.url}/zstack/v1/api-jobs/")
        return self.send("GET", urlsplit(location).path.removeprefix("/zstack"))

    def log_in(self, account: str, password: str) -> NodeClient:
        """Log in and use the session from now on."""
        login = {"logInByAccount": {"accountName": account, "password": sha512(password)}}
        response = self.call("PUT", "/v1/accounts/login", login)
        assert response.status == 200, response.text
        self.authorization = f"OAuth {response.json['inventory']['uuid']}"
        return self


class RunningCloud:
    """A cloud that runs: its node, its address and the advance of its clock over this machine's."""

    def __init__(self, cloud: Mapping[str, Any], config: MockAuthConfig, candidates: bytes | None) -> None:
        self.ahead = timedelta()
        self.node = MockNode(parse_cloud(dict(cloud)), config, now=self._now, candidates=candidates)
        self.url = ""

    def _now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead

    def client(self) -> NodeClient:
        """Return a client without a session."""
        return NodeClient(self.url)

    def admin(self) -> NodeClient:
        """Return a client of the recorded cloud's admin."""
        return self.client().log_in("admin", "password")

    def tenant(self) -> NodeClient:
        """Return a client of the recorded cloud's other account."""
        return self.client().log_in("tenant", "pw")


@contextmanager
def run_cloud(
    cloud: Mapping[str, Any] = RECORDED_CLOUD, config: MockAuthConfig | None = None, *, candidates: bytes | None = None
) -> Iterator[RunningCloud]:
    """Run a cloud, the recorded one where no other is given."""
    running = RunningCloud(cloud, config or MockAuthConfig(access_keys=False), candidates)
    with serve(running.node) as running.url:
        yield running


def changed_cloud(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return the recorded cloud with other values of some keys."""
    return {**RECORDED_CLOUD, **changes}


def changed_row(table: str, uuid: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return a change of the recorded cloud: one resource with other values; None takes a value away."""
    rows = [{**row, **changes} if row["uuid"] == uuid else row for row in RECORDED_CLOUD[table]]
    return {table: rows}
