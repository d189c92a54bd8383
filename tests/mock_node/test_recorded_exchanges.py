"""The mock node gives the responses that a real management node was recorded to give."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.mock_node.client import RECORDED, Response, changed_cloud, run_cloud

if TYPE_CHECKING:
    from tests.mock_node.client import NodeClient, RunningCloud

EXCHANGES: list[dict[str, Any]] = [
    json.loads(line) for line in (RECORDED / "exchanges.jsonl").read_text(encoding="utf-8").splitlines()
]
# Exchanges that the mock node answers differently, by name and locale, each with the reason.
DIFFERENT: dict[tuple[str, str], str] = {}

_DATE = re.compile(r"[A-Z][a-z]{2} \d\d?, \d{4},? \d\d?:\d\d:\d\d[ \u202f][AP]M")
# Headers of the connection, and those that were not recorded.
_NOT_COMPARED = {"date", "content-length", "set-cookie", "keep-alive"}


class Pair(NamedTuple):
    """A recorded response and the mock node's, to the same request."""

    recorded: Response
    mock: Response


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return [pair for locale in ("en_US", "zh_CN") for pair in replay(locale)]


def replay(locale: str) -> list[Pair]:
    """Send the requests of one locale in their order: each finds the cloud as those before left it."""
    with run_cloud(changed_cloud(locale=locale)) as running:
        sessions = _log_in(running)
        client, job, found = running.client(), "", []
        for exchange in (exchange for exchange in EXCHANGES if exchange["locale"] == locale):
            target = job if exchange["name"].endswith(", its job") else exchange["request"]["target"]
            mock = _send(client, exchange["request"], target, sessions)
            if mock.status == 202:
                job = urlsplit(mock.json["location"]).path
            recorded = exchange["response"]
            found.append(Pair(Response(recorded["status"], recorded["headers"], recorded["body"]), mock))
        return found


def _log_in(running: RunningCloud) -> dict[str, str]:
    clients = {"admin": running.admin(), "tenant": running.tenant(), "other": running.admin()}
    return {f"{{{name} session}}": str(client.authorization).removeprefix("OAuth ") for name, client in clients.items()}


def _send(client: NodeClient, request: dict[str, Any], target: str, sessions: dict[str, str]) -> Response:
    def fill_in(text: str) -> str:
        return re.sub(r"\{\w+ session\}", lambda match: sessions[match[0]], text)

    headers = {name: fill_in(value) for name, value in request["headers"]}
    return client.send(request["method"], fill_in(target).removeprefix("/zstack"), headers, request["body"])


def comparable(exchange: dict[str, Any], response: Response) -> tuple[int, list[tuple[str, str]], object]:
    """Return what of a response is compared: see the README of the recordings."""
    headers = sorted((name.lower(), value) for name, value in response.headers if name.lower() not in _NOT_COMPARED)
    try:
        body = json.loads(response.text)
    except ValueError:
        return response.status, headers, response.text
    return response.status, headers, _comparable_body(exchange["request"]["target"], _mask(body))


def _comparable_body(target: str, body: dict[str, Any]) -> dict[str, Any]:
    error = body.get("error", {})
    if error.get("code") == "SYS.1000":
        body["error"] = {key: error[key] for key in ("code", "description")}
    if "inventories" in body and "sort=" not in target:
        body["inventories"].sort(key=lambda row: row.get("uuid") or json.dumps(row, sort_keys=True))
    if "schema" in body:
        body["schema"] = {re.sub(r"\[\d+\]", "[]", path): name for path, name in body["schema"].items()}
    if "login" in target and "inventory" in body:
        body["inventory"]["uuid"] = "a session"
    return body


def _mask(value: Any, key: str = "") -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return {name: _mask(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_mask(item) for item in value]
    if key in {"cost", "MillionSeconds", "Seconds"} or (key == "location" and "/api-jobs/" not in value):
        return key
    if isinstance(value, str):
        return "a date" if _DATE.fullmatch(value) else re.sub(r"http://[^/]*(/.*/)\w+", r"\1a job", value)
    return value


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(index, id=f"{exchange['name']} [{exchange['locale']}]")
        for index, exchange in enumerate(EXCHANGES)
        if (exchange["name"], exchange["locale"]) not in DIFFERENT
    ],
)
def test_response_is_the_recorded_one(pairs: list[Pair], index: int) -> None:
    recorded, mock = (comparable(EXCHANGES[index], response) for response in pairs[index])
    assert mock == recorded


def test_every_recorded_difference_is_still_one(pairs: list[Pair]) -> None:
    named = [(exchange["name"], exchange["locale"]) for exchange in EXCHANGES]
    assert set(DIFFERENT) <= set(named)
    for exchange, pair, name in zip(EXCHANGES, pairs, named, strict=True):
        if name in DIFFERENT:
            assert comparable(exchange, pair.mock) != comparable(exchange, pair.recorded)
