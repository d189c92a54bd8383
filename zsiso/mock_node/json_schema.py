"""The ``schema`` of a body: the server's class of each object in it, by the object's path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_VM = "org.zstack.header.vm"
# The classes of objects within objects, by the key they stand under; other lists hold plain values.
_NESTED = {
    "vmNics": f"{_VM}.VmNicInventory",
    "vmCdRoms": f"{_VM}.cdrom.VmCdRomInventory",
    "allVolumes": "org.zstack.header.volume.VolumeInventory",
    "usedIps": "org.zstack.header.network.l3.UsedIpInventory",
    "backupStorageRefs": "org.zstack.header.image.ImageBackupStorageRefInventory",
    "systemTags": "org.zstack.header.tag.SystemTagInventory",
}
SESSION_CLASS = "org.zstack.header.identity.SessionInventory"
_VM_CLASS = f"{_VM}.VmInstanceInventory"
_VM_SUBTYPES = {"ApplianceVm": "org.zstack.appliancevm.ApplianceVmInventory"}
IMAGE_CLASS = "org.zstack.header.image.ImageInventory"
USER_TAG_CLASS = "org.zstack.header.tag.UserTagInventory"


def vm_class(vm: Mapping[str, Any]) -> str:
    """Return the server's class of a VM."""
    return _VM_SUBTYPES.get(str(vm.get("type")), _VM_CLASS)


def build_schema(body: Mapping[str, Any], classes: Sequence[str]) -> dict[str, str]:
    """Return the schema of a body.

    Args:
        body: the body: an ``inventory``, or a list of ``inventories``; of other keys nothing is said.
        classes: the class of the inventory, or of each in the list.
    """
    paths = ["inventory"] if "inventory" in body else [f"inventories[{index}]" for index in range(len(classes))]
    rows = [body["inventory"]] if "inventory" in body else body.get("inventories", [])
    return dict(
        item for row, path, name in zip(rows, paths, classes, strict=False) for item in _object_items(row, path, name)
    )


def _object_items(row: Any, path: str, class_name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON's
    yield path, class_name
    yield from _nested_items(row, path)


def _nested_items(row: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        if key in _NESTED and isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _object_items(item, f"{path}.{key}[{index}]", _NESTED[key])
