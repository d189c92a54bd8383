"""What a management node's reply means: its ``read_records``, or which failure.

Pure. The statuses, the codes and the shape of an error are the wire page's
"Failures": every failure of a call itself is a 503 with an ``error`` object, so
``error.code`` counts first, whatever the status.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from zsiso import text
from zsiso.api.json_rows import ROWS_KEY, InvalidJsonError, ParsedBody, parse_body
from zsiso.config.connection import CERTIFICATE_HINT
from zsiso.config.credentials import is_header_safe
from zsiso.config.secrets import Secret
from zsiso.errors import ApiError, CredentialsError, IsoNotFoundError, UnexpectedResponseError, ZsisoError
from zsiso.inventory.record import ALL_FIELDS, Projection, Record
from zsiso.transport.body import LARGE_BODY_BYTES, Body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SUCCESS = 2
_MAX_CAUSES = 10
# A letter or two is no secret, and stands in every word.
_MIN_SECRET_LENGTH = 4
# Bytes; an error object is small, and a large answer is not worth decoding twice.
_MAX_ERROR_BYTES = 64 * 1024
# What a node itself never answers without an ``error`` object.
_PROXY_STATUSES = (502, 503, 504)
_INVENTORIES = 'a JSON object whose "inventories" is a list of objects'
MAX_CLOCK_SKEW = timedelta(minutes=15)
"""As far as an access key's Date may be from the node's clock (wire page, "Failures")."""

_CODES: Mapping[str, tuple[type[ZsisoError], str, str | None]] = {
    "ID.1000": (CredentialsError, "the management node refused the login", None),
    "ID.1001": (
        CredentialsError,
        "the session is invalid or has expired",
        "a session lives two hours by default; put a new one in the profile, or an account or access key",
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
    "SYS.1003": (IsoNotFoundError, "the management node knows no such ISO", None),
}

# The pages that tell more than their status, by what stands in them. Not compiled before it is looked for.
_PAGES: tuple[tuple[str, type[ZsisoError], str, str], ...] = (
    (
        "RestAuthenticationBackend",
        CredentialsError,
        "this management node does not know access keys: only the commercial releases do",
        "give the profile an account and a password instead",
    ),
    (
        # nginx.
        "No required SSL certificate was sent|The SSL certificate error",
        CredentialsError,
        "the management node wants a client certificate that it knows",
        CERTIFICATE_HINT,
    ),
    (
        # nginx and Go, Apache, Tomcat.
        "HTTPS (port|server)|SSL-enabled server port|requires TLS",
        ApiError,
        "the management node speaks TLS there, and was asked without",
        "let the url begin with https://",
    ),
)


class RequestInfo(NamedTuple):
    """What was asked, as far as a message about it needs to know."""

    method: str
    url: str
    job_uuid: str
    secrets: frozenset[str] = frozenset()
    through: str | None = None
    """The proxy it goes through, if any."""
    tries: int = 1
    """How often it has been sent, this time included."""

    def __repr__(self) -> str:
        return f"Request({self.method} {self.hide(self.url)})"

    def details(self) -> tuple[str, ...]:
        """Return the lines that let an operator find the call again."""
        through = (f"through the proxy {self.through}",) if self.through is not None else ()
        tried = (f"tried: {self.tries} times",) if self.tries > 1 else ()
        return (f"asked: {self.method} {self.hide(self.url)}", *through, *tried, f"job UUID: {self.job_uuid}")

    def quote(self, words: str) -> str:
        """Return somebody else's words on one line, cut to size, without our secrets."""
        return text.one_line_excerpt(self.hide(words))

    def hide(self, words: str) -> str:
        """Return ``words`` with ``***`` for our secrets."""
        # The longest first: a secret may be a part of another.
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) >= _MIN_SECRET_LENGTH:
                words = words.replace(secret, "***")
        return words


class ConnectionInfo(NamedTuple):
    """Who answered, after how many seconds, and the certificate it showed (as ``ssl`` gives it).

    ``progress`` are the seconds that each step took, by its name.
    """

    address: str
    seconds: float
    certificate: Mapping[str, Any] | None
    steps: Mapping[str, float]


class ApiResponse(NamedTuple):
    """A whole response; the names of ``headers`` are in lower case, ``received`` is by our clock."""

    request: RequestInfo
    status: int
    headers: Mapping[str, str]
    body: Body
    received: datetime
    connection: ConnectionInfo

    def clock_skew(self) -> timedelta | None:
        """Return how far the node's clock is ahead of ours, None where it tells no time."""
        told = self.moment("date")
        return told - self.received if told is not None else None

    def moment(self, header: str) -> datetime | None:
        """Return the moment that a header names, None where it names none."""
        try:
            told = parsedate_to_datetime(self.headers.get(header, ""))
        except ValueError:
            return None
        # HTTP's dates are always GMT; one that names no zone means it too.
        return told if told.tzinfo else told.replace(tzinfo=timezone.utc)


