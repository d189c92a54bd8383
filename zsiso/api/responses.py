"""What the responses of a management node hold: records, a session, or one of ``failures``. Pure."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from zsiso.api.failures import (
    error_object,
    error_object_error,
    is_success,
    may_hold_error,
    status_error,
    unexpected_response_error,
)
from zsiso.api.json_rows import ROWS_KEY, InvalidJsonError, ParsedBody, parse_body
from zsiso.api.paging import Page
from zsiso.config.credentials import is_header_safe
from zsiso.config.secrets import Secret
from zsiso.inventory.record import ALL_FIELDS, Projection, Record
from zsiso.transport.body import LARGE_BODY_BYTES

if TYPE_CHECKING:
    from zsiso.transport.messages import ApiResponse

_OTHER_STATUS = "the API returns status 200"
_NO_RECORDS = '"inventories" is missing or not a list'
_NO_OBJECT = '"inventories" has an item that is not an object'
_NO_SESSION = '"inventory" is missing or has no valid "uuid"'
_RECORDS = 'a JSON object whose "inventories" is a list of objects'
_SESSION = 'a JSON object whose "inventory" has the session\'s "uuid"'


class LoginResult(NamedTuple):
    """The session of a login; ``expires`` is the node's own text, in its own time zone."""

    session: Secret
    expires: str | None


def read_records(
    response: ApiResponse, projection: Projection = ALL_FIELDS
) -> Generator[Record, None, Mapping[str, Any]]:
    """Yield the records of a response, then return what else its object has.

    Args:
        response: the response.
        projection: which fields of a large response's records are wanted; those of a small one have all.

    Raises:
        CredentialsError, IsoNotFoundError, ApiError: the node rejected the request, or failed.
        UnexpectedResponseError: the body is not what the API returns. Records of a large response may have been
            yielded by then.
    """
    if response.status == HTTPStatus.OK and len(response.body) >= LARGE_BODY_BYTES:
        return (yield from _read_large(response, projection))
    body = _parse_success(response)
    rows = _as_object(body).get(ROWS_KEY) if response.status == HTTPStatus.OK else None
    if not isinstance(rows, list):
        raise unexpected_response_error(response, _RECORDS, _explain(response, body, _NO_RECORDS))
    if not all(isinstance(row, dict) for row in rows):
        raise unexpected_response_error(response, _RECORDS, _NO_OBJECT)
    yield from map(Record, rows, body.texts)
    return _as_object(body)


def read_page(response: ApiResponse) -> Page:
    """Return the records of a response to a query, and how many there are in all. Raises as ``read_records``."""
    rest: dict[str, Any] = {}

    def follow() -> Iterator[Record]:
        rest.update((yield from read_records(response)))

    records = list(follow())
    total = rest.get("total")
    return Page(records, total if isinstance(total, int) else None)


def count_records(response: ApiResponse) -> int:
    """Return how many records a response has, after all of it has been checked. Raises as ``read_records``."""
    return sum(1 for _ in read_records(response, Projection(frozenset(), texts=False)))


def read_login(response: ApiResponse) -> LoginResult:
    """Return the session of a login (docs/zstack-api.md#log-in).

    Raises:
        CredentialsError, ApiError: the node rejected the login, or failed.
        UnexpectedResponseError: the body is not what the API returns.
    """
    body = _parse_success(response)
    inventory = _as_object(body).get("inventory") if response.status == HTTPStatus.OK else None
    session = inventory.get("uuid") if isinstance(inventory, dict) else None
    if not isinstance(inventory, dict) or not isinstance(session, str) or not is_header_safe(session):
        reason = _explain(response, body, _NO_SESSION)
        raise unexpected_response_error(response, _SESSION, reason, holds_session=True)
    expires = inventory.get("expiredDate")
    return LoginResult(Secret(session), expires if isinstance(expires, str) else None)


def is_session_valid(response: ApiResponse) -> bool:
    """Return False where a response says that a session is invalid, else True (docs/zstack-api.md#log-out)."""
    if len(response.body) >= LARGE_BODY_BYTES:
        return True
    return _as_object(parse_body(response.body.whole())).get("valid") is not False


def raise_for_error(response: ApiResponse) -> None:
    """Raise what a failure means; do nothing for a success. Raises as ``read_login``."""
    _parse_success(response)


def _read_large(response: ApiResponse, projection: Projection) -> Generator[Record, None, Mapping[str, Any]]:
    blocks = _read_blocks(response, projection)
    while True:
        try:
            block = next(blocks)
        except StopIteration as end:
            rest: Mapping[str, Any] = end.value
            return rest
        yield from block


def _read_blocks(response: ApiResponse, projection: Projection) -> Generator[Sequence[Record], None, Mapping[str, Any]]:
    # Imported here: msgspec takes longer to load than a small response to parse.
    from zsiso.api import json_blocks

    try:
        document = yield from json_blocks.read_blocks(response.body, projection)
    except InvalidJsonError as flaw:
        raise unexpected_response_error(response, _RECORDS, str(flaw)) from None
    _raise_for_error_object(response, ParsedBody(document.value))
    if not document.has_rows:
        raise unexpected_response_error(response, _RECORDS, _NO_RECORDS)
    return document.value if isinstance(document.value, dict) else {}


def _parse_success(response: ApiResponse) -> ParsedBody:
    """Return the body of a success; raise what a failure means."""
    if not is_success(response) and not may_hold_error(response):
        raise status_error(response)
    body = parse_body(response.body.whole())
    _raise_for_error_object(response, body)
    if not is_success(response):
        raise status_error(response)
    return body


def _raise_for_error_object(response: ApiResponse, body: ParsedBody) -> None:
    if (error := error_object(body)) is not None:
        raise error_object_error(response, error)


def _explain(response: ApiResponse, body: ParsedBody, missing: str) -> str:
    """Return why a success is not what the API returns; ``missing`` where it is JSON and has the right status."""
    return body.flaw or (missing if response.status == HTTPStatus.OK else _OTHER_STATUS)


def _as_object(body: ParsedBody) -> Mapping[str, Any]:
    return body.document if isinstance(body.document, dict) else {}
