"""Rows of a large response, read block by block."""

from __future__ import annotations

from typing import Any

from tests.helpers.rendering import format_cells
from zsiso import blocks
from zsiso.body import Body
from zsiso.decode import Flaw
from zsiso.models import Needs, Record

SHAPE = "it is JSON of another shape"
WANTED = Needs(frozenset({"uuid", "name", "state", "memorySize", "vmNics.ip", "vmCdRoms.isoUuid"}), texts=False)


def body_of(data: bytes) -> Body:
    body = Body()
    body.add(data)
    return body


def fast(data: bytes, wanted: Needs) -> tuple[list[Record], dict[str, Any]] | str:
    """Return the rows and the rest of the document, or the flaw."""
    records: list[Record] = []
    given = blocks.rows(body_of(data), wanted)
    try:
        while True:
            records += next(given)
    except StopIteration as end:
        return records, {**end.value.value, "inventories": None}
    except Flaw as flaw:
        return str(flaw)


def told(record: Record) -> tuple[str, ...]:
    names = ("name", "uuid", "state", "cdrom", "memorySize", "ips")
    (row,) = format_cells([record], names)
    return row
