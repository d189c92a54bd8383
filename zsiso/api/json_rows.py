"""From an answer's bytes to its values, the rows of ``inventories`` with their own text.

The values are the json library's; walking over the answer's outermost object is
ours, for no library tells where in the text a value stood.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS_KEY = "inventories"
"""The key whose items are the rows."""

_SPACE = re.compile(r"[ \t\n\r]*")


class InvalidJsonError(ValueError):
    """Why bytes are no JSON, as a clause."""


class ParsedBody(NamedTuple):
    """What a body holds.

    Args:
        document: the value, None where there is none.
        texts: the text of each item of ``inventories``, when that is a list.
        flaw: why there is no value, None where there is one.
    """

    document: Any
    texts: tuple[str, ...] = ()
    flaw: str | None = None


def parse_body(body: bytes) -> ParsedBody:
    """Return the JSON that ``body`` holds, or why it holds none; raises nothing."""
    try:
        document = RowParser(body)
        rows = list(document.rows())
    except InvalidJsonError as flaw:
        return ParsedBody(None, flaw=str(flaw))
    if document.has_rows:
        document.value[ROWS_KEY] = [value for value, _ in rows]
    return ParsedBody(document.value, tuple(text for _, text in rows))


class RowParser:
    """Reads one document from the left, row by row; every value is the decoder's.

    Args:
        data: the document's bytes.
        offset: how far they stand behind the beginning of what an error counts from.
    """

    def __init__(self, data: bytes, offset: int = 0) -> None:
        self._offset = offset
        self._at = 0
        self.value: Any = None
        """What was read, but for the rows; whole once they have all been given."""
        self.has_rows = False
        """Whether ``inventories`` is a list."""
        try:
            self._source = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidJsonError(f"it is not UTF-8 (byte {offset + error.start})") from None

    def rows(self) -> Iterator[tuple[Any, str]]:
        """Give each item of ``inventories`` with its own text; a ``InvalidJsonError`` where there is no document."""
        try:
            if self._is_next("{"):
                yield from self._outermost()
            else:
                self.value = self._value()
            self._skip()
            if self._at < len(self._source):
                raise self._flaw("Extra data", self._at)
        except RecursionError:
            raise InvalidJsonError("it nests too deep") from None

    def _outermost(self) -> Iterator[tuple[Any, str]]:
        self.value = {}
        self._expect("{")
        while not self._ends("}", first=not self.value):
            key = self._value()
            if not isinstance(key, str):
                raise self._flaw("Expecting property name enclosed in double quotes", self._at)
            self._expect(":")
            if key == ROWS_KEY and self.has_rows:
                # They may have been given already, and cannot be taken back.
                raise InvalidJsonError(f'it has "{ROWS_KEY}" twice')
            if key == ROWS_KEY and self._is_next("["):
                self.has_rows = True
                self.value[key] = None
                yield from self._items()
            else:
                # Of a key that is repeated the last counts, as everywhere in Python's json.
                self.value[key] = self._value()

    def _items(self) -> Iterator[tuple[Any, str]]:
        self._expect("[")
        first = True
        while not self._ends("]", first=first):
            self._skip()
            start = self._at
            value = self._value()
            yield value, self._source[start : self._at]
            first = False

    def _ends(self, mark: str, *, first: bool) -> bool:
        """Pass the end, or the comma that goes before another item; tell whether it was the end."""
        if self._is_next(mark):
            self._at += 1
            return True
        if not first:
            self._expect(",")
        return False

    def _value(self) -> Any:  # noqa: ANN401 - it is whatever JSON holds
        self._skip()
        try:
            try:
                value, self._at = _DECODER.raw_decode(self._source, self._at)
            except json.JSONDecodeError:
                raise
            except InvalidJsonError:
                raise
            except ValueError:
                # An integer of more digits than int() takes; it stays the text it came as.
                value, self._at = _LONG_DECODER.raw_decode(self._source, self._at)
        except json.JSONDecodeError as error:
            raise self._flaw(error.msg, error.pos) from None
        return value

    def _is_next(self, mark: str) -> bool:
        self._skip()
        return self._source.startswith(mark, self._at)

    def _expect(self, mark: str) -> None:
        if not self._is_next(mark):
            raise self._flaw(f"Expecting '{mark}'", self._at)
        self._at += 1

    def _skip(self) -> None:
        match = _SPACE.match(self._source, self._at)
        if match is not None:
            self._at = match.end()

    def _flaw(self, what: str, at: int) -> InvalidJsonError:
        return InvalidJsonError(f"it is not JSON ({what}: byte {self._offset + len(self._source[:at].encode())})")


def _no_constant(name: str) -> NoReturn:
    raise InvalidJsonError(f"it is not JSON ({name} is no number)")


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
_LONG_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_integer)
