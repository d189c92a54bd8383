"""Queries: conditions, order, pages, fields and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.mock_node.client import NO_UUID, RECORDED_CLOUD, changed_row, run_cloud

if TYPE_CHECKING:
    from tests.mock_node.client import NodeClient

ODD_NAME = "CentOS-7 \"x\" 'y' <z> & 中文.iso"
UBUNTU = "0d464138a62332553fc1ea36f17fd374"
WEB_2 = "2a9eba0cdf561d802a759159fb7ff337"


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("state=Disabled", ["dis.iso"]),
        ("state=disabled ", ["dis.iso"]),
        ("state!=Enabled", ["dis.iso"]),
        ("name=ARM.ISO", ["arm.iso"]),
        ("name?=arm.iso,dis.iso,nothing", ["dis.iso", "arm.iso"]),
        ("name!?=arm.iso,dis.iso,template,no-bs.iso", ["ubuntu-22.04.iso", ODD_NAME]),
        ("name~=%.iso", ["ubuntu-22.04.iso", "dis.iso", "no-bs.iso", "arm.iso", ODD_NAME]),
        ("name~=_rm%", ["arm.iso"]),
        ("name~=ubuntu", []),
        (r"name~=ubuntu\_22.04.iso", []),
        ("name!~=%iso", ["template"]),
        ("name>no", ["ubuntu-22.04.iso", "template", "no-bs.iso"]),
        ("name<=dis.iso", ["dis.iso", "arm.iso", ODD_NAME]),
        ("description is null", ["ubuntu-22.04.iso", "dis.iso", "template", "no-bs.iso", "arm.iso"]),
        ("description not null", [ODD_NAME]),
        ("description!=x", [ODD_NAME]),
        ("size>=4294967296", ["ubuntu-22.04.iso", "dis.iso", "template", "no-bs.iso", "arm.iso", ODD_NAME]),
        ("size>4294967296", []),
        ("system=false", ["ubuntu-22.04.iso", "dis.iso", "template", "no-bs.iso", "arm.iso", ODD_NAME]),
        ("system!=false", []),
        ("createDate<2026-11-25 12:43:18", ["ubuntu-22.04.iso", "dis.iso", "template", "no-bs.iso", "arm.iso", ODD_NAME]),
        ("createDate>2026-11-25 12:43:17", []),
        ("name=", []),
    ],
)  # fmt: skip
def test_condition_on_images(admin: NodeClient, condition: str, names: list[str]) -> None:
    assert admin.query("images", condition, fields="name").column("name") == names


@pytest.mark.parametrize(
    ("condition", "tags"),
    [
        ("tag=ENV::prod", ["env::prod"]),
        ("tag==lead", []),
        ("tag===x", []),
        ("tag=pad ", ["pad"]),
        ("tag= pad", []),
        ('tag=dq"t', ['dq"t']),
        (r"tag=back\slash", ["back\\slash"]),
        ("tag=中文", ["中文"]),
        ("tag?=a,b", []),
        ("tag~=%prod%", ["Env::PROD2", "env::prod"]),
        ("tag~=100\\%", ["100%"]),
        ("tag~=und_er", ["und_er"]),
        ("tag~=u%\\_%", ["und_er"]),
        ("tag=line\nbreak", []),
    ],
)
def test_condition_on_tags(admin: NodeClient, condition: str, tags: list[str]) -> None:
    assert admin.query("user-tags", condition, fields="tag").column("tag") == tags


def test_conditions_are_anded_and_equal_ones_collapse(admin: NodeClient) -> None:
    assert admin.query("images", "mediaType=ISO", "state=Disabled", "state=Disabled").column("name") == ["dis.iso"]


@pytest.mark.parametrize(
    ("resource", "condition", "names"),
    [
        ("images", "backupStorage.name=bs1", [ODD_NAME, "ubuntu-22.04.iso", "template", "dis.iso", "arm.iso"]),
        ("images", "backupStorageRef.status!=Ready", []),
        ("vm-instances", "vmNics.ip=10.0.0.11", ["web-2"]),
        ("vm-instances", "host.name=h1", ["db-2", "nocd", "web-1 <i> & 'q' 中"]),
        ("vm-instances", "allVolumes.size>1", ["web-2", "nocd", "db-2", "web-1 <i> & 'q' 中", "db-1"]),
        ("vm-instances", "allVolumes.primaryStorage.name=ps1", ["web-2", "nocd", "db-2", "web-1 <i> & 'q' 中", "db-1"]),
        ("vm-instances", "zone.cluster.name=no", []),
        ("vm-instances", "__userTag__=env::prod", ["web-2"]),
        ("backup-storage", "image.name~=arm%", ["bs1"]),
        ("clusters", "host.status=Connected", ["c1"]),
    ],
)
def test_condition_through_another_resource(admin: NodeClient, resource: str, condition: str, names: list[str]) -> None:
    assert admin.query(resource, condition).column("name") == names


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"sort": "name"}, ["arm.iso", ODD_NAME, "dis.iso", "no-bs.iso", "template", "ubuntu-22.04.iso"]),
        ({"sort": "+name", "limit": 2}, ["arm.iso", ODD_NAME]),
        ({"sort": "-name", "limit": 2}, ["ubuntu-22.04.iso", "template"]),
        ({"sort": "name", "start": 4}, ["template", "ubuntu-22.04.iso"]),
        ({"sort": "name", "start": 1, "limit": 1}, [ODD_NAME]),
        ({"sort": "-description", "limit": 1}, [ODD_NAME]),
        ({"start": 6}, []),
        ({"limit": 0}, []),
        ({"start": 1, "limit": "+1"}, ["dis.iso"]),
    ],
)
def test_order_and_page(admin: NodeClient, parameters: dict[str, str | int], names: list[str]) -> None:
    assert admin.query("images", **parameters).column("name") == names


def test_first_thousand_where_no_limit_is_given() -> None:
    images = [{"uuid": f"{number:032x}", "name": f"{number}"} for number in range(1200)]
    with run_cloud({"images": images}) as running:
        client = running.client()
        client.authorization = "OAuth any"
        assert len(client.query("images").column("uuid")) == 1000
        assert len(client.query("images", limit=1100).column("uuid")) == 1100
        assert client.query("images", start=1199).column("name") == ["1199"]


def test_dates_sort_by_time_and_not_by_their_text() -> None:
    images = [
        {"uuid": "a", "createDate": "Nov 9, 2026 9:00:00 PM"},
        {"uuid": "b", "createDate": "Apr 10, 2026 10:00:00 AM"},
        {"uuid": "c", "createDate": "Nov 9, 2026 12:00:00 AM"},
    ]
    with run_cloud({"images": images}) as running:
        client = running.client()
        client.authorization = "OAuth any"
        assert client.query("images", sort="createDate").column("uuid") == ["b", "c", "a"]


class TestCount:
    def test_count_gives_the_total_alone(self, admin: NodeClient) -> None:
        assert admin.query("images", "mediaType=ISO", count="true", limit=1).json == {"schema": {}, "total": 5}

    def test_reply_with_count_gives_the_total_beside_a_page(self, admin: NodeClient) -> None:
        response = admin.query("images", "mediaType=ISO", replyWithCount="TRUE", limit=1, start=4, fields="uuid")
        assert response.json["total"] == 5
        assert len(response.json["inventories"]) == 1

    @pytest.mark.parametrize("value", ["false", "1", "yes", ""])
    def test_no_count_for_another_value(self, admin: NodeClient, value: str) -> None:
        assert "total" not in admin.query("images", count=value, replyWithCount=value).json


class TestFields:
    def test_only_those_asked_for_and_none_that_are_null(self, admin: NodeClient) -> None:
        (row,) = admin.query("images", f"uuid={UBUNTU}", fields=" name , description,uuid").json["inventories"]
        assert row == {"uuid": UBUNTU, "name": "ubuntu-22.04.iso"}

    def test_a_comma_at_the_end_asks_for_nothing(self, admin: NodeClient) -> None:
        assert admin.query("images", f"uuid={UBUNTU}", fields="uuid,").json["inventories"] == [{"uuid": UBUNTU}]

    def test_a_primitive_of_the_server_is_always_there(self, admin: NodeClient) -> None:
        assert admin.query("zones", fields="name").json["inventories"] == [{"name": "zone-1", "isDefault": False}]

    def test_the_class_is_that_of_the_query(self, admin: NodeClient) -> None:
        schema = {"inventories[0]": "org.zstack.header.storage.backup.BackupStorageInventory"}
        assert admin.query("backup-storage", fields="uuid,status").json["schema"] == schema

    @pytest.mark.parametrize(
        ("resource", "parameters"),
        [
            ("images", {"fields": "bogus"}),
            ("images", {"fields": "name,,uuid"}),
            ("images", {"fields": "backupStorageRefs"}),
            ("vm-instances", {"fields": "uuid,vmCdRoms"}),
            ("vm-instances", {"fields": "internalId"}),
            ("primary-storage", {"fields": "attachedClusterUuids"}),
            ("backup-storage", {"fields": "hostname"}),
            ("accounts", {"fields": "password"}),
            ("images", {"sort": "bogus"}),
            ("images", {"sort": "-backupStorageRefs"}),
            ("images", {"limit": -1}),
            ("images", {"start": -1}),
            ("images", {"q": "bogus=1"}),
            ("images", {"q": "tag=a!=b"}),
            ("images", {"q": "backupStorageRefs not null"}),
            ("images", {"q": "nothing.name=x"}),
            ("images", {"q": "backupStorage.nothing=x"}),
            ("images", {"q": "name=it's"}),
            ("images", {"q": "system=perhaps"}),
            ("images/it's", {}),
        ],
    )
    def test_what_the_server_fails_at(self, admin: NodeClient, resource: str, parameters: dict[str, str | int]) -> None:
        error = admin.query(resource, **parameters).error
        assert (error["code"], error["description"]) == ("SYS.1000", "An internal error happened in system")
        assert "cost" not in error


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("limit=x", "Invalid query parameter. 'limit' must be an integer"),
        ("limit=", "Invalid query parameter. 'limit' must be an integer"),
        ("limit=1_000", "Invalid query parameter. 'limit' must be an integer"),
        ("limit=3000000000", "Invalid query parameter. 'limit' must be an integer"),
        ("start=1.5", "Invalid query parameter. 'start' must be an integer"),
        ("q=name", "Invalid query parameter. 'q' must contain an operator, not 'name'"),
        ("q==x", "Invalid query parameter. 'q' must have a field before '=', not only 'x'"),
    ],
)
def test_parameters_are_read_before_the_session_is_checked(admin: NodeClient, query: str, text: str) -> None:
    admin.authorization = "OAuth dead"
    response = admin.get(f"/v1/images?{query}")
    assert (response.status, response.text) == (400, text)


def test_of_a_parameter_given_twice_the_first_counts(admin: NodeClient) -> None:
    assert len(admin.get("/v1/images?limit=2&limit=x&sort=name&sort=bogus").column("uuid")) == 2


def test_unknown_parameters_are_dropped(admin: NodeClient) -> None:
    assert len(admin.get("/v1/images?bogus=1&LIMIT=x&").column("uuid")) == 6


WHOLE = {
    "zones": "zones",
    "clusters": "clusters",
    "hosts": "hosts",
    "primary-storage": "primaryStorage",
    "backup-storage": "backupStorage",
    "images": "images",
    "vm-instances": "vmInstances",
    "user-tags": "userTags",
    "system-tags": "systemTags",
    "management-nodes": "managementNodes",
    "accounts": "accounts",
}


def as_queried(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in {"internalId", "password"}}


@pytest.mark.parametrize(("resource", "key"), WHOLE.items())
def test_whole_resources_are_those_of_the_file(admin: NodeClient, resource: str, key: str) -> None:
    rows = [as_queried(row) for row in sorted(RECORDED_CLOUD[key], key=lambda row: row["uuid"])]
    assert admin.query(resource).json["inventories"] == rows


@pytest.mark.parametrize(("resource", "key"), WHOLE.items())
def test_one_resource_by_its_uuid(admin: NodeClient, resource: str, key: str) -> None:
    for row in RECORDED_CLOUD[key]:
        response = admin.get(f"/v1/{resource}/{row['uuid'].upper()}?fields=bogus&limit=x")
        assert response.json["inventories"] == [as_queried(row)]
    assert admin.get(f"/v1/{resource}/{NO_UUID}").json == {"schema": {}, "inventories": []}


def test_cdroms_are_those_of_all_vms(admin: NodeClient) -> None:
    drives = [drive for vm in RECORDED_CLOUD["vmInstances"] for drive in vm["vmCdRoms"]]
    assert admin.query("vm-instances/cdroms").json["inventories"] == sorted(drives, key=lambda drive: drive["uuid"])
    mounted = admin.query("vm-instances/cdroms", "isoUuid not null", fields="vmInstanceUuid,isoUuid")
    assert mounted.json["inventories"] == [
        {"vmInstanceUuid": "5af84e6b4f59672710e6d8e6568068b9", "isoUuid": UBUNTU},
    ]
    assert mounted.json["schema"] == {"inventories[0]": "org.zstack.header.vm.cdrom.VmCdRomInventory"}


@pytest.mark.parametrize(
    ("resource", "table", "uuid", "changes", "name"),
    [
        (
            "vm-instances",
            "vmInstances",
            WEB_2,
            {"type": "ApplianceVm"},
            "org.zstack.appliancevm.ApplianceVmInventory",
        ),
        (
            "hosts",
            "hosts",
            RECORDED_CLOUD["hosts"][0]["uuid"],
            {"hypervisorType": "KVM"},
            "org.zstack.kvm.KVMHostInventory",
        ),
    ],
)
def test_schema_names_the_class_of_a_subtype(
    resource: str, table: str, uuid: str, changes: dict[str, str], name: str
) -> None:
    with run_cloud({**RECORDED_CLOUD, **changed_row(table, uuid, **changes)}) as running:
        assert running.admin().get(f"/v1/{resource}/{uuid}").json["schema"]["inventories[0]"] == name


def test_newer_field_of_the_file_can_be_asked_for(admin: NodeClient) -> None:
    images = [{"uuid": "a", "newer": "x"}, {"uuid": "b"}]
    with run_cloud({"images": images}) as running:
        client = running.client()
        client.authorization = "OAuth any"
        assert client.query("images", "newer=X", fields="newer").json["inventories"] == [{"newer": "x"}]
    assert admin.query("images", fields="newer").error["code"] == "SYS.1000"
