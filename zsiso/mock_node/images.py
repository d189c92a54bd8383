"""The candidates of an ISO, and the reverse question: the ISOs that a VM instance can be attached."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from zsiso.mock_node import storage
from zsiso.mock_node.json_schema import IMAGE_CLASS, vm_class
from zsiso.mock_node.messages import ApiResult

if TYPE_CHECKING:
    from zsiso.mock_node.api_call import ApiCall
    from zsiso.mock_node.cloud import Row

_ATTACHABLE_STATES = ("Running", "Stopped")


def vm_candidates(call: ApiCall, iso_uuid: str) -> ApiResult:
    """Return the VMs that an image can be attached to: of any image, and whatever account owns the VMs."""
    image = call.resource("images", "isoUuid", iso_uuid)
    call.authenticate()
    if call.state.candidates is not None:
        return _given_candidates(call, call.state.candidates)
    storage.check_backup_storage_types(call.cloud, image)
    vms = [
        vm
        for vm in call.cloud.table("vmInstances")
        if vm.get("state") in _ATTACHABLE_STATES and storage.can_reach(call.cloud, image, vm)
    ]
    return ApiResult({"inventories": vms}, [vm_class(vm) for vm in vms])


def _given_candidates(call: ApiCall, body: bytes) -> ApiResult:
    """Return the user's own body as it is; read, where a schema is asked for and the body has VMs."""
    if "x-json-schema" in call.request.headers:
        try:
            document = json.loads(body)
            return ApiResult(document, [vm_class(vm) for vm in document["inventories"]])
        except (ValueError, TypeError, KeyError, AttributeError):
            pass
    return ApiResult({}, raw=body)


def iso_candidates(call: ApiCall, vm_uuid: str) -> ApiResult:
    """Return the ISOs that can be attached to a VM: whatever account owns them, and with full drives, too."""
    vm = call.resource("vmInstances", "vmInstanceUuid", vm_uuid)
    call.authenticate()
    images = [image for image in call.cloud.table("images") if _is_iso_for(call, image, vm)]
    return ApiResult({"inventories": images}, [IMAGE_CLASS] * len(images))


def _is_iso_for(call: ApiCall, image: Row, vm: Row) -> bool:
    usable = image.get("mediaType") == "ISO" and not image.get("system", False)
    ready = (image.get("state", "Enabled"), image.get("status", "Ready")) == ("Enabled", "Ready")
    mounted = {drive.get("isoUuid") for drive in vm.get("vmCdRoms", ())}
    return (
        usable
        and ready
        and vm.get("state") in _ATTACHABLE_STATES
        and image["uuid"] not in mounted
        and _fits_cluster(call, image, vm)
        and storage.can_reach(call.cloud, image, vm)
    )


def _fits_cluster(call: ApiCall, image: Row, vm: Row) -> bool:
    """Return whether an image is of the architecture of the VM's cluster; none is where that has none."""
    cluster = call.cloud.find("clusters", vm.get("clusterUuid"))
    if cluster is None:
        return True
    architecture = cluster.get("architecture")
    return architecture is not None and image.get("architecture", architecture) == architecture
