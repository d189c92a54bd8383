"""A record: one object of a response's list, such as a VM instance or an ISO image.

A record is kept as the node sent it. Any field can be missing, newer nodes add fields
(docs/zstack-api.md#the-vm-instance), and a value can have another type than documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Record(NamedTuple):
    """One object of an ``inventories`` list; a tuple, which takes little memory, since there may be a great many."""

    fields: Mapping[str, Any]
    """The object, parsed as far as a ``Projection`` says."""
    text: object
    """The JSON text of the object, byte for byte; ``str()`` returns it."""
    computed: Mapping[str, Any] = {}
    """What zsiso adds to it, by the name of a column."""

    @property
    def uuid(self) -> str | None:
        """The object's UUID, None where it has none or a blank one."""
        value = self.fields.get("uuid")
        return value if isinstance(value, str) and value.strip() else None

    @property
    def name(self) -> str | None:
        """The object's name, None where it has none."""
        value = self.fields.get("name")
        return value if isinstance(value, str) else None


class Projection(NamedTuple):
    """What is read of each record; the rest of a large response is not parsed.

    Args:
        paths: the fields, and dotted paths into lists; None for all.
        texts: whether ``Record.text`` is read.
    """

    paths: frozenset[str] | None = None
    texts: bool = True


ALL_FIELDS = Projection()