class LoginResult(NamedTuple):
    """A session that a login made; ``expires`` is the node's own text, in its own zone."""

    session: Secret
    expires: str | None


def read_records(reply: ApiResponse, needs: Projection = ALL_FIELDS) -> Iterator[Record]:
    """Give the records of an answer.

    Args:
        reply: the answer.
        needs: what of a record is wanted; a small answer has all of it.

    Raises:
        CredentialsError, IsoNotFoundError, ApiError: the node refused, or failed.
        UnexpectedResponseError: the answer is not the API's. Of a large one records may have been given by then.
    """
    if reply.status == HTTPStatus.OK and len(reply.body) >= LARGE_BODY_BYTES:
        for block in _read_blocks(reply, needs):
            yield from block
        return
    answer = _parse_success(reply)
    rows = _as_object(answer).get(ROWS_KEY) if reply.status == HTTPStatus.OK else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unexpected_response(reply, answer, _INVENTORIES)
    yield from map(Record, rows, answer.texts)


def count_records(reply: ApiResponse) -> int:
    """Return how many records an answer has, all of it looked at. Raises as ``read_records``."""
    return sum(1 for _ in read_records(reply, Projection(frozenset(), texts=False)))


def _read_blocks(reply: ApiResponse, needs: Projection) -> Iterator[Sequence[Record]]:
    # Here and not above: msgspec is worth loading for a large answer alone.
    from zsiso.api import json_blocks

    try:
        document = yield from json_blocks.read_blocks(reply.body, needs)
    except InvalidJsonError as flaw:
        raise _unexpected_response(reply, ParsedBody(None, flaw=str(flaw)), _INVENTORIES) from None
    answer = ParsedBody(document.value)
    _raise_for_error_object(reply, answer)
    if not document.has_rows:
        raise _unexpected_response(reply, answer, _INVENTORIES)


def read_login(reply: ApiResponse) -> LoginResult:
    """Return the session that a login's answer gives (wire page, "Sessions").

    Raises:
        CredentialsError, ApiError: the node refused, or failed.
        UnexpectedResponseError: the answer is not the API's.
    """
    answer = _parse_success(reply)
    inventory = _as_object(answer).get("inventory") if reply.status == HTTPStatus.OK else None
    session = inventory.get("uuid") if isinstance(inventory, dict) else None
    if not isinstance(inventory, dict) or not isinstance(session, str) or not is_header_safe(session):
        expected = 'a JSON object whose "inventory" has the session\'s "uuid"'
        raise _unexpected_response(reply, answer, expected, holds_session=True)
    expires = inventory.get("expiredDate")
    return LoginResult(Secret(session), expires if isinstance(expires, str) else None)


def raise_for_error(reply: ApiResponse) -> None:
    """Raise what went wrong with a call whose answer holds nothing of interest."""
    _parse_success(reply)


def error_code(reply: ApiResponse) -> str | None:
    """Return the code of the ``error`` object that an answer is, None where it is none."""
    if len(reply.body) > _MAX_ERROR_BYTES:
        return None
    error = _as_object(parse_body(reply.body.whole())).get("error")
    return str(error.get("code")) if isinstance(error, dict) else None


def _parse_success(reply: ApiResponse) -> ParsedBody:
    """Return what an answer of success holds; raise the failure that it is instead."""
    if reply.status // 100 != _SUCCESS and len(reply.body) >= LARGE_BODY_BYTES:
        # A page, however it goes on; no error is as long.
        raise _status_error(reply)
    answer = parse_body(reply.body.whole())
    _raise_for_error_object(reply, answer)
    if reply.status // 100 != _SUCCESS:
        raise _status_error(reply)
    return answer


def _raise_for_error_object(reply: ApiResponse, answer: ParsedBody) -> None:
    error = _as_object(answer).get("error")
    if isinstance(error, dict):
        raise _error_object_error(reply, error)


def _as_object(answer: ParsedBody) -> Mapping[str, Any]:
    return answer.document if isinstance(answer.document, dict) else {}


def _error_object_error(reply: ApiResponse, error: Mapping[str, Any]) -> ZsisoError:
    """Return the node's considered answer, an ``error`` object, as one of ours."""
    code = str(error.get("code"))
    kind, what, hint = _CODES.get(code, (ApiError, "the management node refused the call", None))
    words = tuple(_error_details(reply.request, error))
    if error.get("code"):
        what = f"{what} ({reply.request.quote(code)})"
    return kind(what, details=words + reply.request.details(), hint=hint)


