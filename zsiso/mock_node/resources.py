"""What can be queried: each kind of resource, its fields, and what it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zsiso.mock_node import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zsiso.mock_node.cloud import Cloud, Row


class Join(NamedTuple):
    """The way from one kind of resource to another in a condition, as ``backupStorage`` in ``backupStorage.name``.

    Args:
        target: the other kind.
        key: the field of this kind that is compared.
        target_key: the field of the other kind that it is compared with.
    """

    target: str
    key: str
    target_key: str = "uuid"


class Resource(NamedTuple):
    """A kind of resource that can be queried, or that a condition can lead through.

    Args:
        name: its key in a cloud file, or the key of the lists that it stands in.
        class_name: the server's class of it, where the query names its fields or it has no subtypes.
        fields: the fields that it has, those that are lists apart.
        lists: the fields that are lists, which no query can name.
        joins: the kinds that its conditions can lead to, by the name in the condition.
        subtypes: the server's classes of whole resources, by the value of ``subtype_field``.
        subtype_field: the field that tells the subtype.
        primitives: fields that a whole or partial resource always has, with what stands there when not asked for.
        owner_key: the field with the UUID that ownership goes by; empty where every account sees all.
        api: the API's name where only an admin may call it.
        hidden: fields that a query does not show.
        parent: where it stands in lists of another kind: that kind, the list, and the field for the parent's UUID.
    """

    name: str
    class_name: str
    fields: str
    lists: tuple[str, ...] = ()
    joins: Mapping[str, Join] = {}
    subtypes: Mapping[str, str] = {}
    subtype_field: str = "type"
    primitives: Mapping[str, object] = {}
    owner_key: str = ""
    api: str = ""
    hidden: tuple[str, ...] = ()
    parent: tuple[str, str, str] = ("", "", "")

    def rows(self, cloud: Cloud) -> Iterator[Row]:
        """Yield the resources of this kind that a cloud has, in the order of their keys."""
        kind, key, parent_key = self.parent
        if not kind:
            yield from cloud.table(self.name)
            return
        rows = [{parent_key: row["uuid"], **item} for row in cloud.table(kind) for item in row.get(key, ())]
        yield from sorted(rows, key=lambda row: (row.get("id", 0), str(row.get("uuid", ""))))

    def row_class(self, row: Row) -> str:
        """Return the server's class of a whole resource."""
        return self.subtypes.get(str(row.get(self.subtype_field)), self.class_name)


_HEADER = "org.zstack.header"
_NAMED = "uuid name description createDate lastOpDate"
_BACKUP = f"{_HEADER}.storage.backup.BackupStorageInventory"
_TAG = "uuid resourceUuid resourceType tag type createDate lastOpDate"

