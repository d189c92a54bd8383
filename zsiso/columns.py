"""Pure: the columns that a list can show: their names, their values, their order.

A column's name is the API's own for a field, a dotted path into a list
(``vmNics.ip``), or one of ours for what zsiso computes (``ips``, ``cdrom``,
``rootSize``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from zsiso import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zsiso.models import Record

    Reader = Callable[[Record], list[Any]]

T = TypeVar("T")
Key: TypeAlias = "tuple[Any, ...]"

_DIGITS = re.compile("[0-9]+")
_LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True)
class Computed:
    """A column that is no field.

    Args:
        read: gives its values.
        paths: what it reads of a record.
    """

    read: Reader
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A kind of list: what its records are called, and the columns there are.

    Args:
        noun: what one record is, for a message.
        plain: the fields of a record that are no lists.
        lists: the lists of a record, each with the fields of its items.
        computed: the columns that are no fields.
        sizes: the columns that are bytes, which a table shows in GiB.
        table: the columns of the table, unless others are asked for.
        wide: those of the wide table.
    """

    noun: str
    plain: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]
    computed: Mapping[str, Computed]
    sizes: frozenset[str]
    table: tuple[str, ...]
    wide: tuple[str, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        nested = (f"{name}.{item}" for name, items in self.lists.items() for item in items)
        object.__setattr__(self, "names", (*self.plain, *self.lists, *self.computed, *nested))

    def reader(self, column: str) -> Reader:
        """Return what gives the values of a column, those that are missing left out."""
        if column in self.computed:
            return self.computed[column].read
        name, _, item = column.partition(".")
        return _items_reader(name, item) if item else _field_reader(name)

    def paths(self, columns: Iterable[str]) -> frozenset[str]:
        """Return what the columns read of a record."""
        return frozenset(
            path
            for column in columns
            for path in (self.computed[column].paths if column in self.computed else (column,))
        )

    def check(self, column: str) -> str:
        """Return ``column``; a ``ValueError`` that goes on after its name where there is none."""
        if column not in self.names:
            near = text.did_you_mean(column, self.names)
            raise ValueError(f"is no column of {self.noun}s" + (f"; {near}" if near else ""))
        return column


def _field_reader(name: str) -> Reader:
    def read(record: Record) -> list[Any]:
        value = record.fields.get(name)
        return [] if value is None else [value]

    return read


def _items_reader(name: str, item: str) -> Reader:
    def read(record: Record) -> list[Any]:
        items = record.fields.get(name)
        if not isinstance(items, list):
            # A value where a list was promised: what is read of it is what it has of that name.
            items = [items]
        return [value for one in items if isinstance(one, dict) and (value := one.get(item)) is not None]

    return read


def _drives(record: Record) -> list[Any]:
    return [record.computed["cdrom"]] if "cdrom" in record.computed else []


def _root_size(record: Record) -> list[Any]:
    volumes = record.fields.get("allVolumes")
    return [
        size
        for volume in (volumes if isinstance(volumes, list) else ())
        if isinstance(volume, dict) and volume.get("type") == "Root" and (size := volume.get("size")) is not None
    ]


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
        "ips": Computed(_items_reader("vmNics", "ip"), ("vmNics.ip",)),
        # What its drives hold is looked at before anything is shown (answer.candidates).
        "cdrom": Computed(_drives),
        "rootSize": Computed(_root_size, ("allVolumes.type", "allVolumes.size")),
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


class Order:
    """In which order records stand: numbers by value, text as people order it, what is missing last.

    Those that are alike stand in the order of their names.
    """

    def __init__(self, sort: Sort, listing: Listing) -> None:
        self._column = listing.reader(sort.column)
        self._name = listing.reader("name") if sort.column != "name" else None
        self._descending = sort.descending

    def keys(self, records: Sequence[Record]) -> list[tuple[Key, Key]]:
        """Return what each record is sorted by: its column, and its name where that is another."""
        columns = [_key(self._column(record)) for record in records]
        names = [_key(self._name(record)) for record in records] if self._name is not None else [()] * len(records)
        return list(zip(columns, names, strict=True))

    def sorted(self, keyed: Iterable[tuple[tuple[Key, Key], T]]) -> list[T]:
        """Return things in the order of their keys."""
        there: list[tuple[tuple[Key, Key], T]] = []
        missing: list[tuple[tuple[Key, Key], T]] = []
        for pair in keyed:
            (there if pair[0][0] else missing).append(pair)
        if self._name is not None:
            for some in (there, missing):
                some.sort(key=_by_name)
        there.sort(key=_by_column, reverse=self._descending)
        return [thing for some in (there, missing) for _, thing in some]


def _by_column(keyed: tuple[tuple[Key, Key], object]) -> Key:
    return keyed[0][0]


def _by_name(keyed: tuple[tuple[Key, Key], object]) -> tuple[bool, Key]:
    name = keyed[0][1]
    return (not name, name)


def in_order(records: Iterable[Record], sort: Sort, listing: Listing) -> list[Record]:
    """Return the records sorted (``Order``)."""
    order = Order(sort, listing)
    records = list(records)
    return order.sorted(zip(order.keys(records), records, strict=True))


def _key(values: Sequence[Any]) -> Key:
    # A number goes before a text, and is never compared with one. All of it is in one
    # tuple, for there may be a great many.
    if len(values) == 1 and isinstance(values[0], str):
        return (1, natural_key(values[0]))
    key: Key = ()
    for value in values:
        key += (0, value) if text.is_number(value) else (1, natural_key(text.plain(value)))
    return key


def natural_key(name: str) -> str:
    """Return a key that puts ``web-2`` before ``web-10``, and ``a`` beside ``A``."""
    # Names that differ in capitals or zeros alone have an order too.
    return f"{_DIGITS.sub(_magnitude, name.casefold())}\0\0{name}"


def _magnitude(digits: re.Match[str]) -> str:
    # The longer run is the greater number; int() would refuse the very long ones.
    significant = digits[0].lstrip("0")
    return f"\0{chr(min(len(significant) + 1, _LAST_CHARACTER))}{significant}"
