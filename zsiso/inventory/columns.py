"""Pure: the columns that a list can show: their names, their values, their order.

A column's name is the API's own for a field, a dotted path into a list
(``vmNics.ip``), or one of ours for what zsiso computes (``ips``, ``cdrom``,
``rootSize``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from zsiso import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zsiso.inventory.record import Record

    # Of each record what it has in a column: a value, None for nothing, a tuple of several.
    Reader = Callable[[Iterable[Record]], list[Any]]

Key: TypeAlias = "tuple[Any, ...]"

_DIGITS = "([0-9]+)"
# How long a run of digits is, is told by one of these: behind what stands between two names.
_SHORTEST_RUN, _LONGEST_RUN = ord(" "), 0x10FFFF
_SEPARATOR = "\n"


class ComputedColumn(NamedTuple):
    """A column that is no field.

    Args:
        read: gives its values.
        paths: what it reads of a record.
    """

    read: Reader
    paths: tuple[str, ...] = ()


class ResourceSchema(NamedTuple):
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
    computed: Mapping[str, ComputedColumn]
    sizes: frozenset[str]
    table: tuple[str, ...]
    wide: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every column there is."""
        nested = (f"{name}.{item}" for name, items in self.lists.items() for item in items)
        return (*self.plain, *self.lists, *self.computed, *nested)

    def reader(self, column: str) -> Reader:
        """Return what reads a column of some records: of each a value, None for nothing, a tuple of several."""
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
            near = text.suggest(column, self.names)
            raise ValueError(f"is no column of {self.noun}s" + (f"; {near}" if near else ""))
        return column


def _field_reader(name: str) -> Reader:
    return lambda records: [fields.get(name) for fields, _, _ in records]


def _items_reader(name: str, item: str) -> Reader:
    def read(records: Iterable[Record]) -> list[Any]:
        lists = [fields.get(name) for fields, _, _ in records]
        return [
            # Nearly all of them have one, or none.
            None
            if not items
            else items[0].get(item)
            if items.__class__ is list and len(items) == 1 and items[0].__class__ is dict
            else _as_value([one.get(item) for one in _dicts(items)])
            for items in lists
        ]

    return read


def _dicts(items: object) -> list[dict[str, Any]]:
    # A value where a list was promised: what is read of it is what it has of that name.
    return [one for one in (items if isinstance(items, list) else [items]) if isinstance(one, dict)]


def _as_value(values: Iterable[Any]) -> Any:  # noqa: ANN401 - whatever JSON holds, or a tuple of it
    """Return values as a reader gives them."""
    there = tuple(value for value in values if value is not None)
    return there if len(there) > 1 else there[0] if there else None


def _read_cdrom(records: Iterable[Record]) -> list[Any]:
    return [computed.get("cdrom") for _, _, computed in records]


def _read_root_size(records: Iterable[Record]) -> list[Any]:
    lists = [record.fields.get("allVolumes") for record in records]
    return [
        _as_value(volume.get("size") for volume in _dicts(volumes) if volume.get("type") == "Root")
        if isinstance(volumes, list)
        else None
        for volumes in lists
    ]


VM_INSTANCES = ResourceSchema(
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
        "ips": ComputedColumn(_items_reader("vmNics", "ip"), ("vmNics.ip",)),
        # What its drives hold is looked at before anything is shown (answer.candidates).
        "cdrom": ComputedColumn(_read_cdrom),
        "rootSize": ComputedColumn(_read_root_size, ("allVolumes.type", "allVolumes.size")),
    },
    sizes=frozenset({"memorySize", "reservedMemorySize", "rootSize", "allVolumes.size", "allVolumes.actualSize"}),
    table=("name", "uuid", "state", "cdrom", "cpuNum", "memorySize", "ips", "platform"),
    wide=(
        *("name", "uuid", "state", "cdrom", "cpuNum", "memorySize", "rootSize", "ips", "platform", "guestOsType"),
        *("architecture", "hypervisorType", "hostUuid", "clusterUuid", "zoneUuid", "createDate", "lastOpDate"),
    ),
)

