"""The rows of a large answer, a block of whole rows at a time, so that memory stays flat.

msgspec decodes a block ten times as fast as json, and no further than what is looked
at. It is the fast way, and never has the last word: what it does not take goes to
json (``json_rows``), whose verdict counts. Where in the bytes a row ends is guessed: a
guess is right if the library takes all of the block for a list of rows.
"""

from __future__ import annotations

import re
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import msgspec

from zsiso.api.json_rows import ROWS_KEY, InvalidJsonError, RowParser
from zsiso.inventory.record import Record

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from zsiso.inventory.record import Projection
    from zsiso.transport.body import Body

# Bytes: small enough for the processor's cache; then what a single row may need.
_BLOCK = 64 * 1024
_LONGEST = 4 * 2**20
# Where at the end of a block the end of a row is looked for, and how often.
_TAIL = 8 * 1024
_GUESSES = 8

_OPENING = b'{"inventories":['
_HEAD = re.compile(rb'[ \t\n\r]*\{[ \t\n\r]*"inventories"[ \t\n\r]*:[ \t\n\r]*\[')
# A VM instance ends with its lists (wire page, "The VM instance"); what these hold does not.
_LIKELY = b"]},{"
_BETWEEN = re.compile(rb"\}([ \t\n\r]*,[ \t\n\r]*)(?=\{)")
_CLOSING = ord("]")


class RawSlice(NamedTuple):
    """The text of a row that stands in a body, read when it is wanted."""

    body: Body
    start: int
    size: int

    def __str__(self) -> str:
        return self.body.read(self.start, self.size).decode("utf-8")


def read_blocks(body: Body, needs: Projection) -> Generator[Sequence[Record], None, RowParser]:
    """Give the rows of a large body, block by block, and return the document, read to its end.

    Args:
        body: the answer's body.
        needs: what of a row is decoded.

    Raises:
        Flaw: the body is no JSON, or a row no object; some of the rows may have been given by then.
    """
    head = _HEAD.match(body.read(0, _BLOCK))
    at = head.end() if head is not None else 0
    opening = _OPENING if head is not None else b""
    decoder = BlockDecoder(body, needs)
    while head is not None and (found := _block(body, at, decoder)) is not None:
        block, at = found
        yield block
    # The last rows and what comes after them; or all of what the fast way does not take.
    rest = RowParser(opening + body.read(at, len(body) - at), at - len(opening))
    for row, text in rest.rows():
        yield [_record(row, text)]
    return rest


def _record(row: object, text: str) -> Record:
    if not isinstance(row, dict):
        raise InvalidJsonError("it is JSON of another shape")
    return Record(row, text)


def _block(body: Body, at: int, decoder: _Decoder) -> tuple[Sequence[Record], int] | None:
    """Return the rows of a block from ``at`` on, and where the next one begins; None where none is found."""
    size = _BLOCK
    while at + size < len(body) and size <= _LONGEST:
        data = body.read(at, size)
        for take in (decoder.fast, decoder.plain):
            for end, following in _guesses(data):
                if (block := take(data[:end], at)) is not None:
                    return block, at + following
        size *= 4
    return None


def _guesses(data: bytes) -> Iterator[tuple[int, int]]:
    """Give where a row may end and the next one begin, the likeliest first."""
    likeliest = data.rfind(_LIKELY)
    if likeliest >= 0:
        yield likeliest + 2, likeliest + 3
    found = list(_BETWEEN.finditer(data, max(len(data) - _TAIL, 0))) or list(_BETWEEN.finditer(data))
    found.sort(key=lambda match: (data[match.start() - 1] != _CLOSING, -match.start()))
    for match in found[:_GUESSES]:
        yield match.start(1), match.end()


class BlockDecoder:
    """Decodes a block: all of its bytes are parsed, and what is needed of them is kept."""

    def __init__(self, body: Body, needs: Projection) -> None:
        self._body = body
        row = _row_type(needs.paths)
        self._rows = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]  # made as it is needed
        self._row = msgspec.json.Decoder(row) if needs.texts else None
        self._raw = msgspec.json.Decoder(list[msgspec.Raw])

    def fast(self, data: bytes, at: int) -> Sequence[Record] | None:
        """Return the rows that ``data`` holds, which stand ``at`` in the body; None where it holds none."""
        try:
            found = self._with_texts(data, at) if self._row is not None else self._without(data)
            # msgspec looks at the UTF-8 of what it keeps alone.
            if not data.isascii():
                data.decode("utf-8")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return found

    def plain(self, data: bytes, _at: int) -> Sequence[Record] | None:
        """Return the same by way of json: a lone surrogate, say, or a list of another kind."""
        try:
            document = RowParser(_OPENING + data + b"]}")
            found = [_record(row, text) for row, text in document.rows()]
        except InvalidJsonError:
            return None
        # Where the list ended in the middle, the rest has other keys.
        return found if list(document.value) == [ROWS_KEY] else None

    def _without(self, data: bytes) -> Sequence[Record]:
        return list(map(Record, self._rows.decode(b"[" + data + b"]"), repeat("")))

    def _with_texts(self, data: bytes, at: int) -> Sequence[Record]:
        assert self._row is not None  # noqa: S101 - made with it
        found = []
        end = 0
        for raw in self._raw.decode(b"[" + data + b"]"):
            text = bytes(raw)
            start = data.index(text, end)
            end = start + len(text)
            found.append(Record(self._row.decode(raw), RawSlice(self._body, at + start, len(text))))
        return found


def _row_type(paths: Iterable[str] | None) -> Any:  # noqa: ANN401 - a type that is made
    """Return the type of a row with the fields that are needed; the items of a list likewise."""
    if paths is None:
        return dict[str, Any]
    whole: set[str] = set()
    within: dict[str, set[str]] = {}
    for path in paths:
        name, _, item = path.partition(".")
        if item:
            within.setdefault(name, set()).add(item)
        else:
            whole.add(name)
    items: Mapping[str, Any] = {
        name: list[_select_fields(dict.fromkeys(keys, Any))] | None for name, keys in within.items()
    }  # type: ignore[misc]
    return _select_fields({**items, **dict.fromkeys(whole, Any)})


def _select_fields(fields: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the same
    return TypedDict("_some", dict(fields), total=False)  # type: ignore[operator]
