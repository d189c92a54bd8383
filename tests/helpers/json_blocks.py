"""Rows of a large response, read in blocks."""

from __future__ import annotations

from typing import Any

from tests.helpers.rendering import format_cells
from zsiso.api import json_blocks
from zsiso.api.json_rows import InvalidJsonError
from zsiso.inventory.candidates import REQUIRED_PATHS
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Projection, Record
from zsiso.transport.body import Body

INVALID_ROWS_MESSAGE = '"inventories" has an item that is not an object'
COLUMNS = ("name", "uuid", "state", "cdrom", "memorySize", "ips", "vmNics.usedIps.ip", "vmNics.usedIps.gateway")
PROJECTION = Projection(VM_INSTANCES.paths(COLUMNS) | REQUIRED_PATHS, texts=False)


def make_body(data: bytes) -> Body:
    body = Body()
    body.add(data)
    return body


def read_in_blocks(data: bytes, projection: Projection) -> tuple[list[Record], dict[str, Any]] | str:
    """Return the rows and the rest of the document, or the text of the error."""
    records: list[Record] = []
    blocks = json_blocks.read_blocks(make_body(data), projection)
    try:
        while True:
            records += next(blocks)
    except StopIteration as end:
        return records, {**end.value.value, "inventories": None}
    except InvalidJsonError as flaw:
        return str(flaw)


def format_row(record: Record) -> tuple[str, ...]:
    (row,) = format_cells([record], COLUMNS)
    return row