ISO_IMAGES = ResourceSchema(
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


class SortOrder(NamedTuple):
    """By which column, and which way round."""

    column: str
    descending: bool = False


def parse_sort(given: str, listing: ResourceSchema) -> SortOrder:
    """Return what ``COLUMN`` or ``COLUMN:desc`` asks for; a ``ValueError`` for anything else."""
    column, _, way = given.partition(":")
    if way not in {"", "asc", "desc"}:
        raise ValueError("must end in :asc, in :desc, or in neither")
    return SortOrder(listing.check(column), way == "desc")


def parse_columns(given: str, listing: ResourceSchema) -> tuple[str, ...]:
    """Return the columns in a comma list; a ``ValueError`` that names the one that is none."""
    return tuple(_parse_column(name.strip(), listing) for name in given.split(","))


def _parse_column(name: str, listing: ResourceSchema) -> str:
    try:
        return listing.check(name)
    except ValueError as error:
        raise ValueError(f"{text.quote(name)} {error}") from None


class Sorter:
    """In which order records stand: numbers by value, text as people order it, what is missing last.

    Those that are alike stand in the order of their names.
    """

    def __init__(self, sort: SortOrder, listing: ResourceSchema) -> None:
        self._column = listing.reader(sort.column)
        self._name = listing.reader("name") if sort.column != "name" else None
        self._descending = sort.descending
        self._columns: list[Key] = []
        self._names: list[Key] = []

    def note(self, records: Sequence[Record]) -> None:
        """Take note of what the next records are sorted by."""
        self._columns += _sort_keys(self._column(records))
        if self._name is not None:
            self._names += _sort_keys(self._name(records))

    def places(self) -> list[int]:
        """Return where each record stood when it was noted, in the order in which they are to stand."""
        there = [at for at, key in enumerate(self._columns) if key]
        missing = [at for at, key in enumerate(self._columns) if not key]
        if self._name is not None:
            for some in (there, missing):
                some.sort(key=self._name_at)
        there.sort(key=self._columns.__getitem__, reverse=self._descending)
        return there + missing

    def _name_at(self, place: int) -> tuple[bool, Key]:
        name = self._names[place]
        return (not name, name)


def sort_records(records: Iterable[Record], sort: SortOrder, listing: ResourceSchema) -> list[Record]:
    """Return the records sorted (``Sorter``)."""
    order = Sorter(sort, listing)
    records = list(records)
    order.note(records)
    return [records[at] for at in order.places()]


def _sort_keys(values: Sequence[Any]) -> list[Key]:
    # A number goes before a text, and is never compared with one.
    if {str}.issuperset(map(type, values)):
        return [(1, key) for key in natural_sort_keys(values)]
    return [_sort_key(value) for value in values]


def _sort_key(value: Any) -> Key:  # noqa: ANN401 - what a reader gives
    # All of it is in one tuple, for there may be a great many.
    key: Key = ()
    for one in value if isinstance(value, tuple) else () if value is None else (value,):
        key += (0, one) if text.is_number(one) else (1, natural_sort_key(text.format_value(one)))
    return key


def natural_sort_keys(names: Sequence[str]) -> list[str]:
    """Return a key for each name (``natural_sort_key``), which takes half the time where there are many."""
    together = _SEPARATOR.join(names)
    if together.count(_SEPARATOR) >= len(names):
        return [natural_sort_key(name) for name in names]
    return [f"{folded}\0\0{name}" for folded, name in zip(_fold_digits(together).split(_SEPARATOR), names, strict=True)]


def natural_sort_key(name: str) -> str:
    """Return a key that puts ``web-2`` before ``web-10``, and ``a`` beside ``A``."""
    # Names that differ in capitals or zeros alone have an order too.
    return f"{_fold_digits(name)}\0\0{name}"


def _fold_digits(text: str) -> str:
    """Return a text without capitals, and with each run of digits led by how long it is."""
    parts = re.split(_DIGITS, text.casefold())
    # The longer run is the greater number; int() would refuse the very long ones.
    numbers = [digits.lstrip("0") for digits in parts[1::2]]
    parts[1::2] = [f"\0{chr(min(len(number) + _SHORTEST_RUN, _LONGEST_RUN))}{number}" for number in numbers]
    return "".join(parts)
