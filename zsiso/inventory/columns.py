"""The columns of a list: their names, and their values in a record.

A column is a field of the API, a path into a list of the API (``vmNics.ip``, and into a list
within a list: ``vmNics.usedIps.ip``), or one that zsiso computes (``ips``, ``cdrom``, ``rootSize``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zsiso import text
from zsiso.inventory.headings import find_column
from zsiso.inventory.record import Record

# Returns a value for each record: None where it has none, a tuple of several.
Reader = Callable[[Iterable[Record]], list[Any]]


class ComputedColumn(NamedTuple):
    """A column that zsiso computes.

    Args:
        read: returns its values.
        paths: the fields, and dotted paths into lists, that it reads of a record.
    """

    read: Reader
    paths: tuple[str, ...] = ()


class ResourceSchema(NamedTuple):
    """A kind of resource, and the columns of its lists.

    Args:
        plain: the fields of a record that are not lists.
        lists: the paths of the fields that are lists, each with the fields of its items.
        computed: the columns that zsiso computes.
        sizes: the columns in bytes, which a table shows in GiB or TiB.
        table: the default columns of the table.
        wide: the columns of the wide table.
    """

    plain: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]
    computed: Mapping[str, ComputedColumn]
    sizes: frozenset[str]
    table: tuple[str, ...]
    wide: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        nested = (f"{path}.{item}" for path, items in self.lists.items() for item in items)
        return (*self.plain, *self.lists, *self.computed, *nested)

    def reader(self, column: str) -> Reader:
        """Return the function that returns a column's value for each record: None for none, a tuple of several."""
        if column in self.computed:
            return self.computed[column].read
        name, _, path = column.partition(".")
        return _items_reader(name, path) if path else _field_reader(name)

    def paths(self, columns: Iterable[str]) -> frozenset[str]:
        """Return the fields, and dotted paths into lists, that the columns read of a record."""
        return frozenset(
            path
            for column in columns
            for path in (self.computed[column].paths if column in self.computed else (column,))
        )

    def check(self, column: str) -> str:
        """Return the name of the column with this name or heading, in any case.

        Raises:
            UnknownColumnError: there is no such column.
        """
        return find_column(column, self.names)


def _field_reader(name: str) -> Reader:
    return lambda records: [fields.get(name) for fields, _, _ in records]


def _items_reader(name: str, path: str) -> Reader:
    """Return the reader of a path within the items of a list."""
    item, *nested = path.split(".")

    def read(records: Iterable[Record]) -> list[Any]:
        lists = [fields.get(name) for fields, _, _ in records]
        if nested:
            return [_as_value(_nested_values(items, (item, *nested))) for items in lists]
        return [
            # Nearly all lists have one item, or none.
            None
            if not items
            else items[0].get(item)
            if items.__class__ is list and len(items) == 1 and items[0].__class__ is dict
            else _as_value([fields.get(item) for fields in _dicts(items)])
            for items in lists
        ]

    return read


def _nested_values(items: object, path: Sequence[str]) -> Iterator[Any]:
    """Yield the values that a path leads to in each item of a list."""
    name, *rest = path
    for fields in _dicts(items):
        if rest:
            yield from _nested_values(fields.get(name), rest)
        else:
            yield fields.get(name)


def _dicts(items: object) -> list[dict[str, Any]]:
    # An object where the API documents a list is read as its only item.
    return [item for item in (items if isinstance(items, list) else [items]) if isinstance(item, dict)]


def _as_value(values: Iterable[Any]) -> Any:  # noqa: ANN401 - whatever JSON holds, or a tuple of it
    """Return values as a reader returns them."""
    present = tuple(value for value in values if value is not None)
    return present if len(present) > 1 else present[0] if present else None


def _read_ips(records: Iterable[Record]) -> list[Any]:
    """Return all addresses of each VM instance, each once: ``usedIps`` has that in ``ip`` too."""
    lists = [fields.get("vmNics") for fields, _, _ in records]
    return [
        None if not nics else nics[0].get("ip") if _is_one_address(nics) else _read_addresses(nics) for nics in lists
    ]


def _is_one_address(nics: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Return whether there is one NIC, whose ``usedIps`` has only the address in ``ip``, as nearly all have."""
    if nics.__class__ is not list or len(nics) != 1 or nics[0].__class__ is not dict:
        return False
    used_ips = nics[0].get("usedIps")
    return not used_ips or used_ips == [{"ip": nics[0].get("ip")}]


def _read_addresses(nics: object) -> Any:  # noqa: ANN401 - as a reader returns it
    addresses: dict[str, Any] = {}
    for nic in _dicts(nics):
        for item in (nic, *_dicts(nic.get("usedIps"))):
            address = item.get("ip")
            if address is not None and address != "":
                addresses.setdefault(text.format_value(address), address)
    return _as_value(addresses.values())


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
    plain=(
        *("uuid", "name", "description", "zoneUuid", "clusterUuid", "imageUuid", "hostUuid", "lastHostUuid"),
        *("instanceOfferingUuid", "rootVolumeUuid", "platform", "architecture", "guestOsType"),
        *("defaultL3NetworkUuid", "type", "hypervisorType", "memorySize", "reservedMemorySize", "cpuNum", "cpuSpeed"),
        *("allocatorStrategy", "createDate", "lastOpDate", "state", "internalId"),
    ),
    lists={
        "vmNics": (
            *("uuid", "vmInstanceUuid", "usedIpUuid", "l3NetworkUuid", "ip", "mac", "hypervisorType", "netmask"),
            *("gateway", "ipVersion", "internalName", "driverType", "type", "state", "deviceId"),
            *("createDate", "lastOpDate"),
        ),
        "vmNics.usedIps": (
            *("uuid", "ip", "ipVersion", "netmask", "gateway", "l3NetworkUuid", "vmNicUuid", "ipInLong", "ipInBinary"),
            *("createDate", "lastOpDate"),
        ),
        "allVolumes": (
            *("uuid", "name", "description", "primaryStorageUuid", "vmInstanceUuid", "diskOfferingUuid"),
            *("rootImageUuid", "installPath", "type", "format", "size", "actualSize", "deviceId", "isShareable"),
            *("state", "status", "createDate", "lastOpDate"),
        ),
        "vmCdRoms": (
            *("uuid", "vmInstanceUuid", "deviceId", "isoUuid", "isoInstallPath", "name", "description"),
            *("protocol", "createDate", "lastOpDate"),
        ),
    },
    computed={
        "ips": ComputedColumn(_read_ips, ("vmNics.ip", "vmNics.usedIps.ip")),
        # Computed when the record is read (inventory.candidates.unique_candidates).
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
    plain=(
        *("uuid", "name", "description", "state", "status", "size", "actualSize", "mediaType", "format", "platform"),
        *("architecture", "guestOsType", "type", "url", "md5Sum", "system", "virtio", "createDate", "lastOpDate"),
    ),
    lists={
        "backupStorageRefs": (
            *("id", "backupStorageUuid", "imageUuid", "installPath", "status", "createDate", "lastOpDate"),
        )
    },
    computed={},
    sizes=frozenset({"size", "actualSize"}),
    table=("name", "uuid", "size", "state", "status"),
    wide=("name", "uuid", "size", "state", "status", "format", "platform", "architecture", "createDate", "lastOpDate"),
)


def parse_columns(value: str, schema: ResourceSchema) -> tuple[str, ...]:
    """Return the columns of a comma-separated list.

    Raises:
        UnknownColumnError: one of them is unknown.
    """
    return tuple(schema.check(name.strip()) for name in value.split(","))
