"""What a management node's reply means: its ``inventories``, or which failure.

Pure. The statuses, the codes and the shape of an error are the wire page's
"Failures": every failure of a call itself is a 503 with an ``error`` object, so
``error.code`` counts first, whatever the status.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn

from zsiso import text
from zsiso.errors import CredentialsError, NodeError, NoSuchIsoError, UnexpectedAnswerError, ZsisoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_CAUSES = 10

_CODES: Mapping[str, tuple[type[ZsisoError], str, str | None]] = {
    "ID.1000": (CredentialsError, "the management node refused the login", None),
    "ID.1001": (
        CredentialsError,
        "the session is invalid or has expired",
        "a session lives two hours by default; log in again and put the new session UUID in the profile",
    ),
    "ID.1002": (
        CredentialsError,
        "permission denied",
        "use a profile whose account may read this ISO and its VM instances",
    ),
    "ID.1006": (
        CredentialsError,
        "the account has too many sessions",
        "log some of the account's sessions out, or wait until they expire",
    ),
    "SYS.1003": (NoSuchIsoError, "the management node knows no such ISO", None),
}


@dataclass(frozen=True)
class Request:
    """What was asked, as far as a message about it needs to know."""

    method: str
    url: str
    job_uuid: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def details(self) -> tuple[str, ...]:
        """Return the lines that let an operator find the call again."""
        return (f"asked: {self.method} {self.url}", f"job UUID: {self.job_uuid}")

    def quote(self, words: str) -> str:
        """Return somebody else's words on one line, cut to size, without our secrets."""
        for secret in self.secrets:
            words = words.replace(secret, "***")
        return text.excerpt(words)


@dataclass(frozen=True)
class Reply:
    """A whole response; the names of ``headers`` are in lower case."""

    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes


def inventories(reply: Reply) -> list[Mapping[str, Any]]:
    """Return the rows of an answer.

    Raises:
        CredentialsError, NoSuchIsoError, NodeError: the node refused, or failed.
        UnexpectedAnswerError: the answer is not the API's.
    """
    document, flaw = _decode(reply.body)
    if isinstance(document, dict):
        if isinstance(document.get("error"), dict):
            raise _considered(reply, document["error"])
        rows = document.get("inventories")
        if reply.status == HTTPStatus.OK and isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return rows
    raise _refused(reply) if reply.status // 100 != 2 else _unexpected(reply, flaw)  # noqa: PLR2004


def _decode(body: bytes) -> tuple[Any, str | None]:
    """Return the JSON that ``body`` holds and None, or None and why it holds none."""
    try:
        source = body.decode("utf-8")
        try:
            return json.loads(source, parse_constant=_no_constant), None
        except json.JSONDecodeError:
            raise
        except ValueError:
            # An integer of more digits than int() takes; shown as it came.
            return json.loads(source, parse_constant=_no_constant, parse_int=_integer), None
    except RecursionError:
        return None, "it nests too deep"
    except UnicodeDecodeError as error:
        return None, f"it is not UTF-8 (byte {error.start})"
    except ValueError as error:
        return None, f"it is not JSON ({error})"


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no number", name, 0)


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _considered(reply: Reply, error: Mapping[str, Any]) -> ZsisoError:
    """Return the node's considered answer, an ``error`` object, as one of ours."""
    code = str(error.get("code"))
    kind, what, hint = _CODES.get(code, (NodeError, "the management node refused the call", None))
    words = tuple(_words(reply.request, error))
    return kind(f"{what} ({reply.request.quote(code)})", details=words + reply.request.details(), hint=hint)


def _words(request: Request, error: Mapping[str, Any]) -> Iterator[str]:
    cause: object = error
    label = ""
    for _ in range(_MOST_CAUSES):
        if not isinstance(cause, dict):
            return
        said = [str(cause[key]) for key in ("code", "description", "details") if cause.get(key)]
        yield label + request.quote(": ".join(said))
        if cause.get("elaboration"):
            yield f"elaboration: {request.quote(str(cause['elaboration']))}"
        cause, label = cause.get("cause"), "caused by "


def _refused(reply: Reply) -> ZsisoError:
    """Return the failure that a status without an ``error`` object stands for."""
    body = reply.body.decode("utf-8", "replace")
    about_credentials = reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or (
        reply.status == HTTPStatus.BAD_REQUEST and "authorization" in body.lower()
    )
    what = f"the management node answered {reply.status}"
    details = _said(reply, body) + reply.request.details()
    if about_credentials:
        return CredentialsError(f"{what}: it does not accept these credentials", details=details)
    if location := reply.headers.get("location"):
        return NodeError(
            f"{what}: a redirect, which zsiso does not follow",
            details=(f"to: {reply.request.quote(location)}", *details),
            hint="set the profile's url to where the API itself is",
        )
    return NodeError(what, details=details, hint=_STATUS_HINTS.get(reply.status))


_STATUS_HINTS = {
    404: "check the path in the profile's url: /zstack unless a proxy changes it",
    405: "check that the profile's url is a management node's API",
    502: "a proxy answered for the management node; see whether the node runs, then try again",
    503: "a proxy answered for the management node; see whether the node runs, then try again",
    504: "a proxy gave up on the management node; see whether the node is well, then try again",
}


def _said(reply: Reply, body: str) -> tuple[str, ...]:
    words = reply.request.quote(body)
    return (f"it said: {words}",) if words else ()


def _unexpected(reply: Reply, flaw: str | None) -> UnexpectedAnswerError:
    body = reply.body[:4096].decode("utf-8", "replace")
    return UnexpectedAnswerError(
        f"the answer (status {reply.status}) is not the API's: {flaw or 'it is JSON of another shape'}",
        details=(
            'expected: a JSON object whose "inventories" is a list of objects',
            f"it began: {reply.request.quote(body) or '(nothing: the body is empty)'}",
            *reply.request.details(),
        ),
    )
