"""A cloud's resources, as the mock node keeps them while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zsiso.mock_node import java_dates
from zsiso.mock_node.errors import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Row = Mapping[str, Any]

# The UUID of the built-in admin account, which is the same everywhere (docs/zstack-api.md#sessions).
ADMIN_UUID = "36c27e8ff05c4780bf6d2fa65700f22e"

_ADMIN_ACCOUNT = {"uuid": ADMIN_UUID, "name": "admin", "type": "SystemAdmin"}


def collate(text: str) -> str:
    """Return what the database compares of a text: neither case, accents nor trailing blanks."""
    text = text.rstrip(" ").upper()
    if text.isascii():
        return text
    import unicodedata

    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


class Table:
    """The resources of one kind, in the order of the cloud file.

    Rows are replaced, never changed in place.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {collate(row["uuid"]): row for row in rows}

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def find(self, uuid: object) -> Row | None:
        """Return the resource with a UUID, None where there is none."""
        return self._rows.get(collate(uuid)) if isinstance(uuid, str) else None

    def put(self, row: Row) -> None:
        """Add a resource, or replace the one with its UUID."""
        self._rows[collate(row["uuid"])] = row

    def remove(self, uuid: str) -> None:
        """Remove the resource with a UUID, if there is one."""
        self._rows.pop(collate(uuid), None)


class Cloud:
    """One cloud.

    Args:
        tables: its resources, each kind by its key in a cloud file; a kind that is missing is not
            described, and what depends on it is not restricted by it.
        accounts: its accounts with their passwords; None where any account may log in.
        owners: UUIDs of resources, to those of the accounts that own them; the admin owns the others.
        shared: UUIDs of the resources that every account may read.
        timezone: the name of the zone of the node's clock.
        version: the node's version.
        locale: the language of the node's details, ``en_US`` or ``zh_CN``.
        dates: how the node writes dates, ``java8`` or ``java17``.
    """

    def __init__(  # noqa: PLR0913 - what a cloud file holds
        self,
        tables: Mapping[str, Sequence[Row]],
        *,
        accounts: Sequence[Row] | None = None,
        owners: Mapping[str, str] | None = None,
        shared: Iterable[str] = (),
        timezone: str = "UTC",
        version: str = "5.2.1",
        locale: str = ENGLISH,
        dates: str = java_dates.JAVA_8,
    ) -> None:
        self._tables = {key: Table(rows) for key, rows in tables.items()}
        self._tables["accounts"] = Table([_ADMIN_ACCOUNT] if accounts is None else accounts)
        self.accounts = accounts
        self.owners = {collate(uuid): collate(account) for uuid, account in (owners or {}).items()}
        self.shared = frozenset(map(collate, shared))
        self.timezone = timezone
        self.version = version
        self.locale = locale
        self.dates = dates

    def table(self, key: str) -> Table:
        """Return the resources of a kind, none where the kind is not described."""
        return self._tables.setdefault(key, Table([]))

    def find(self, key: str, uuid: object) -> Row | None:
        """Return the resource of a kind that has a UUID, None where none is described."""
        table = self._tables.get(key)
        return None if table is None else table.find(uuid)
