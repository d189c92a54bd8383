"""Attaching and detaching an ISO: what is decided, what stays, and the jobs that do it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.mock_node.client import NO_UUID, RECORDED_CLOUD, changed_cloud, changed_row, run_cloud

if TYPE_CHECKING:
    from tests.mock_node.client import NodeClient

CENTOS, UBUNTU = "c6a5387777330bdbd7210dff076ce2ef", "0d464138a62332553fc1ea36f17fd374"
TEMPLATE, ARM = "5f2dd97f1cfb10f62827688de6a16a3b", "687c966c377b9aa2bb2edb20035b7399"
NOWHERE, DISABLED = "617959ce3f1f65a8de5271007814e8a2", "3fd4235992edcf451a1afe878b33e968"
WEB_1, WEB_2 = "de11cc9dea959c212e9c82b1478c281d", "2a9eba0cdf561d802a759159fb7ff337"
DB_1, DB_2 = "0585a01c4c7d6df0621aef57e4cc4132", "5af84e6b4f59672710e6d8e6568068b9"
WEB_1_DRIVE, WEB_2_DRIVE = "f5cae3bf3729c619c60a3cab359eeefb", "f7108e96f770c2263266aa3bb0cde917"
BACKUP = RECORDED_CLOUD["backupStorage"][0]["uuid"]
PRIMARY = RECORDED_CLOUD["primaryStorage"][0]["uuid"]
HOST = RECORDED_CLOUD["hosts"][0]["uuid"]
JOB = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
CONNECTED = {
    **changed_row("backupStorage", BACKUP, status="Connected"),
    **changed_row("primaryStorage", PRIMARY, status="Connected"),
}


def attach(client: NodeClient, vm: str, iso: str, tags: object = None) -> Any:  # noqa: ANN401 - a response
    body = {"params": {}} if tags is None else {"systemTags": tags}
    return client.job("POST", f"/v1/vm-instances/{vm}/iso/{iso}", body)


def detach(client: NodeClient, vm: str, iso: str | None) -> Any:  # noqa: ANN401 - a response
    return client.job("DELETE", f"/v1/vm-instances/{vm}/iso" + (f"?isoUuid={iso}" if iso else ""))


def mounted(client: NodeClient, vm: str) -> list[str | None]:
    (row,) = client.get(f"/v1/vm-instances/{vm}").json["inventories"]
    return [drive.get("isoUuid") for drive in row["vmCdRoms"]]


def two_drives(**second: str) -> dict[str, Any]:
    first = next(vm for vm in RECORDED_CLOUD["vmInstances"] if vm["uuid"] == WEB_2)["vmCdRoms"][0]
    other = {**first, "uuid": NO_UUID, "deviceId": 1, **second}
    return changed_row("vmInstances", WEB_2, vmCdRoms=[other, first])


class TestStoppedVm:
    @pytest.mark.parametrize("iso", [CENTOS, UBUNTU, ARM, NOWHERE, DISABLED])
    def test_any_iso_is_accepted(self, admin: NodeClient, iso: str) -> None:
        response = attach(admin, WEB_2, iso)
        (drive,) = response.json["inventory"]["vmCdRoms"]
        assert (drive["isoUuid"], "isoInstallPath" in drive) == (iso, False)
        assert response.json["inventory"]["internalId"] == 2

    def test_state_is_kept(self, admin: NodeClient) -> None:
        attach(admin, WEB_2, CENTOS.upper())
        assert mounted(admin, WEB_2) == [CENTOS]
        assert admin.query("vm-instances/cdroms", f"isoUuid={CENTOS}").column("vmInstanceUuid") == [WEB_2]
        assert admin.get(f"/v1/vm-instances/{WEB_2}/iso-candidates").column("uuid") == [UBUNTU]
        detach(admin, WEB_2, CENTOS.upper())
        assert mounted(admin, WEB_2) == [None]

    def test_first_empty_drive_is_taken(self) -> None:
        with run_cloud(changed_cloud(**two_drives())) as running:
            drives = attach(running.admin(), WEB_2, CENTOS).json["inventory"]["vmCdRoms"]
        assert {drive["deviceId"]: drive.get("isoUuid") for drive in drives} == {0: CENTOS, 1: None}

    def test_named_drive_is_taken(self) -> None:
        with run_cloud(changed_cloud(**two_drives())) as running:
            drives = attach(running.admin(), WEB_2, CENTOS, ["x", f"cdromUuid::{NO_UUID}"]).json["inventory"][
                "vmCdRoms"
            ]
        assert {drive["deviceId"]: drive.get("isoUuid") for drive in drives} == {0: None, 1: CENTOS}

    @pytest.mark.parametrize("tags", [["cdromUuid::"], [], ["other::tag"], "cdromUuid::x", [5]])
    def test_tags_that_name_no_drive(self, admin: NodeClient, tags: object) -> None:
        assert attach(admin, WEB_2, CENTOS, tags).status == 200


class TestRefusals:
    def test_missing_iso_comes_first(self, admin: NodeClient) -> None:
        admin.authorization = "OAuth dead"
        assert "invalid field[isoUuid]" in attach(admin, NO_UUID, NO_UUID).error["details"]
        assert "invalid field[vmInstanceUuid]" in attach(admin, NO_UUID, CENTOS).error["details"]
        assert "invalid field[vmInstanceUuid]" in detach(admin, NO_UUID, NO_UUID).error["details"]

    def test_dead_session_shows_only_in_the_job(self, admin: NodeClient) -> None:
        admin.authorization = "OAuth dead"
        for response in (attach(admin, WEB_2, CENTOS), detach(admin, WEB_2, CENTOS)):
            assert (response.error["code"], response.error["causes"]) == ("ID.1001", [])

    def test_already_attached_comes_before_the_media_type_and_that_before_full_drives(self, admin: NodeClient) -> None:
        already = f"VM[uuid:{DB_2}] already has an ISO[uuid:{UBUNTU}] attached"
        assert attach(admin, DB_2, UBUNTU).error["details"] == already
        template = attach(admin, DB_2, TEMPLATE).error
        assert (template["code"], template["details"]) == (
            "SYS.1007",
            "Unsupported Image Media Type: [RootVolumeTemplate] ",
        )
        assert attach(admin, DB_2, CENTOS).error["details"] == f"All vm[uuid:{DB_2}] CD-ROMs have mounted ISO"

    @pytest.mark.parametrize("drive", [WEB_1_DRIVE, "f" * 32])
    def test_drive_that_the_vm_has_not(self, admin: NodeClient, drive: str) -> None:
        assert attach(admin, WEB_2, CENTOS, [f"cdromUuid::{drive}"]).error["code"] == "SYS.1006"

    def test_named_drive_that_is_full(self) -> None:
        with run_cloud(changed_cloud(**two_drives(isoUuid=UBUNTU))) as running:
            assert attach(running.admin(), WEB_2, CENTOS, [f"cdromUuid::{NO_UUID}"]).error["code"] == "SYS.1006"

    def test_vm_that_is_neither_running_nor_stopped(self, admin: NodeClient) -> None:
        assert attach(admin, DB_1, CENTOS).error["code"] == "SYS.1006"
        assert mounted(admin, DB_1) == [None]

    @pytest.mark.parametrize(
        ("iso", "vm", "details"),
        [
            (UBUNTU, DB_2, f"云主机[uuid:{DB_2}]已经挂载了ISO[uuid:{UBUNTU}]"),
            (CENTOS, DB_2, f"所有VM[uuid：{DB_2}]CD-ROM都已装载ISO"),
            (NO_UUID, DB_2, f"invalid field[isoUuid], resource[uuid:{NO_UUID}, type:ImageVO] not found"),
        ],
    )
    def test_in_chinese(self, iso: str, vm: str, details: str) -> None:
        with run_cloud(changed_cloud(locale="zh_CN")) as running:
            assert attach(running.admin(), vm, iso).error["details"] == details


class TestRunningVm:
    def test_iso_on_connected_storage_with_room_is_accepted(self) -> None:
        with run_cloud(changed_cloud(**CONNECTED)) as running:
            (drive,) = attach(running.admin(), WEB_1, CENTOS).json["inventory"]["vmCdRoms"]
        assert (drive["isoUuid"], drive["isoInstallPath"]) == (CENTOS, f"/bs/{CENTOS}")

    @pytest.mark.parametrize(
        ("table", "uuid", "changes"),
        [
            ("backupStorage", BACKUP, {"status": "Disconnected"}),
            ("backupStorage", BACKUP, {"status": "Connected", "attachedZoneUuids": []}),
            ("primaryStorage", PRIMARY, {"status": "Connecting"}),
            ("primaryStorage", PRIMARY, {"status": "Connected", "state": "Maintenance"}),
            ("primaryStorage", PRIMARY, {"status": "Connected", "availableCapacity": 4294967296}),
            ("hosts", HOST, {"status": "Disconnected"}),
            ("images", CENTOS, {"status": "Deleted"}),
            ("images", CENTOS, {"backupStorageRefs": []}),
        ],
    )
    def test_what_refuses_it_does_not_refuse_a_stopped_one(
        self, table: str, uuid: str, changes: dict[str, Any]
    ) -> None:
        with run_cloud(changed_cloud(**{**CONNECTED, **changed_row(table, uuid, **changes)})) as running:
            admin = running.admin()
            assert attach(admin, WEB_1, CENTOS).error["code"] == "SYS.1006"
            assert mounted(admin, WEB_1) == [None]
            assert attach(admin, WEB_2, CENTOS).status == 200

    def test_iso_that_the_primary_storage_has_cached_needs_no_room_there(self) -> None:
        full = changed_row("primaryStorage", PRIMARY, status="Disconnected", availableCapacity=0)
        with run_cloud(changed_cloud(**{**CONNECTED, **full})) as running:
            assert attach(running.admin(), WEB_1, UBUNTU).status == 200
            assert attach(running.admin(), WEB_1, CENTOS).error["code"] == "SYS.1006"

    def test_detach_takes_the_path_away_too(self, admin: NodeClient) -> None:
        (drive,) = detach(admin, DB_2, UBUNTU).json["inventory"]["vmCdRoms"]
        assert not {"isoUuid", "isoInstallPath"} & set(drive)


class TestDetach:
    def test_what_is_not_attached_is_no_error(self, admin: NodeClient) -> None:
        for iso in (CENTOS, NO_UUID):
            assert detach(admin, DB_2, iso).json["inventory"]["vmCdRoms"][0]["isoUuid"] == UBUNTU

    def test_without_a_name_the_only_one_is_taken(self, admin: NodeClient) -> None:
        assert detach(admin, DB_2, None).status == 200
        assert mounted(admin, DB_2) == [None]
        assert detach(admin, DB_2, None).status == 200

    def test_detach_without_iso_uuid_takes_one_of_several(self) -> None:
        with run_cloud(changed_cloud(**two_drives(isoUuid=UBUNTU))) as running:
            admin = running.admin()
            attach(admin, WEB_2, CENTOS)
            drives = detach(admin, WEB_2, None).json["inventory"]["vmCdRoms"]
            assert [drive.get("isoUuid") for drive in drives].count(None) == 1

    def test_several_names_are_refused(self, admin: NodeClient) -> None:
        response = admin.job("DELETE", f"/v1/vm-instances/{DB_2}/iso?deleteMode=Permissive&isoUuid={UBUNTU}")
        assert response.status == 200
        twice = admin.call("DELETE", f"/v1/vm-instances/{DB_2}/iso?isoUuid=a&isoUuid=b")
        assert twice.status == 400


class TestJobs:
    TARGET = f"/v1/vm-instances/{WEB_2}/iso/{CENTOS}"

    def test_job_has_the_uuid_of_the_request(self, admin: NodeClient) -> None:
        accepted = admin.call("POST", self.TARGET, X_Job_UUID=JOB)
        assert (accepted.status, accepted.json) == (
            202,
            {"apiTimeout": 1800000, "location": f"{admin.url}/zstack/v1/api-jobs/{JOB}"},
        )

    def test_another_job_has_a_new_one(self, admin: NodeClient) -> None:
        location = admin.call("POST", self.TARGET).json["location"]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/zstack/v1/api-jobs/[0-9a-f]{32}", location)

    def test_outcome_can_be_asked_for_again_without_a_session(self, admin: NodeClient) -> None:
        admin.call("POST", self.TARGET, X_Job_UUID=JOB)
        first, second = (admin.send("GET", f"/v1/api-jobs/{JOB}") for _ in range(2))
        assert first.text == second.text
        assert first.json["inventory"]["uuid"] == WEB_2

    def test_schema_where_it_is_asked_for(self, admin: NodeClient) -> None:
        admin.call("POST", self.TARGET, X_Job_UUID=JOB)
        schema = admin.send("GET", f"/v1/api-jobs/{JOB}", {"X-JSON-Schema": "true"}).json["schema"]
        assert schema["inventory"] == "org.zstack.header.vm.VmInstanceInventory"
        assert schema["inventory.vmCdRoms[0]"] == "org.zstack.header.vm.cdrom.VmCdRomInventory"

    def test_uuid_of_a_job_is_not_given_twice(self, admin: NodeClient) -> None:
        admin.call("POST", self.TARGET, X_Job_UUID=JOB)
        for method, target in (("POST", self.TARGET), ("DELETE", f"/v1/vm-instances/{WEB_2}/iso")):
            again = admin.call(method, target, X_Job_UUID=JOB)
            assert (again.status, again.text) == (400, f"Duplicate job uuid[{JOB}]")

    def test_uuid_of_another_length_is_refused_but_not_of_a_query(self, admin: NodeClient) -> None:
        for method, target in (("POST", self.TARGET), ("GET", f"/v1/images/iso/{CENTOS}/vm-candidates")):
            response = admin.call(method, target, X_Job_UUID="short")
            assert response.text == "Invalid header[X-Job-UUID], it must be a UUID with '-' stripped"
        assert admin.call("GET", "/v1/images", X_Job_UUID="short").status == 200
        assert mounted(admin, WEB_2) == [None]

    def test_unknown_job_has_expired(self, admin: NodeClient) -> None:
        response = admin.send("GET", f"/v1/api-jobs/{NO_UUID}")
        assert (response.status, response.text) == (404, "the job has been expired")

    def test_job_is_asked_for_by_get_only(self, admin: NodeClient) -> None:
        assert admin.send("DELETE", f"/v1/api-jobs/{NO_UUID}").status == 405
