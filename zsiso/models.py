"""What the API's answers are made of.

A record is kept as it came: any field can be missing, newer servers add others
(wire page, "The VM instance"), and a value may be of a kind nobody promised.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Record:
    """One object of an ``inventories`` list.

    Args:
        fields: the object, decoded.
        text: the object's own text, to the letter.
        computed: what zsiso adds to it, by the name of a column.
    """

    fields: Mapping[str, Any]
    text: str
    computed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def uuid(self) -> str | None:
        """The object's UUID, None where it has none."""
        return self._string("uuid")

    @property
    def name(self) -> str | None:
        """The object's name, None where it has none."""
        return self._string("name")

    def _string(self, key: str) -> str | None:
        value = self.fields.get(key)
        return value if isinstance(value, str) else None

    def values(self, path: str) -> Iterator[Any]:
        """Give every value at a dotted path, in order: one for a field, one per item below a list."""
        if path in self.computed:
            found = self.computed[path]
            yield from found if isinstance(found, (list, tuple)) else (found,)
            return
        yield from _descend(self.fields, path.split("."))


def _descend(value: Any, keys: list[str]) -> Iterator[Any]:  # noqa: ANN401 - it is whatever JSON holds
    if not keys:
        yield value
    elif isinstance(value, dict):
        yield from _descend(value.get(keys[0]), keys[1:])
    elif isinstance(value, list):
        for item in value:
            yield from _descend(item, keys)
