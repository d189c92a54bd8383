"""Receives the body of a response: its length, its coding and the limit on its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from zsiso.errors import UnexpectedResponseError
from zsiso.transport.body import Body
from zsiso.transport.decoding import DecodingError, decode

if TYPE_CHECKING:
    from zsiso.transport.messages import ApiRequest
    from zsiso.transport.progress import RequestProgress


class _Response(Protocol):
    """A response whose headers have arrived."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def iter_raw(self) -> Iterator[bytes]:
        """Yield the body as it arrives."""


def receive_body(response: _Response, request: ApiRequest, max_bytes: int, progress: RequestProgress) -> Body:
    """Return the body of a response, decompressed; of a failure what can be read of it.

    Args:
        response: the response.
        request: what it is the response to.
        max_bytes: the largest body that is accepted.
        progress: counts the bytes.

    Raises:
        UnexpectedResponseError: the body of a success is too large, or cannot be decompressed.
    """
    body = Body()
    try:
        _fill_body(body, response, request, max_bytes, progress)
    except UnexpectedResponseError:
        # The status of a failure says what it is, whatever its body is.
        if HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            raise
    return body


def _fill_body(body: Body, response: _Response, request: ApiRequest, max_bytes: int, progress: RequestProgress) -> None:
    length = response.headers.get("content-length", "")
    declared = int(length) if length.isascii() and length.isdecimal() else None
    progress.expect(declared)
    if declared is not None and declared > max_bytes:
        raise _too_large_error(request, max_bytes, (f"Content-Length: {declared}",))
    codings = response.headers.get("content-encoding", "").split(",")
    try:
        for piece in decode(progress.count_bytes(response.iter_raw()), codings):
            body.add(piece)
            if len(body) > max_bytes:
                raise _too_large_error(request, max_bytes)
    except DecodingError as error:
        reason = request.redactor.excerpt(str(error))
        raise UnexpectedResponseError(
            f"the response cannot be decompressed: {reason}", details=request.details()
        ) from error


def _too_large_error(request: ApiRequest, max_bytes: int, details: tuple[str, ...] = ()) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"response larger than max_body ({max_bytes} bytes)",
        details=details + request.details(),
        hint="to accept a response of this size, raise max_body in the profile",
    )
