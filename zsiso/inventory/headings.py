"""The headings of a table, and the columns that users name by them."""

from __future__ import annotations

from collections.abc import Sequence

from zsiso import text

HEADINGS = {
    "name": "NAME",
    "uuid": "UUID",
    "cdrom": "CDROM",
    "state": "STATE",
    "ips": "IP ADDRESSES",
    "memorySize": "MEMORY",
    "size": "SIZE",
    "cpuNum": "CPUS",
    "platform": "PLATFORM",
    "rootSize": "ROOT SIZE",
    "guestOsType": "GUEST OS",
    "architecture": "ARCH",
    "hypervisorType": "HYPERVISOR",
    "hostUuid": "HOST",
    "clusterUuid": "CLUSTER",
    "zoneUuid": "ZONE",
    "createDate": "CREATED",
    "lastOpDate": "LAST CHANGE",
    "status": "STATUS",
    "format": "FORMAT",
}
"""The heading of each column that has one; any other column has its name as its heading."""


def heading_of(column: str) -> str:
    """Return the text above a column."""
    return HEADINGS.get(column, column)


class UnknownColumnError(ValueError):
    """There is no column of this name or heading; the text says so.

    Args:
        column: what the user typed.
        suggestion: a question that names similar columns, which the text ends with; None where there are none.
    """

    def __init__(self, column: str, suggestion: str | None) -> None:
        self.suggestion = suggestion
        super().__init__(f"unknown column {text.quote(column)}" + (f"; {suggestion}" if suggestion else ""))


def find_column(column: str, names: Sequence[str]) -> str:
    """Return the name of the column that a user named by its name or its heading, in any case.

    Raises:
        UnknownColumnError: there is none among ``names``.
    """
    if column in names:
        return column
    # A name decides before a heading.
    columns = {_fold(heading_of(name)): name for name in names} | {_fold(name): name for name in names}
    found = columns.get(_fold(column))
    if found is None:
        similar = dict.fromkeys(columns[match] for match in text.similar_words(_fold(column), columns))
        raise UnknownColumnError(column, text.did_you_mean(similar))
    return found


def _fold(name: str) -> str:
    """Return what is compared of a name or a heading: neither its case nor its blanks."""
    return "".join(name.casefold().split())
