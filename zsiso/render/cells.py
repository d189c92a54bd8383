"""Pure: what a column says of a record, as clean text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from zsiso import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zsiso.columns import Listing, Reader
    from zsiso.models import Record

    T = TypeVar("T")
    Projection = Callable[[Sequence[Record]], Iterable[T]]
    Teller = Callable[[Sequence[Record]], list[str]]


@dataclass(frozen=True)
class Manner:
    """How values are told.

    Args:
        joint: what stands between several of them.
        missing: what stands for none.
        gib: bytes are told in GiB.
    """

    joint: str
    missing: str
    gib: bool


TO_PEOPLE = Manner(", ", text.MISSING, gib=True)
TO_PROGRAMS = Manner(",", "", gib=False)


def rows(names: Sequence[str], listing: Listing, manner: Manner) -> Projection[tuple[str, ...]]:
    """Return what makes some records rows of cells, a cell for each of the columns called ``names``."""
    tellers = [teller(name, listing, manner) for name in names]
    return lambda records: zip(*(tell(records) for tell in tellers), strict=True)


def teller(column: str, listing: Listing, manner: Manner) -> Teller:
    """Return what tells a column of some records: a cell for each."""
    say = _size if manner.gib and column in listing.sizes else _plain
    if column in listing.plain:
        return _of_a_field(column, say, manner.missing)
    return _of_values(listing.reader(column), say, manner)


def _of_a_field(name: str, say: Callable[[Any], str], missing: str) -> Teller:
    """Return what ``_of_values`` would, for a column of fields: nearly all of what these say is plain text."""

    def tell(records: Sequence[Record]) -> list[str]:
        return [
            value
            if value.__class__ is str and value.isascii() and value.isprintable() and value
            else (missing if value is None else text.clean(say(value)) or missing)
            for value in [record.fields.get(name) for record in records]
        ]

    return tell


def _of_values(read: Reader, say: Callable[[Any], str], manner: Manner) -> Teller:
    def tell(records: Sequence[Record]) -> list[str]:
        return [text.clean(manner.joint.join(map(say, read(record)))) or manner.missing for record in records]

    return tell


def shown(value: str | None) -> str:
    """Return a text as a cell says it to people: clean, or ``-`` for what is missing."""
    return text.clean(value) if value else text.MISSING


def _plain(value: Any) -> str:  # noqa: ANN401 - it is whatever JSON holds
    if isinstance(value, str):
        return value
    return _number(value) if text.is_number(value) else text.plain(value)


def _size(value: Any) -> str:  # noqa: ANN401 - the same
    return _gib(value) if text.is_number(value) else text.plain(value)


# Numbers are few, however many VM instances there are.
_number = lru_cache(maxsize=1024)(text.number)
_gib = lru_cache(maxsize=1024)(text.gib)
