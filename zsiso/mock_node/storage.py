"""Which primary storage a backup storage can serve, and what of it a VM instance needs for an ISO."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.mock_node.errors import internal_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zsiso.mock_node.cloud import Cloud, Row

_FILE_STORAGE = frozenset({"NFS", "SharedMountPoint", "LocalStorage", "Addon"})
# The pairing of an open-source node (docs/zstack-api.md#attach-conditions).
_SERVED_TYPES = {
    "SftpBackupStorage": _FILE_STORAGE,
    "ImageStoreBackupStorage": _FILE_STORAGE | {"Ceph"},
    "Ceph": frozenset({"Ceph"}),
    "VCenter": frozenset({"VCenter"}),
}


def root_storage(cloud: Cloud, vm: Row) -> Row | None:
    """Return the primary storage of a VM's root volume, None where the cloud does not say it."""
    volume = _root_volume(vm)
    return None if volume is None else cloud.find("primaryStorage", volume.get("primaryStorageUuid"))


def _root_volume(vm: Row) -> Row | None:
    return next(
        (
            volume
            for volume in vm.get("allVolumes", ())
            if volume.get("type") == "Root" or volume.get("uuid") == vm.get("rootVolumeUuid", "")
        ),
        None,
    )


def can_reach(cloud: Cloud, image: Row, vm: Row) -> bool:
    """Return whether a backup storage of the image can serve the primary storage of the VM's root volume.

    What the cloud does not describe does not stand in the way.
    """
    if "allVolumes" in vm and _root_volume(vm) is None:
        return False
    primary = root_storage(cloud, vm)
    return any(
        backup is None or primary is None or _serves(backup, primary) for backup in _backup_storages(cloud, image)
    )


def check_backup_storage_types(cloud: Cloud, image: Row) -> None:
    """Raise an ``ApiError`` where the image is on a type of backup storage that this node has no plugin for."""
    for backup in _backup_storages(cloud, image):
        if backup is not None and backup.get("type", "Ceph") not in _SERVED_TYPES:
            raise internal_error(f"no plugin for the backup storage type {backup['type']}")


def _backup_storages(cloud: Cloud, image: Row) -> Iterator[Row | None]:
    """Yield the backup storages that an image is on, None for one that the cloud does not describe."""
    if "backupStorageRefs" not in image:
        yield None
    for ref in image.get("backupStorageRefs", ()):
        yield cloud.find("backupStorage", ref.get("backupStorageUuid"))


def _serves(backup: Row, primary: Row) -> bool:
    if primary.get("type") not in _SERVED_TYPES.get(str(backup.get("type")), ()):
        return "type" not in primary or "type" not in backup
    # Ceph serves the primary storage of its own cluster only.
    return backup.get("type") != "Ceph" or "fsid" not in backup or backup["fsid"] == primary.get("fsid")


def is_on_connected_storage(cloud: Cloud, image: Row, vm: Row) -> bool:
    """Return whether a Connected backup storage that is attached to the VM's zone has the image."""
    if image.get("status") == "Deleted":
        return False
    if "backupStorageRefs" not in image:
        return True
    return any(
        ref.get("status") != "Deleted" and _is_connected(cloud.find("backupStorage", ref.get("backupStorageUuid")), vm)
        for ref in image["backupStorageRefs"]
    )


def _is_connected(backup: Row | None, vm: Row) -> bool:
    if backup is None:
        return True
    zones = backup.get("attachedZoneUuids")
    in_zone = zones is None or "zoneUuid" not in vm or vm["zoneUuid"] in zones
    return bool(backup.get("status", "Connected") == "Connected" and in_zone)


def is_cached(cloud: Cloud, image: Row, primary: Row) -> bool:
    """Return whether a primary storage has an image already: a drive of a VM there has it mounted."""
    return any(
        drive.get("isoUuid") == image["uuid"] and "isoInstallPath" in drive
        for vm in cloud.table("vmInstances")
        for drive in vm.get("vmCdRoms", ())
        if root_storage(cloud, vm) is primary
    )


def has_room(image: Row, primary: Row) -> bool:
    """Return whether a primary storage is Enabled, Connected and has more room than an image takes."""
    usable = (primary.get("state", "Enabled"), primary.get("status", "Connected")) == ("Enabled", "Connected")
    available, size = primary.get("availableCapacity"), image.get("size")
    return usable and (available is None or size is None or available > size)