_ALL = (
    Resource("zones", f"{_HEADER}.zone.ZoneInventory", f"{_NAMED} state type isDefault", primitives={"isDefault": False},
        joins={"vmInstance": Join("vmInstances", "uuid", "zoneUuid"), "cluster": Join("clusters", "uuid", "zoneUuid"),
               "host": Join("hosts", "uuid", "zoneUuid"), "primaryStorage": Join("primaryStorage", "uuid", "zoneUuid")}),
    Resource("clusters", f"{_HEADER}.cluster.ClusterInventory", f"{_NAMED} state hypervisorType zoneUuid type architecture",
        joins={"zone": Join("zones", "zoneUuid"), "host": Join("hosts", "uuid", "clusterUuid"),
               "vmInstance": Join("vmInstances", "uuid", "clusterUuid")}),
    Resource("hosts", f"{_HEADER}.host.HostInventory",
        f"{_NAMED} zoneUuid clusterUuid managementIp hypervisorType state status totalCpuCapacity availableCpuCapacity"
        " totalMemoryCapacity availableMemoryCapacity architecture",
        joins={"zone": Join("zones", "zoneUuid"), "cluster": Join("clusters", "clusterUuid"),
               "vmInstance": Join("vmInstances", "uuid", "hostUuid")},
        subtypes={"KVM": "org.zstack.kvm.KVMHostInventory"}, subtype_field="hypervisorType"),
    Resource("primaryStorage", f"{_HEADER}.storage.primary.PrimaryStorageInventory",
        f"{_NAMED} zoneUuid url totalCapacity availableCapacity totalPhysicalCapacity availablePhysicalCapacity"
        " systemUsedCapacity type state status mountPath", lists=("attachedClusterUuids",),
        joins={"zone": Join("zones", "zoneUuid"), "volume": Join("allVolumes", "uuid", "primaryStorageUuid")},
        subtypes={"Ceph": "org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"}),
    Resource("backupStorage", _BACKUP, f"{_NAMED} url totalCapacity availableCapacity type state status",
        lists=("attachedZoneUuids",),
        joins={"imageRef": Join("backupStorageRefs", "uuid", "backupStorageUuid")},
        subtypes={"SftpBackupStorage": "org.zstack.storage.backup.sftp.SftpBackupStorageInventory",
                  "ImageStoreBackupStorage": "org.zstack.storage.backup.imagestore.ImageStoreBackupStorageInventory",
                  "Ceph": "org.zstack.storage.ceph.backup.CephBackupStorageInventory"}),
    Resource("images", json_schema.IMAGE_CLASS,
        f"{_NAMED} state status size actualSize md5Sum url mediaType guestOsType type platform architecture format system"
        " virtio", lists=("backupStorageRefs", "systemTags"), owner_key="uuid",
        joins={"backupStorageRef": Join("backupStorageRefs", "uuid", "imageUuid"),
               "volume": Join("allVolumes", "uuid", "rootImageUuid")}),
    Resource("vmInstances", json_schema.VM_CLASS,
        f"{_NAMED} zoneUuid clusterUuid imageUuid hostUuid lastHostUuid instanceOfferingUuid rootVolumeUuid platform"
        " architecture guestOsType defaultL3NetworkUuid type hypervisorType memorySize reservedMemorySize cpuNum cpuSpeed"
        " allocatorStrategy state", lists=("vmNics", "allVolumes", "vmCdRoms"), owner_key="uuid", hidden=("internalId",),
        joins={"zone": Join("zones", "zoneUuid"), "cluster": Join("clusters", "clusterUuid"), "host": Join("hosts", "hostUuid"),
               "image": Join("images", "imageUuid"), "rootVolume": Join("allVolumes", "rootVolumeUuid"),
               "vmNics": Join("vmNics", "uuid", "vmInstanceUuid"), "allVolumes": Join("allVolumes", "uuid", "vmInstanceUuid"),
               "vmCdRoms": Join("vmCdRoms", "uuid", "vmInstanceUuid")},
        subtypes=json_schema.VM_SUBTYPES),
    Resource("vmCdRoms", f"{_HEADER}.vm.cdrom.VmCdRomInventory",
        f"{_NAMED} vmInstanceUuid deviceId occupant isoUuid isoInstallPath protocol", owner_key="vmInstanceUuid",
        joins={"vmInstance": Join("vmInstances", "vmInstanceUuid")}, parent=("vmInstances", "vmCdRoms", "vmInstanceUuid")),
    Resource("userTags", json_schema.USER_TAG_CLASS, f"{_TAG} tagPatternUuid"),
    Resource("systemTags", f"{_HEADER}.tag.SystemTagInventory", f"{_TAG} inherent", primitives={"inherent": False}),
    Resource("accounts", f"{_HEADER}.identity.AccountInventory", f"{_NAMED} type state", hidden=("password",),
        api=f"{_HEADER}.identity.APIQueryAccountMsg"),
    Resource("managementNodes", f"{_HEADER}.managementnode.ManagementNodeInventory", "uuid hostName joinDate heartBeat port",
        api=f"{_HEADER}.managementnode.APIQueryManagementNodeMsg"),
    # What conditions lead through only.
    Resource("vmNics", "", "uuid vmInstanceUuid usedIpUuid l3NetworkUuid ip mac hypervisorType netmask gateway driverType"
        " internalName deviceId type state ipVersion createDate lastOpDate", joins={"vmInstance": Join("vmInstances", "vmInstanceUuid")},
        parent=("vmInstances", "vmNics", "vmInstanceUuid")),
    Resource("allVolumes", "", f"{_NAMED} primaryStorageUuid vmInstanceUuid diskOfferingUuid rootImageUuid installPath type format"
        " size actualSize deviceId state status isShareable",
        joins={"vmInstance": Join("vmInstances", "vmInstanceUuid"), "primaryStorage": Join("primaryStorage", "primaryStorageUuid")},
        parent=("vmInstances", "allVolumes", "vmInstanceUuid")),
    Resource("backupStorageRefs", "", "id imageUuid backupStorageUuid installPath exportUrl exportMd5Sum status createDate lastOpDate",
        joins={"backupStorage": Join("backupStorage", "backupStorageUuid"), "image": Join("images", "imageUuid")},
        parent=("images", "backupStorageRefs", "imageUuid")),
)  # fmt: skip
RESOURCES = {resource.name: resource for resource in _ALL}
# Names in conditions that stand for a way of two steps.
ALIASES = {("images", "backupStorage"): ("backupStorageRef", "backupStorage"), ("backupStorage", "image"): ("imageRef", "image")}