def _error_details(request: RequestInfo, error: Mapping[str, Any]) -> Iterator[str]:
    cause: object = error
    label = ""
    for _ in range(_MAX_CAUSES):
        if not isinstance(cause, dict):
            return
        said = [str(cause[key]) for key in ("code", "description", "details") if cause.get(key)]
        if said:
            yield label + request.quote(": ".join(said))
        if cause.get("elaboration"):
            yield f"elaboration: {request.quote(str(cause['elaboration']))}"
        cause, label = cause.get("cause"), "caused by "


def _status_error(reply: ApiResponse) -> ZsisoError:
    """Return the failure that a status without an ``error`` object stands for."""
    body = reply.body.read(0, _MAX_ERROR_BYTES).decode("utf-8", "replace")
    if reply.status == HTTPStatus.FORBIDDEN and "requestTimeTooSkewed" in body:
        return _clock_skew_error(reply, body)
    for telltale, kind, what, hint in _PAGES:
        if re.search(telltale, body):
            return kind(what, details=_body_detail(reply, body) + reply.request.details(), hint=hint)
    if reply.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return proxy_authentication_error(reply.request, str(reply.status), _body_detail(reply, body))
    about_credentials = reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or (
        reply.status == HTTPStatus.BAD_REQUEST and "authorization" in body.lower()
    )
    what = f"{_responder(reply)} answered {reply.status}"
    details = _body_detail(reply, body) + reply.request.details()
    if about_credentials:
        return CredentialsError(f"{what}: it does not accept these credentials", details=details)
    if location := reply.headers.get("location"):
        return ApiError(
            f"{what}: a redirect, which zsiso does not follow",
            details=(f"to: {reply.request.quote(location)}", *details),
            hint="set the profile's url to where the API itself is",
        )
    return ApiError(what, details=details, hint=_STATUS_HINTS.get(reply.status))


def _responder(reply: ApiResponse) -> str:
    """Return who spoke: a proxy that is known could have, but for TLS, inside which it has no say."""
    if reply.request.through is not None and reply.request.url.startswith("http:"):
        return f"the proxy {reply.request.through}, or who is behind it,"
    return "a proxy in front of the node" if reply.status in _PROXY_STATUSES else "the management node"


def proxy_authentication_error(request: RequestInfo, status: str, said: tuple[str, ...] = ()) -> CredentialsError:
    """Return the error that a proxy's 407 is."""
    return CredentialsError(
        f"the proxy {request.through or 'in front of the node'} wants to know who is asking ({status})",
        details=said + request.details(),
        hint="give its user name and password in its URL: http://USER:PASSWORD@HOST:PORT",
    )


def _clock_skew_error(reply: ApiResponse, body: str) -> CredentialsError:
    """Return which is wrong, our clock or the zone that the Date was written in."""
    skew, ours = reply.clock_skew(), f"{reply.received:%Y-%m-%d %H:%M:%S} UTC"
    details = _body_detail(reply, body) + reply.request.details()
    zone_hint = "set timezone in the profile to the node's own zone, often Asia/Shanghai"
    if skew is None:
        return CredentialsError(
            "the request's time is not the node's, and the node does not tell its own",
            details=(f"our clock: {ours}", *details),
            hint=f"{zone_hint}; and compare both clocks",
        )
    if abs(skew) <= MAX_CLOCK_SKEW:
        return CredentialsError(
            "the request's time is not the node's: the clocks agree, so the time zone is wrong",
            details=details,
            hint=zone_hint,
        )
    theirs = f"{reply.received + skew:%Y-%m-%d %H:%M:%S} UTC"
    return CredentialsError(
        "the request's time is not the node's: the clocks disagree",
        details=(f"our clock: {ours}", f"the node's clock: {theirs}", *details),
        hint="set the clock that is wrong; `timedatectl` shows this machine's",
    )


_STATUS_HINTS = {
    404: "check the path in the profile's url: /zstack unless a proxy changes it",
    405: "check that the profile's url is a management node's API",
    429: "too much is asked of it at once; try again later",
    **dict.fromkeys(_PROXY_STATUSES, "see whether the management node runs and is well, then try again"),
}


def _body_detail(reply: ApiResponse, body: str) -> tuple[str, ...]:
    words = reply.request.quote(body)
    return (f"it said: {words}",) if words else ()


def _unexpected_response(
    reply: ApiResponse, answer: ParsedBody, expected: str, *, holds_session: bool = False
) -> UnexpectedResponseError:
    body = reply.body.read(0, 4096).decode("utf-8", "replace")
    # Of a login's answer that is spoilt only what is surely a page, and no session, is shown.
    if body and holds_session and not body.lstrip().startswith("<"):
        body = "(not shown: it may hold a session)"
    return UnexpectedResponseError(
        f"the answer (status {reply.status}) is not the API's: {answer.flaw or 'it is JSON of another shape'}",
        details=(
            f"expected: {expected}",
            f"it began: {reply.request.quote(body) or '(nothing: the body is empty)'}",
            *reply.request.details(),
        ),
    )
