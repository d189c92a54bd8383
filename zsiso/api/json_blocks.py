"""Reads the rows of a large body in blocks of complete rows, so that memory does not grow with the body.

msgspec decodes a block ten times as fast as json, and only the fields that are wanted.
What it rejects is parsed by json (``json_rows``), whose result counts. Where in the bytes
a row ends is guessed: a guess is right if all of the block parses as a list of rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import msgspec

from zsiso.api.json_rows import ROWS_KEY, InvalidJsonError, RowParser
from zsiso.inventory.record import Record

if TYPE_CHECKING:
    from zsiso.inventory.record import Projection
    from zsiso.transport.body import Body

# Small enough for the processor's cache.
_BLOCK_BYTES = 64 * 1024
# The largest block for a row that does not fit into a smaller one.
_MAX_BLOCK_BYTES = 4 * 2**20
# The part of a block in which the end of the last row is searched first, and the number of guesses.
_TAIL_BYTES = 8 * 1024
_MAX_GUESSES = 8

_OPENING = b'{"inventories":['
_HEAD = re.compile(rb'[ \t\n\r]*\{[ \t\n\r]*"inventories"[ \t\n\r]*:[ \t\n\r]*\[')
# A VM instance ends with a list (docs/zstack-api.md#the-vm-instance); an item of that list does not.
_LIKELY_END = b"]},{"
_ROW_END = re.compile(rb"\}([ \t\n\r]*,[ \t\n\r]*)(?=\{)")
_CLOSING = ord("]")


class RawSlice(NamedTuple):
    """The text of a row, read from the body when it is needed."""

    body: Body
    start: int
    size: int

    def __str__(self) -> str:
        return self.body.read(self.start, self.size).decode("utf-8")


def read_blocks(body: Body, projection: Projection) -> Generator[Sequence[Record], None, RowParser]:
    """Yield the rows of a large body block by block, then return the parser of the rest of the document.

    Args:
        body: the body.
        projection: which fields of a row are decoded.

    Raises:
        InvalidJsonError: the body is not JSON, or a row is not an object; rows may have been yielded by then.
    """
    head = _HEAD.match(body.read(0, _BLOCK_BYTES))
    offset = head.end() if head is not None else 0
    opening = _OPENING if head is not None else b""
    decoder = BlockDecoder(body, projection)
    while head is not None and (found := _read_block(body, offset, decoder)) is not None:
        block, offset = found
        yield block
    # The last rows and what follows them, or all that the blocks could not be read from.
    rest = RowParser(opening + body.read(offset, len(body) - offset), offset - len(opening))
    for row, text in rest.rows():
        yield [_make_record(row, text)]
    return rest


def _make_record(row: object, text: str) -> Record:
    if not isinstance(row, dict):
        raise InvalidJsonError('"inventories" has an item that is not an object')
    return Record(row, text)


def _read_block(body: Body, offset: int, decoder: BlockDecoder) -> tuple[Sequence[Record], int] | None:
    """Return the rows of the block at ``offset`` and the next block's offset; None where no guess is right."""
    size = _BLOCK_BYTES
    while offset + size < len(body) and size <= _MAX_BLOCK_BYTES:
        data = body.read(offset, size)
        for decode in (decoder.decode, decoder.decode_with_json):
            for end, next_start in _guess_row_ends(data):
                if (block := decode(data[:end], offset)) is not None:
                    return block, offset + next_start
        size *= 4
    return None


def _guess_row_ends(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where a row may end and the next one begin, the likeliest first."""
    likely = data.rfind(_LIKELY_END)
    if likely >= 0:
        yield likely + 2, likely + 3
    found = list(_ROW_END.finditer(data, max(len(data) - _TAIL_BYTES, 0))) or list(_ROW_END.finditer(data))
    found.sort(key=lambda match: (data[match.start() - 1] != _CLOSING, -match.start()))
    for match in found[:_MAX_GUESSES]:
        yield match.start(1), match.end()


class BlockDecoder:
    """Decodes blocks: parses all of their bytes, and keeps the fields that are wanted."""

    def __init__(self, body: Body, projection: Projection) -> None:
        self._body = body
        row = _row_type(projection.paths)
        self._rows = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]  # a type made at run time
        self._row = msgspec.json.Decoder(row) if projection.texts else None
        self._raw = msgspec.json.Decoder(list[msgspec.Raw])

    def decode(self, data: bytes, offset: int) -> Sequence[Record] | None:
        """Return the rows in ``data``, which is at ``offset`` in the body; None where it is not a list of rows."""
        try:
            found = self._decode_with_texts(data, offset) if self._row is not None else self._decode_without_texts(data)
            # msgspec checks the UTF-8 of the fields that it keeps only.
            if not data.isascii():
                data.decode("utf-8")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return found

    def decode_with_json(self, data: bytes, _offset: int) -> Sequence[Record] | None:
        """Return the same, decoded by json: it accepts a lone surrogate, for example."""
        try:
            document = RowParser(_OPENING + data + b"]}")
            found = [_make_record(row, text) for row, text in document.rows()]
        except InvalidJsonError:
            return None
        # With another key, the list of rows ended inside the block.
        return found if list(document.value) == [ROWS_KEY] else None

    def _decode_without_texts(self, data: bytes) -> Sequence[Record]:
        return list(map(Record, self._rows.decode(b"[" + data + b"]"), repeat("")))

    def _decode_with_texts(self, data: bytes, offset: int) -> Sequence[Record]:
        assert self._row is not None  # noqa: S101 - texts are wanted
        found = []
        end = 0
        for raw in self._raw.decode(b"[" + data + b"]"):
            text = bytes(raw)
            start = data.index(text, end)
            end = start + len(text)
            found.append(Record(self._row.decode(raw), RawSlice(self._body, offset + start, len(text))))
        return found


def _row_type(paths: Iterable[str] | None) -> Any:  # noqa: ANN401 - a type made at run time
    """Return the type of a row with the wanted fields only; the same for the items of its lists, at any depth."""
    if paths is None:
        return dict[str, Any]
    item_paths: dict[str, set[str]] = {}
    for path in paths:
        name, _, item_path = path.partition(".")
        item_paths.setdefault(name, set()).add(item_path)
    fields = {name: _field_type(paths) for name, paths in item_paths.items()}
    return TypedDict("_Fields", fields, total=False)  # type: ignore[operator]


def _field_type(item_paths: Collection[str]) -> Any:  # noqa: ANN401 - a type made at run time
    """Return the type of a field; an empty path stands for the whole of it."""
    return Any if "" in item_paths else list[_row_type(item_paths)] | None  # type: ignore[misc]
