"""The VMs that an ISO can be attached to, and the ISOs that a VM can be attached."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.mock_node.client import NO_UUID, RECORDED_CLOUD, changed_cloud, changed_row, run_cloud

if TYPE_CHECKING:
    from tests.mock_node.client import NodeClient

CENTOS, UBUNTU = "c6a5387777330bdbd7210dff076ce2ef", "0d464138a62332553fc1ea36f17fd374"
DISABLED, TEMPLATE = "3fd4235992edcf451a1afe878b33e968", "5f2dd97f1cfb10f62827688de6a16a3b"
ARM, NOWHERE = "687c966c377b9aa2bb2edb20035b7399", "617959ce3f1f65a8de5271007814e8a2"
WEB_1, WEB_2 = "de11cc9dea959c212e9c82b1478c281d", "2a9eba0cdf561d802a759159fb7ff337"
DB_1, DB_2, NOCD = (
    "0585a01c4c7d6df0621aef57e4cc4132",
    "5af84e6b4f59672710e6d8e6568068b9",
    "677fd139d84a1d3a5b8e8fb2bff29101",
)
BACKUP = RECORDED_CLOUD["backupStorage"][0]["uuid"]
PRIMARY = RECORDED_CLOUD["primaryStorage"][0]["uuid"]
CLUSTER = RECORDED_CLOUD["clusters"][0]["uuid"]
ALL = {WEB_1, WEB_2, DB_2, NOCD}


def candidates(client: NodeClient, iso: str = CENTOS) -> set[str]:
    return set(client.get(f"/v1/images/iso/{iso}/vm-candidates").column("uuid"))


def isos(client: NodeClient, vm: str) -> set[str]:
    return set(client.get(f"/v1/vm-instances/{vm}/iso-candidates").column("uuid"))


class TestVmCandidates:
    @pytest.mark.parametrize("iso", [CENTOS, UBUNTU, DISABLED, TEMPLATE, ARM])
    def test_any_image_passes(self, admin: NodeClient, iso: str) -> None:
        assert candidates(admin, iso) == ALL

    @pytest.mark.parametrize("changes", [{"status": "Deleted"}, {"system": True}, {"state": "Disabled"}])
    def test_state_of_the_image_does_not_matter(self, changes: dict[str, Any]) -> None:
        with run_cloud(changed_cloud(**changed_row("images", CENTOS, **changes))) as running:
            assert candidates(running.admin()) == ALL

    @pytest.mark.parametrize(
        ("backup", "primary", "found"),
        [
            ("SftpBackupStorage", "NFS", True),
            ("SftpBackupStorage", "SharedMountPoint", True),
            ("SftpBackupStorage", "LocalStorage", True),
            ("SftpBackupStorage", "Ceph", False),
            ("ImageStoreBackupStorage", "LocalStorage", True),
            ("ImageStoreBackupStorage", "Ceph", True),
            ("Ceph", "Ceph", True),
            ("Ceph", "NFS", False),
            ("VCenter", "VCenter", True),
            ("VCenter", "NFS", False),
        ],
    )
    def test_types_of_storage_are_paired(self, backup: str, primary: str, *, found: bool) -> None:
        changes = {
            **changed_row("backupStorage", BACKUP, type=backup),
            **changed_row("primaryStorage", PRIMARY, type=primary),
        }
        with run_cloud(changed_cloud(**changes)) as running:
            assert candidates(running.admin()) == (ALL if found else set())
            assert isos(running.admin(), NOCD) == ({CENTOS, UBUNTU} if found else set())

    @pytest.mark.parametrize(("fsid", "found"), [("one", True), ("two", False)])
    def test_ceph_serves_its_own_cluster(self, fsid: str, *, found: bool) -> None:
        changes = {
            **changed_row("backupStorage", BACKUP, type="Ceph", fsid="one"),
            **changed_row("primaryStorage", PRIMARY, type="Ceph", fsid=fsid),
        }
        with run_cloud(changed_cloud(**changes)) as running:
            assert bool(candidates(running.admin())) == found

    def test_type_of_backup_storage_without_a_plugin_is_an_internal_error(self) -> None:
        with run_cloud(changed_cloud(**changed_row("backupStorage", BACKUP, type="Tape"))) as running:
            assert running.admin().get(f"/v1/images/iso/{CENTOS}/vm-candidates").error["code"] == "SYS.1000"

    @pytest.mark.parametrize(
        "changes", [{"state": "Unknown"}, {"state": None}, {"allVolumes": [], "rootVolumeUuid": None}]
    )
    def test_vm_that_can_t_be_one(self, changes: dict[str, Any]) -> None:
        with run_cloud(changed_cloud(**changed_row("vmInstances", WEB_2, **changes))) as running:
            assert candidates(running.admin()) == ALL - {WEB_2}

    def test_appliances_are_listed_too(self) -> None:
        changes = changed_row("vmInstances", WEB_2, type="ApplianceVm", vmCdRoms=[])
        with run_cloud(changed_cloud(**changes)) as running:
            assert candidates(running.admin()) == ALL

    def test_what_the_file_does_not_describe_does_not_stand_in_the_way(self) -> None:
        with run_cloud({"images": [{"uuid": CENTOS}], "vmInstances": [{"uuid": "a", "state": "Stopped"}]}) as running:
            client = running.client()
            client.authorization = "OAuth any"
            assert client.get(f"/v1/images/iso/{CENTOS}/vm-candidates").json == {
                "inventories": [{"uuid": "a", "state": "Stopped"}]
            }

    def test_missing_image_comes_before_a_dead_session(self, admin: NodeClient) -> None:
        admin.authorization = "OAuth dead"
        assert admin.get(f"/v1/images/iso/{NO_UUID}/vm-candidates").error["code"] == "SYS.1003"
        assert admin.get(f"/v1/images/iso/{CENTOS}/vm-candidates").error["code"] == "ID.1001"

    def test_tags_in_any_form_are_ignored(self, admin: NodeClient) -> None:
        query = "systemTags=a&systemTags=b&userTags.0=c&userTags.1=d&bogus.x=1&%zz"
        assert set(admin.get(f"/v1/images/iso/{CENTOS}/vm-candidates?{query}").column("uuid")) == ALL


class TestGivenCandidates:
    BODY = b'{ "inventories": [ {"uuid": "1", "memorySize": 1.5E3} ] }'

    def test_every_image_is_answered_with_them_to_the_letter(self) -> None:
        with run_cloud(candidates=self.BODY) as running:
            admin = running.admin()
            for iso in (CENTOS, NOWHERE):
                assert admin.get(f"/v1/images/iso/{iso}/vm-candidates").text == self.BODY.decode()
            assert admin.get(f"/v1/images/iso/{NO_UUID}/vm-candidates").error["code"] == "SYS.1003"

    def test_with_a_schema_where_one_is_asked_for(self) -> None:
        with run_cloud(candidates=self.BODY) as running:
            body = running.admin().get(f"/v1/images/iso/{CENTOS}/vm-candidates", X_JSON_Schema="true").json
        assert body["schema"] == {"inventories[0]": "org.zstack.header.vm.VmInstanceInventory"}
        assert body["inventories"] == json.loads(self.BODY)["inventories"]

    @pytest.mark.parametrize("body", [b"no JSON", b"[]", b'{"inventories": 5}', b'{"inventories": [5]}'])
    def test_what_is_no_list_of_vms_has_no_schema(self, body: bytes) -> None:
        with run_cloud(candidates=body) as running:
            response = running.admin().get(f"/v1/images/iso/{CENTOS}/vm-candidates", X_JSON_Schema="true")
        assert (response.status, response.text) == (200, body.decode())


class TestIsoCandidates:
    @pytest.mark.parametrize(
        ("vm", "found"),
        [
            (WEB_1, {CENTOS, UBUNTU}),
            (WEB_2, {CENTOS, UBUNTU}),
            (NOCD, {CENTOS, UBUNTU}),
            (DB_2, {CENTOS}),
            (DB_1, set()),
        ],
    )
    def test_of_each_vm(self, admin: NodeClient, vm: str, found: set[str]) -> None:
        assert isos(admin, vm) == found

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "Disabled"},
            {"status": "Deleted"},
            {"system": True},
            {"mediaType": "RootVolumeTemplate"},
            {"architecture": "aarch64"},
            {"backupStorageRefs": []},
        ],
    )
    def test_image_that_is_none(self, changes: dict[str, Any]) -> None:
        with run_cloud(changed_cloud(**changed_row("images", CENTOS, **changes))) as running:
            assert isos(running.admin(), NOCD) == {UBUNTU}

    def test_architecture_is_the_cluster_s_and_none_fits_a_cluster_without(self) -> None:
        with run_cloud(changed_cloud(**changed_row("clusters", CLUSTER, architecture="aarch64"))) as running:
            assert isos(running.admin(), NOCD) == {ARM}
        with run_cloud(changed_cloud(**changed_row("clusters", CLUSTER, architecture=None))) as running:
            assert isos(running.admin(), NOCD) == set()

    def test_schema_where_it_is_asked_for(self, admin: NodeClient) -> None:
        schema = admin.get(f"/v1/vm-instances/{DB_2}/iso-candidates", X_JSON_Schema="true").json["schema"]
        assert schema == {
            "inventories[0]": "org.zstack.header.image.ImageInventory",
            "inventories[0].backupStorageRefs[0]": "org.zstack.header.image.ImageBackupStorageRefInventory",
        }
