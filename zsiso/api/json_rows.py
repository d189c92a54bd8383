"""Parses the JSON of a body and keeps the text of each row of ``inventories``.

The values are the json library's. The outermost object is read here, since no library
reports where in the text a value stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

ROWS_KEY = "inventories"
"""The key whose items are the rows."""

_SPACE = re.compile(r"[ \t\n\r]*")


class InvalidJsonError(ValueError):
    """The reason why bytes are not JSON, as a clause."""


class ParsedBody(NamedTuple):
    """What a body holds.

    Args:
        document: the value; None where the body is not JSON.
        texts: the text of each item of ``inventories``, where that is a list.
        flaw: why the body is not JSON; None where it is.
    """

    document: Any
    texts: tuple[str, ...] = ()
    flaw: str | None = None


def parse_body(body: bytes) -> ParsedBody:
    """Return the JSON value of ``body``, or why there is none; raises nothing."""
    try:
        document = RowParser(body)
        rows = list(document.rows())
    except InvalidJsonError as flaw:
        return ParsedBody(None, flaw=str(flaw))
    if document.has_rows:
        document.value[ROWS_KEY] = [value for value, _ in rows]
    return ParsedBody(document.value, tuple(text for _, text in rows))


class RowParser:
    """Reads one JSON document from its beginning, row by row.

    Args:
        data: the document's bytes.
        offset: added to the positions in error messages, where ``data`` is a part of a body.
    """

    def __init__(self, data: bytes, offset: int = 0) -> None:
        self._offset = offset
        self._position = 0
        self.value: Any = None
        """The value without the rows; complete after the last row."""
        self.has_rows = False
        """Whether ``inventories`` is a list."""
        try:
            self._source = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidJsonError(f"not UTF-8 (byte {offset + error.start})") from None

    def rows(self) -> Iterator[tuple[Any, str]]:
        """Yield each item of ``inventories`` with its own text.

        Raises:
            InvalidJsonError: the document is not JSON; rows may have been yielded by then.
        """
        try:
            if self._is_next("{"):
                yield from self._read_object()
            else:
                self.value = self._read_value()
            self._skip_space()
            if self._position < len(self._source):
                raise self._flaw("Extra data", self._position)
        except RecursionError:
            raise InvalidJsonError("nested too deeply") from None

    def _read_object(self) -> Iterator[tuple[Any, str]]:
        self.value = {}
        self._expect("{")
        while not self._read_end("}", first=not self.value):
            key = self._read_value()
            if not isinstance(key, str):
                raise self._flaw("Expecting property name enclosed in double quotes", self._position)
            self._expect(":")
            if key == ROWS_KEY and self.has_rows:
                # The first rows may have been yielded already.
                raise InvalidJsonError(f'"{ROWS_KEY}" is there twice')
            if key == ROWS_KEY and self._is_next("["):
                self.has_rows = True
                self.value[key] = None
                yield from self._read_items()
            else:
                # The last of equal keys counts, as in Python's json.
                self.value[key] = self._read_value()

    def _read_items(self) -> Iterator[tuple[Any, str]]:
        self._expect("[")
        first = True
        while not self._read_end("]", first=first):
            self._skip_space()
            start = self._position
            value = self._read_value()
            yield value, self._source[start : self._position]
            first = False

    def _read_end(self, mark: str, *, first: bool) -> bool:
        """Read the end mark, or the comma before another item; return whether it was the end."""
        if self._is_next(mark):
            self._position += 1
            return True
        if not first:
            self._expect(",")
        return False

    def _read_value(self) -> Any:  # noqa: ANN401 - any JSON value
        self._skip_space()
        try:
            try:
                value, self._position = _DECODER.raw_decode(self._source, self._position)
            except json.JSONDecodeError:
                raise
            except InvalidJsonError:
                raise
            except ValueError:
                # An integer with more digits than int() accepts stays text.
                value, self._position = _LONG_DECODER.raw_decode(self._source, self._position)
        except json.JSONDecodeError as error:
            raise self._flaw(error.msg, error.pos) from None
        return value

    def _is_next(self, mark: str) -> bool:
        self._skip_space()
        return self._source.startswith(mark, self._position)

    def _expect(self, mark: str) -> None:
        if not self._is_next(mark):
            raise self._flaw(f"Expecting '{mark}'", self._position)
        self._position += 1

    def _skip_space(self) -> None:
        match = _SPACE.match(self._source, self._position)
        if match is not None:
            self._position = match.end()

    def _flaw(self, reason: str, position: int) -> InvalidJsonError:
        byte = self._offset + len(self._source[:position].encode())
        return InvalidJsonError(f"not JSON ({reason}: byte {byte})")


def _reject_constant(name: str) -> NoReturn:
    raise InvalidJsonError(f"not JSON ({name} is not a number)")


def _parse_integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


_DECODER = json.JSONDecoder(parse_constant=_reject_constant)
_LONG_DECODER = json.JSONDecoder(parse_constant=_reject_constant, parse_int=_parse_integer)
