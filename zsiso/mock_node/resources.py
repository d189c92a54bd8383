"""What can be queried: each kind of resource, its fields, and what it leads to."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources as package_files
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zsiso.mock_node.cloud import Cloud, Row


class Join(NamedTuple):
    """The way from one kind of resource to another in a condition, as ``host`` in ``host.name``.

    Args:
        target: the other kind.
        key: the field of this kind that is compared.
        target_key: the field of the other kind that it is compared with.
    """

    target: str
    key: str
    target_key: str = "uuid"


class Resource:
    """A kind of resource that can be queried, or that a condition can lead through.

    Args:
        name: its key in a cloud file, or the key of the lists that it stands in.
        entry: what ``resources.json`` says of it.

    Attributes:
        class_name: the server's class of it, where the query names fields or there is no subtype.
        fields: its fields, lists apart: no query can name those.
        lists: its fields that are lists.
        joins: the kinds that its conditions can lead to, by the name in the condition.
        aliases: names in conditions that stand for several steps.
        primitives: fields that each resource has, with their values where they are not asked for.
        owner_key: the field with the UUID that ownership goes by; empty where every account sees all.
        api: the API's name where only an admin may call it.
        hidden: fields that a query does not show.
    """

    def __init__(self, name: str, entry: Mapping[str, Any]) -> None:
        self.name = name
        self.class_name: str = entry["class_name"]
        self.fields = frozenset(entry["fields"])
        self.lists = frozenset(entry.get("lists", ()))
        self.joins = {key: Join(*join) for key, join in entry.get("joins", {}).items()}
        self.aliases: Mapping[str, list[str]] = entry.get("aliases", {})
        self.primitives: Mapping[str, object] = entry.get("primitives", {})
        self.owner_key: str = entry.get("owner_key", "")
        self.api: str = entry.get("api", "")
        self.hidden = frozenset(entry.get("hidden", ()))
        self._subtypes: Mapping[str, str] = entry.get("subtypes", {})
        self._subtype_field: str = entry.get("subtype_field", "type")
        self._parent: tuple[str, str, str] | None = entry.get("parent")

    def rows(self, cloud: Cloud) -> list[Row]:
        """Return the resources of this kind that a cloud has, in the order of the database's keys."""
        return sorted(self._rows(cloud), key=lambda row: (row.get("id", 0), str(row.get("uuid", ""))))

    def _rows(self, cloud: Cloud) -> Iterator[Row]:
        if self._parent is None:
            yield from cloud.table(self.name)
            return
        # It stands in lists of another kind, and knows the UUID of what it is part of.
        kind, key, parent_key = self._parent
        for row in cloud.table(kind):
            yield from ({parent_key: row["uuid"], **item} for item in row.get(key, ()))

    def row_class(self, row: Row) -> str:
        """Return the server's class of a whole resource."""
        return self._subtypes.get(str(row.get(self._subtype_field)), self.class_name)

    def has_field(self, cloud: Cloud, field: str) -> bool:
        """Return whether a query can name a field: one that the kind has, or that the cloud shows it to have."""
        if field in self.fields or field in self.lists:
            return field in self.fields
        # Newer servers have more fields; those of a subtype alone can't be named.
        return (
            not self._subtypes
            and field not in self.hidden
            and any(isinstance(row.get(field), (str, int)) for row in self._rows(cloud))
        )


@cache
def all_resources() -> Mapping[str, Resource]:
    """Return the kinds of resource, by name."""
    entries = json.loads(package_files.files("zsiso.mock_node").joinpath("resources.json").read_bytes())
    return {name: Resource(name, entry) for name, entry in entries.items()}
