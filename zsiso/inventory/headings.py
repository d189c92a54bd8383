"""The headings of a table, and the columns that users name by them."""

from __future__ import annotations

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
