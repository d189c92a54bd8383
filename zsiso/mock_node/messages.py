"""Requests to the mock node, the results of API calls, and responses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Gson's writer, as the node sets it, escapes these in strings; nowhere else does JSON have them.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "=": "\\u003d", "'": "\\u0027"}
_LINE_SEPARATORS = {"\u2028": "\\u2028", "\u2029": "\\u2029"}


class MockRequest(NamedTuple):
    """A request as it arrived.

    Args:
        method: the HTTP method.
        target: path and query, without the servlet's context path.
        headers: by name, in lower case.
        body: the body's bytes.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The decoded path, from ``/v1`` on."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> str:
        """The query as it was sent."""
        return urlsplit(self.target).query


class MockResponse(NamedTuple):
    """A response to send; ``headers`` are those that the API itself sets."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def text_response(status: int, text: str) -> MockResponse:
    """Return a response in plain text; like all of the API's it has no Content-Type."""
    return MockResponse(status, text.encode("utf-8", "replace"))


def page_response(status: int, *headers: tuple[str, str]) -> MockResponse:
    """Return a response of the servlet container, which the API does not see; its page is only hinted at."""
    html = (("Content-Type", "text/html;charset=utf-8"), ("Content-Language", "en"))
    return MockResponse(status, b"(a page of the servlet container)", (*headers, *html))


def json_response(document: object, status: int = 200) -> MockResponse:
    """Return a document as the node's JSON writer writes it: compact, HTML-escaped, other scripts as they are."""
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for char, escaped in (_ESCAPED | _LINE_SEPARATORS).items():
        written = written.replace(char, escaped)
    return MockResponse(status, written.encode("utf-8", "replace"))


class ApiResult:
    """What a call gives.

    Args:
        body: the response's body, without a schema.
        classes: the server's class of the body's ``inventory``, or of each of its ``inventories``.
        is_query: whether the call is a query, whose body always has a schema.
        raw: the bytes to send instead of ``body``.
    """

    def __init__(
        self,
        body: Mapping[str, object],
        classes: Sequence[str] = (),
        *,
        is_query: bool = False,
        raw: bytes | None = None,
    ) -> None:
        self.body = body
        self.classes = classes
        self.is_query = is_query
        self.raw = raw

    def with_schema(self) -> Mapping[str, object]:
        """Return the body with its schema."""
        from zsiso.mock_node.json_schema import build_schema

        return {"schema": build_schema(self.body, self.classes), **self.body}
