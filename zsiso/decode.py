"""From an answer's bytes to its values, the rows of ``inventories`` with their own text.

The values are the json library's; walking over the answer's outermost object is
ours, for no library tells where in the text a value stood.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

_SPACE = re.compile(r"[ \t\n\r]*")
_ROWS = "inventories"


@dataclass(frozen=True)
class Decoded:
    """What a body holds.

    Args:
        document: the value, None where there is none.
        texts: the text of each item of ``inventories``, when that is a list.
        flaw: why there is no value, None where there is one.
    """

    document: Any
    texts: tuple[str, ...] = ()
    flaw: str | None = None


def decode(body: bytes) -> Decoded:
    """Return the JSON that ``body`` holds, or why it holds none; raises nothing."""
    try:
        source = body.decode("utf-8")
        try:
            return _Walker(source, json.JSONDecoder(parse_constant=_no_constant)).document()
        except json.JSONDecodeError:
            raise
        except ValueError:
            # An integer of more digits than int() takes; it stays the text it came as.
            return _Walker(source, json.JSONDecoder(parse_constant=_no_constant, parse_int=_integer)).document()
    except RecursionError:
        return Decoded(None, flaw="it nests too deep")
    except UnicodeDecodeError as error:
        return Decoded(None, flaw=f"it is not UTF-8 (byte {error.start})")
    except ValueError as error:
        return Decoded(None, flaw=f"it is not JSON ({error})")


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no number", name, 0)


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


@dataclass
class _Walker:
    """Reads one document from the left; every value is the decoder's."""

    source: str
    decoder: json.JSONDecoder
    at: int = 0

    def document(self) -> Decoded:
        decoded = self._outermost() if self._is_next("{") else Decoded(self._value())
        self._skip()
        if self.at < len(self.source):
            raise json.JSONDecodeError("Extra data", self.source, self.at)
        return decoded

    def _outermost(self) -> Decoded:
        members: dict[str, Any] = {}
        texts: tuple[str, ...] = ()
        self._expect("{")
        while not self._ends("}", first=not members):
            key = self._value()
            if not isinstance(key, str):
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self.source, self.at)
            self._expect(":")
            # Of a repeated key the last counts, as everywhere in Python's json.
            if key == _ROWS and self._is_next("["):
                members[key], texts = self._rows()
            else:
                members[key] = self._value()
        return Decoded(members, texts)

    def _rows(self) -> tuple[list[Any], tuple[str, ...]]:
        rows: list[Any] = []
        texts: list[str] = []
        self._expect("[")
        while not self._ends("]", first=not rows):
            self._skip()
            start = self.at
            rows.append(self._value())
            texts.append(self.source[start : self.at])
        return rows, tuple(texts)

    def _ends(self, mark: str, *, first: bool) -> bool:
        """Pass the end, or the comma that goes before another item; tell whether it was the end."""
        if self._is_next(mark):
            self.at += 1
            return True
        if not first:
            self._expect(",")
        return False

    def _value(self) -> Any:  # noqa: ANN401 - it is whatever JSON holds
        self._skip()
        value, self.at = self.decoder.raw_decode(self.source, self.at)
        return value

    def _is_next(self, mark: str) -> bool:
        self._skip()
        return self.source.startswith(mark, self.at)

    def _expect(self, mark: str) -> None:
        if not self._is_next(mark):
            raise json.JSONDecodeError(f"Expecting '{mark}'", self.source, self.at)
        self.at += 1

    def _skip(self) -> None:
        match = _SPACE.match(self.source, self.at)
        if match is not None:
            self.at = match.end()
