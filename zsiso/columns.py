"""Pure: the columns that a list can show: their names, their values, their order.

A column's name is the API's own for a field, a dotted path into a list
(``vmNics.ip``), or one of ours for what zsiso computes (``ips``, ``cdrom``,
``rootSize``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zsiso import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zsiso.models import Record

    Values = Callable[[Record], Iterable[Any]]

_DIGITS = re.compile("([0-9]+)")


@dataclass(frozen=True)
class Listing:
    """A kind of list: what its records are called, and the columns there are.

    Args:
        noun: what one record is, for a message.
        plain: the fields of a record that are no lists.
        lists: the lists of a record, each with the fields of its items.
        computed: the columns that are no fields, each with what gives its values.
        sizes: the columns that are bytes, which a table shows in GiB.
        table: the columns of the table, unless others are asked for.
        wide: those of the wide table.
    """

    noun: str
    plain: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]
    computed: Mapping[str, Values]
    sizes: frozenset[str]
    table: tuple[str, ...]
    wide: tuple[str, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        nested = (f"{name}.{item}" for name, items in self.lists.items() for item in items)
        object.__setattr__(self, "names", (*self.plain, *self.lists, *self.computed, *nested))

    def values(self, record: Record, column: str) -> list[Any]:
        """Return the values of a column that are not missing."""
        give = self.computed.get(column)
        values = give(record) if give is not None else record.values(column)
        return [value for value in values if value is not None]

    def check(self, column: str) -> str:
        """Return ``column``; a ``ValueError`` that goes on after its name where there is none."""
        if column not in self.names:
            near = text.did_you_mean(column, self.names)
            raise ValueError(f"is no column of {self.noun}s" + (f"; {near}" if near else ""))
        return column


def _root_size(record: Record) -> Iterable[Any]:
    volumes = record.fields.get("allVolumes")
    for volume in volumes if isinstance(volumes, list) else ():
        if isinstance(volume, dict) and volume.get("type") == "Root":
            yield volume.get("size")


VM_INSTANCES = Listing(
    noun="VM instance",
    plain=(
        *("uuid", "name", "description", "zoneUuid", "clusterUuid", "imageUuid", "hostUuid", "lastHostUuid"),
        *("instanceOfferingUuid", "rootVolumeUuid", "platform", "architecture", "guestOsType"),
        *("defaultL3NetworkUuid", "type", "hypervisorType", "memorySize", "reservedMemorySize", "cpuNum", "cpuSpeed"),
        *("allocatorStrategy", "createDate", "lastOpDate", "state"),
    ),
    lists={
        "vmNics": (
            *("uuid", "vmInstanceUuid", "usedIpUuid", "l3NetworkUuid", "ip", "mac", "hypervisorType", "netmask"),
            *("gateway", "ipVersion", "internalName", "driverType", "type", "state", "deviceId"),
            *("createDate", "lastOpDate"),
        ),
        "allVolumes": (
            *("uuid", "name", "description", "primaryStorageUuid", "vmInstanceUuid", "diskOfferingUuid"),
            *("rootImageUuid", "installPath", "type", "format", "size", "actualSize", "deviceId", "isShareable"),
            *("state", "status", "createDate", "lastOpDate"),
        ),
        "vmCdRoms": (
            *("uuid", "vmInstanceUuid", "deviceId", "isoUuid", "isoInstallPath", "name", "description"),
            *("createDate", "lastOpDate"),
        ),
    },
    computed={
        "ips": lambda record: record.values("vmNics.ip"),
        "cdrom": lambda record: record.values("cdrom"),
        "rootSize": _root_size,
    },
    sizes=frozenset({"memorySize", "reservedMemorySize", "rootSize", "allVolumes.size", "allVolumes.actualSize"}),
    table=("name", "uuid", "state", "cdrom", "cpuNum", "memorySize", "ips", "platform"),
    wide=(
        *("name", "uuid", "state", "cdrom", "cpuNum", "memorySize", "rootSize", "ips", "platform", "guestOsType"),
        *("architecture", "hypervisorType", "hostUuid", "clusterUuid", "zoneUuid", "createDate", "lastOpDate"),
    ),
)

ISO_IMAGES = Listing(
    noun="ISO image",
    plain=(
        *("uuid", "name", "description", "state", "status", "size", "actualSize", "mediaType", "format", "platform"),
        *("architecture", "guestOsType", "type", "url", "md5Sum", "system", "createDate", "lastOpDate"),
    ),
    lists={
        "backupStorageRefs": ("backupStorageUuid", "imageUuid", "installPath", "status", "createDate", "lastOpDate")
    },
    computed={},
    sizes=frozenset({"size", "actualSize"}),
    table=("name", "uuid", "size", "state"),
    wide=("name", "uuid", "size", "state", "status", "format", "platform", "architecture", "createDate", "lastOpDate"),
)


@dataclass(frozen=True)
class Sort:
    """By which column, and which way round."""

    column: str
    descending: bool = False


def parse_sort(given: str, listing: Listing) -> Sort:
    """Return what ``COLUMN`` or ``COLUMN:desc`` asks for; a ``ValueError`` for anything else."""
    column, _, way = given.partition(":")
    if way not in {"", "asc", "desc"}:
        raise ValueError("must end in :asc, in :desc, or in neither")
    return Sort(listing.check(column), way == "desc")


def parse_columns(given: str, listing: Listing) -> tuple[str, ...]:
    """Return the columns in a comma list; a ``ValueError`` that names the one that is none."""
    return tuple(_checked(name.strip(), listing) for name in given.split(","))


def _checked(name: str, listing: Listing) -> str:
    try:
        return listing.check(name)
    except ValueError as error:
        raise ValueError(f"{text.quoted(name)} {error}") from None


def in_order(records: Iterable[Record], sort: Sort, listing: Listing) -> list[Record]:
    """Return the records sorted: numbers by value, text as people order it, what is missing last.

    Those that are alike stand in the order of their names.
    """
    if sort.column != "name":
        records = in_order(records, Sort("name"), listing)
    keyed = [(_key(listing.values(record, sort.column)), record) for record in records]
    there = sorted((pair for pair in keyed if pair[0]), key=lambda pair: pair[0], reverse=sort.descending)
    return [record for _, record in there] + [record for key, record in keyed if not key]


def _key(values: Sequence[Any]) -> list[tuple[Any, ...]]:
    # A number goes before a text, and is never compared with one.
    return [
        (0, value) if text.is_number(value) else (1, natural_key(text.plain(value)), text.plain(value))
        for value in values
    ]


def natural_key(name: str) -> list[tuple[int, str]]:
    """Return a key that puts ``web-2`` before ``web-10``, and ``a`` beside ``A``."""
    parts = _DIGITS.split(name.casefold())
    # Odd places are the runs of digits.
    return [_magnitude(part.lstrip("0")) if at % 2 else (0, part) for at, part in enumerate(parts)]


def _magnitude(digits: str) -> tuple[int, str]:
    # The longer run is the greater number; int() would refuse the very long ones.
    return (len(digits), digits)
