"""What the failures of a management node mean (docs/zstack-api.md#failures). Pure, but for the user's locale.

Every failure of an API call is a 503 with an ``error`` object, so the object's code
counts first, whatever the status. A status without such an object is a page: of the
node's web server, or of a proxy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from zsiso.api.error_codes import TRANSIENT, TRANSIENT_FOR_READS, find_meaning
from zsiso.api.error_texts import collect_texts, describe_error
from zsiso.api.json_rows import ParsedBody, parse_body
from zsiso.api.user_language import prefers_chinese
from zsiso.config.connection import CERTIFICATE_HINT
from zsiso.errors import ApiError, CredentialsError, UnexpectedResponseError, ZsisoError
from zsiso.transport import proxy_errors

if TYPE_CHECKING:
    from zsiso.transport.messages import ApiRequest, ApiResponse

MAX_CLOCK_SKEW = timedelta(minutes=15)
"""The largest difference between an access key's Date and the node's clock (docs/zstack-api.md#statuses)."""

# A page says what it is about at its beginning.
_MAX_PAGE_BYTES = 64 * 1024
# The first digit of the statuses of a success.
_SUCCESS = 2
# How a body begins that may have an error object; a large success is a list, which takes long to parse.
_OBJECT = re.compile(rb"\s*\{")
_LARGE_OBJECT = re.compile(rb'\s*\{\s*"error"\s*:')
_EXCERPT_BYTES = 4096
# A node uses these with an ``error`` object only.
_PROXY_STATUSES = (502, 503, 504)
# What a proxy returns while the node starts or is overloaded.
_TRANSIENT_STATUSES = frozenset({429, *_PROXY_STATUSES})

# Pages that say more than their status, by a pattern in their text. Compiled only when a page is searched for them.
_PAGES: tuple[tuple[str, type[ZsisoError], str, str], ...] = (
    (
        "RestAuthenticationBackend",
        CredentialsError,
        "this management node does not support access keys: only the commercial releases do",
        "set an account and a password in the profile instead",
    ),
    (
        # nginx.
        "No required SSL certificate was sent|The SSL certificate error",
        CredentialsError,
        "the management node requires a client certificate that it trusts",
        CERTIFICATE_HINT,
    ),
    (
        # nginx and Go, Apache, Tomcat.
        "HTTPS (port|server)|SSL-enabled server port|requires TLS",
        ApiError,
        "this port requires https://",
        "begin the url in the profile with https://",
    ),
)

_STATUS_HINTS = {
    404: "check the path of the profile's url: it is /zstack unless a proxy changes it",
    405: "check that the profile's url is a management node's API",
    429: "there are too many requests at once; try again later",
    **dict.fromkeys(_PROXY_STATUSES, "check that the management node is running, then try again"),
}


def error_code(response: ApiResponse) -> str | None:
    """Return the code of a response's ``error`` object, None where it has none."""
    if not may_hold_error(response):
        return None
    error = error_object(parse_body(response.body.whole()))
    return str(error.get("code")) if error is not None else None


def may_hold_error(response: ApiResponse) -> bool:
    """Return whether a response may be an ``error`` object, of any size; a large page or list is not parsed for it."""
    is_list = is_success(response) and len(response.body) > _MAX_PAGE_BYTES
    pattern = _LARGE_OBJECT if is_list else _OBJECT
    return pattern.match(response.body.read(0, _MAX_PAGE_BYTES)) is not None


def is_success(response: ApiResponse) -> bool:
    """Return whether the status is that of a success."""
    return response.status // 100 == _SUCCESS


def is_transient(response: ApiResponse) -> bool:
    """Return whether a response is a failure that may end by itself (docs/zstack-api.md#transient-failures)."""
    code = error_code(response)
    if code is None:
        return response.status in _TRANSIENT_STATUSES
    return code in TRANSIENT or (code in TRANSIENT_FOR_READS and response.request.method == "GET")


def error_object(body: ParsedBody) -> Mapping[str, Any] | None:
    """Return the ``error`` object of a body, None where it has none."""
    error = body.document.get("error") if isinstance(body.document, dict) else None
    return error if isinstance(error, dict) else None


def _log_hint(request: ApiRequest) -> str:
    """Return by what a request can be found in the node's log, which has no id of a query."""
    key = request.correlation.label if request.correlation is not None else "time of this request"
    return f"search the management node's log for the {key}"


# -- failures with an error object --------------------------------------------


def error_object_error(response: ApiResponse, error: Mapping[str, Any]) -> ZsisoError:
    """Return what a response's ``error`` object means."""
    code = str(error.get("code"))
    meaning = find_meaning(code, collect_texts(error))
    message, hint = meaning.message, meaning.hint
    if hint is None and meaning.error_class is ApiError:
        hint = _log_hint(response.request)
    if error.get("code"):
        message = f"{message} ({response.request.redactor.excerpt(code)})"
    words = describe_error(error, response.request.redactor.excerpt, chinese=prefers_chinese(os.environ))
    return meaning.error_class(message, details=(*words, *response.request.details()), hint=hint)


# -- failures without one -----------------------------------------------------


def status_error(response: ApiResponse) -> ZsisoError:
    """Return what a status that is no success means without an ``error`` object."""
    page = response.body.read(0, _MAX_PAGE_BYTES).decode("utf-8", "replace")
    details = _excerpt_details(response, page)
    if response.status == HTTPStatus.FORBIDDEN and "requestTimeTooSkewed" in page:
        return _clock_skew_error(response, details)
    for pattern, error_class, message, hint in _PAGES:
        if re.search(pattern, page):
            return error_class(message, details=details + response.request.details(), hint=hint)
    if response.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return proxy_errors.authentication_error(response.request, str(response.status), details)
    message = f"{_responder(response)} returned status {response.status}"
    details += response.request.details()
    if _is_about_credentials(response, page):
        return CredentialsError(f"{message}: credentials rejected", details=details)
    if location := response.headers.get("location"):
        return _redirect_error(response, location, message, details)
    return ApiError(message, details=details, hint=_STATUS_HINTS.get(response.status, _log_hint(response.request)))


def _responder(response: ApiResponse) -> str:
    """Return who made the response: a known proxy may have, but not of a connection with TLS to the node."""
    request = response.request
    if request.proxy is not None and request.url.startswith("http:"):
        return f"proxy {request.proxy}, or the server behind it,"
    return "a proxy in front of the management node" if response.status in _PROXY_STATUSES else "the management node"


def _is_about_credentials(response: ApiResponse, page: str) -> bool:
    if response.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return True
    return response.status == HTTPStatus.BAD_REQUEST and "authorization" in page.lower()


def _redirect_error(response: ApiResponse, location: str, message: str, details: tuple[str, ...]) -> ApiError:
    return ApiError(
        f"{message}: a redirect, which zsiso does not follow",
        details=(f"location: {response.request.redactor.excerpt(location)}", *details),
        hint="set the url in the profile to the address of the API itself",
    )


def _clock_skew_error(response: ApiResponse, page_details: tuple[str, ...]) -> CredentialsError:
    """Return which is wrong, this machine's clock or the time zone that the Date was written in."""
    skew, received = response.clock_skew(), response.received
    details = page_details + response.request.details()
    zone_hint = "set timezone in the profile to the management node's time zone, often Asia/Shanghai"
    if skew is None:
        return CredentialsError(
            "the management node rejected the time of the request, and does not report its own",
            details=(f"this machine's clock: {received:%Y-%m-%d %H:%M:%S} UTC", *details),
            hint=f"{zone_hint}; and compare both clocks",
        )
    if abs(skew) <= MAX_CLOCK_SKEW:
        return CredentialsError(
            "the management node rejected the time of the request: the clocks agree, so the time zone is wrong",
            details=details,
            hint=zone_hint,
        )
    clocks = (
        f"this machine's clock: {received:%Y-%m-%d %H:%M:%S} UTC",
        f"the management node's clock: {received + skew:%Y-%m-%d %H:%M:%S} UTC",
    )
    return CredentialsError(
        "the management node rejected the time of the request: the clocks differ",
        details=clocks + details,
        hint="correct the clock that is wrong; `timedatectl` shows this machine's",
    )


# -- what is not the API's ----------------------------------------------------


def unexpected_response_error(
    response: ApiResponse, expected: str, reason: str, *, holds_session: bool = False
) -> UnexpectedResponseError:
    """Return the error for a body that is not what the API returns.

    Args:
        response: the response.
        expected: what the body should be.
        reason: why it is not.
        holds_session: whether the body may hold the UUID of a session, which must not be shown.
    """
    body = response.body.read(0, _EXCERPT_BYTES).decode("utf-8", "replace")
    # An HTML page holds no session, and it shows best what answered.
    if body and holds_session and not body.lstrip().startswith("<"):
        body = "(not shown: it may hold a session)"
    excerpt = response.request.redactor.excerpt(body) or "(empty)"
    return UnexpectedResponseError(
        f"unexpected response (status {response.status}): {reason}",
        details=(f"expected: {expected}", f"response: {excerpt}", *response.request.details()),
    )


def incomplete_list_error(response: ApiResponse, received: int, missing: int) -> UnexpectedResponseError:
    """Return the error for a query whose ``total`` is more than the records that the node sends.

    Args:
        response: the last response.
        received: the number of records received.
        missing: the number of records that were not sent.
    """
    return UnexpectedResponseError(
        f"incomplete list: the management node sent {received} of {received + missing} records",
        details=response.request.details(),
        hint="run the command again; if it happens again, check the proxies in front of the node",
    )


def _excerpt_details(response: ApiResponse, page: str) -> tuple[str, ...]:
    excerpt = response.request.redactor.excerpt(page)
    return (f"response: {excerpt}",) if excerpt else ()
