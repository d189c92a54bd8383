"""The API's objects as frozen dataclasses.

Fields as in the wire page's "The VM instance": any of them can be missing,
newer servers add others, and a value may be of a kind nobody promised. What
can't be read as promised is kept as the text that came.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, Any]


@dataclass(frozen=True)
class VmInstance:
    """A VM instance that an ISO can be attached to; ``memory_size`` is in bytes."""

    uuid: str | None = None
    name: str | None = None
    state: str | None = None
    cpu_num: float | str | None = None
    memory_size: float | str | None = None
    ips: tuple[str, ...] = ()
    platform: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> VmInstance:
        """Read one row of ``inventories``; never raises for what a row holds."""
        return cls(
            uuid=_text(row.get("uuid")),
            name=_text(row.get("name")),
            state=_text(row.get("state")),
            cpu_num=_number(row.get("cpuNum")),
            memory_size=_number(row.get("memorySize")),
            ips=tuple(ip for nic in _rows(row.get("vmNics")) if (ip := _text(nic.get("ip")))),
            platform=_text(row.get("platform")),
        )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _number(value: object) -> float | str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return _text(value)


def _rows(value: object) -> Iterator[Row]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
