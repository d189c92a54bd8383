"""Attaching and detaching an ISO (docs/zstack-api.md#attach-conditions)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.mock_node import storage
from zsiso.mock_node.cloud import collate
from zsiso.mock_node.errors import argument_error, operation_error
from zsiso.mock_node.json_schema import vm_class
from zsiso.mock_node.messages import ApiResult
from zsiso.mock_node.visibility import check_owner, check_read

if TYPE_CHECKING:
    from zsiso.mock_node.api_call import ApiCall
    from zsiso.mock_node.cloud import Row

_TAG = "cdromUuid::"


def attach_iso(call: ApiCall, vm_uuid: str, iso_uuid: str) -> ApiResult:
    """Put an ISO into a drive of a VM; return the VM.

    Raises:
        ApiError: the first of the reasons against it, in the order in which the node looks for them.
    """
    image = call.resource("images", "isoUuid", iso_uuid)
    vm = call.resource("vmInstances", "vmInstanceUuid", vm_uuid)
    account = call.authenticate()
    check_read(call.cloud, account, image["uuid"], "ImageVO")
    check_owner(call.cloud, account, vm["uuid"], "VmInstanceVO")
    drive = _free_drive(call, vm, image)
    _check_state(vm)
    mounted = {**drive, "isoUuid": image["uuid"], "lastOpDate": call.java_date()}
    if vm.get("state") == "Running":
        _check_running(call, vm, image)
        mounted["isoInstallPath"] = _install_path(image)
    return _with_drive(call, vm, mounted)


def _free_drive(call: ApiCall, vm: Row, image: Row) -> Row:
    """Return the drive that an ISO goes into: the one that is named, else the first that is empty."""
    drives: list[Row] = vm.get("vmCdRoms", [])
    if any(drive.get("isoUuid") == image["uuid"] for drive in drives):
        raise operation_error(
            f"VM[uuid:{vm['uuid']}] already has an ISO[uuid:{image['uuid']}] attached",
            f"云主机[uuid:{vm['uuid']}]已经挂载了ISO[uuid:{image['uuid']}]",
        )
    if image.get("mediaType", "ISO") != "ISO":
        raise argument_error(f"Unsupported Image Media Type: [{image['mediaType']}] ")
    named = _named_drive(call)
    if named:
        return _find_named(vm, named)
    empty = [drive for drive in drives if not drive.get("isoUuid")]
    if not empty:
        raise operation_error(
            f"All vm[uuid:{vm['uuid']}] CD-ROMs have mounted ISO",
            f"所有VM[uuid：{vm['uuid']}]CD-ROM都已装载ISO",  # noqa: RUF001 - a real node's
        )
    return min(empty, key=lambda drive: int(drive.get("deviceId", 0)))


def _named_drive(call: ApiCall) -> str:
    """Return the UUID of the drive that a system tag of the call names, empty where none is."""
    tags = call.body.get("systemTags")
    texts = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return next((tag.removeprefix(_TAG) for tag in texts if tag.startswith(_TAG)), "")


def _find_named(vm: Row, uuid: str) -> Row:
    drives: list[Row] = vm.get("vmCdRoms", [])
    drive = next((drive for drive in drives if collate(drive.get("uuid", "")) == collate(uuid)), None)
    if drive is None:
        raise operation_error(f"VM[uuid:{vm['uuid']}] has no CD-ROM[uuid:{uuid}]")
    if drive.get("isoUuid"):
        raise operation_error(f"CD-ROM[uuid:{uuid}] of VM[uuid:{vm['uuid']}] holds an ISO")
    return drive


def _check_state(vm: Row) -> None:
    state = vm.get("state")
    if state not in {"Running", "Stopped"}:
        raise operation_error(f"VM[uuid:{vm['uuid']}] is {state}, neither Running nor Stopped")


def _check_running(call: ApiCall, vm: Row, image: Row) -> None:
    """Raise an ``ApiError`` where a Running VM's host can't get hold of an image now."""
    host = call.cloud.find("hosts", vm.get("hostUuid"))
    if host is not None and host.get("status", "Connected") != "Connected":
        raise operation_error(f"host[uuid:{host['uuid']}] of VM[uuid:{vm['uuid']}] is {host['status']}")
    if not storage.is_on_connected_storage(call.cloud, image, vm):
        zone = vm.get("zoneUuid", "")
        raise operation_error(
            f"no Connected backup storage that is attached to zone[uuid:{zone}] has ISO[uuid:{image['uuid']}]"
        )
    primary = storage.root_storage(call.cloud, vm)
    if primary is None or storage.is_cached(call.cloud, image, primary) or storage.has_room(image, primary):
        return
    raise operation_error(
        f"primary storage[uuid:{primary['uuid']}] is not Enabled and Connected with room for ISO[uuid:{image['uuid']}]"
    )


def _install_path(image: Row) -> str:
    paths = (ref.get("installPath") for ref in image.get("backupStorageRefs", ()))
    return next((path for path in paths if path), f"/iso/{image['uuid']}.iso")


def _with_drive(call: ApiCall, vm: Row, drive: Row) -> ApiResult:
    """Put a changed drive into a VM; return the VM."""
    drives = [drive if old.get("uuid") == drive.get("uuid") else old for old in vm["vmCdRoms"]]
    vm = {**vm, "vmCdRoms": drives}
    call.cloud.table("vmInstances").put(vm)
    return _vm_result(vm)


def _vm_result(vm: Row) -> ApiResult:
    return ApiResult({"inventory": vm}, (vm_class(vm),))


def detach_iso(call: ApiCall, vm_uuid: str) -> ApiResult:
    """Take the ISO in ``isoUuid`` out of a VM, without ``isoUuid`` the first one found; return the VM.

    To detach what is not attached is no error (docs/zstack-api.md#attach).
    """
    iso_uuid = call.parameter("isoUuid")
    vm = call.resource("vmInstances", "vmInstanceUuid", vm_uuid)
    check_owner(call.cloud, call.authenticate(), vm["uuid"], "VmInstanceVO")
    mounted = [drive for drive in vm.get("vmCdRoms", ()) if drive.get("isoUuid")]
    _check_state(vm)
    drive = next((drive for drive in mounted if not iso_uuid or collate(drive["isoUuid"]) == collate(iso_uuid)), None)
    if drive is None:
        return _vm_result(vm)
    emptied = {key: value for key, value in drive.items() if key not in {"isoUuid", "isoInstallPath"}}
    return _with_drive(call, vm, {**emptied, "lastOpDate": call.java_date()})
