"""What the API's answers are made of.

A record is kept as it came: any field can be missing, newer servers add others
(wire page, "The VM instance"), and a value may be of a kind nobody promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Record(NamedTuple):
    """One object of an ``inventories`` list; a tuple, for there may be a great many."""

    fields: Mapping[str, Any]
    """The object, decoded; as much of it as was asked for (``Projection``)."""
    text: object
    """The object's own text, to the letter, as ``str()`` gives it."""
    computed: Mapping[str, Any] = {}
    """What zsiso adds to it, by the name of a column."""

    @property
    def uuid(self) -> str | None:
        """The object's UUID, None where it has none."""
        value = self.fields.get("uuid")
        return value if isinstance(value, str) else None

    @property
    def name(self) -> str | None:
        """The object's name, None where it has none."""
        value = self.fields.get("name")
        return value if isinstance(value, str) else None


class Projection(NamedTuple):
    """What of each record somebody is going to look at; a large answer is not decoded any further.

    Args:
        paths: fields, and dotted paths into a list's items; None for everything.
        texts: whether the record's own text is wanted.
    """

    paths: frozenset[str] | None = None
    texts: bool = True


ALL_FIELDS = Projection()
