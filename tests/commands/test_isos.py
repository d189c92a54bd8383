"""``zsiso isos``."""

from __future__ import annotations

import json

import pytest

from tests.helpers.failures import make_error, mask_addresses
from tests.helpers.mock_cloud import cloud_with_records
from tests.helpers.runner import SESSION, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node


class TestIsos:
    def test_isos_table_lists_iso_images(self, user: User) -> None:
        assert user.run("isos", "--mock").out.splitlines() == [
            "NAME          UUID                                 SIZE  STATE    STATUS",
            "────────────────────────────────────────────────────────────────────────",
            "rescue-disk   3e5e142462c54736b1880b43d49edeba  0.7 GiB  Enabled  Ready",
            "ubuntu-24.04  8f36a77ab76e3425a571a7f75fca2d69  2.6 GiB  Enabled  Ready",
            "windows-2022  6b1d4c0e9a7f4d21b8e35f90c2a7d416  5.0 GiB  Enabled  Ready",
            "windows-2022  c90f2e7d1b6a4e88a4d3721f5e0b9c63  5.1 GiB  Enabled  Ready",
            "救援盘        e47a91c35d2f4b06923c8e1fa6d05b78  0.6 GiB  Enabled  Ready",
        ]

    def test_isos_shows_status_of_each_image(self, user: User) -> None:
        statuses = ("Creating", "Downloading", "Ready", "Error", "Deleted", "Migrating")
        images = [
            {"uuid": f"{number:032x}", "name": status, "mediaType": "ISO", "state": "Enabled", "status": status}
            for number, status in enumerate(statuses)
        ]
        with mock_node.serve(cloud_with_records({"images": images})) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            rows = user.run("isos", "-o", "csv").out.splitlines()
        assert rows == [
            "name,uuid,size,state,status",
            *(
                f"{row['name']},{row['uuid']},,Enabled,{row['name']}"
                for row in sorted(images, key=lambda row: row["name"])
            ),
        ]

    def test_isos_lists_images_of_all_pages(self, user: User) -> None:
        images = [{"uuid": f"{number:032x}", "name": f"iso-{number}", "mediaType": "ISO"} for number in range(2001)]
        images.append({"uuid": "f" * 32, "name": "no-iso", "mediaType": "RootVolumeTemplate"})
        with mock_node.serve(cloud_with_records({"images": images})) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            names = user.run("isos", "-o", "name").out.splitlines()
        assert names == [f"iso-{number}" for number in range(2001)]

    def test_isos_supports_csv_json_columns_and_sorting(self, user: User) -> None:
        assert user.run("isos", "--mock", "-o", "csv", "-c", "name,size", "--sort", "size:desc").out == (
            "name,size\nwindows-2022,5511221248\nwindows-2022,5373622272\nubuntu-24.04,2787342336\n"
            "rescue-disk,734003200\n救援盘,629145600\n"
        )
        assert len(json.loads(user.run("isos", "--mock", "--json").out)["inventories"]) == 5
        assert user.run("isos", "--mock", "-c", "cdrom").code == 2

    def test_isos_without_images_prints_a_note(self, user: User) -> None:
        with mock_node.serve(cloud_with_records({"images": []})) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("isos")
        assert (result.code, result.out) == (0, "")
        assert result.err == "No ISO images are visible with these credentials.\n"


class TestIsosQuery:
    CONDITION = (
        ("q", "mediaType=ISO"),
        ("limit", "1000"),
        ("start", "0"),
        ("sort", "+uuid"),
        ("replyWithCount", "true"),
    )
    BODY = json.dumps({"inventories": [{"uuid": "a" * 32, "name": "a", "state": "Enabled"}]})

    @pytest.mark.parametrize(
        ("options", "fields"),
        [
            ([], "name,size,state,status,uuid"),
            (["--sort", "size:desc"], "name,size,state,status,uuid"),
            (["--sort", "createDate"], "createDate,name,size,state,status,uuid"),
            (["-o", "wide"], "architecture,createDate,format,lastOpDate,name,platform,size,state,status,uuid"),
            (["-c", "url,virtio"], "name,url,uuid,virtio"),
            (["-o", "csv", "-c", "uuid"], "name,uuid"),
            (["-o", "tsv", "-c", "status", "--sort", "status"], "name,status,uuid"),
            (["-o", "uuid"], "name,uuid"),
            (["-o", "name", "--print0"], "name,uuid"),
        ],
    )
    def test_isos_asks_for_the_fields_that_it_uses(
        self, user: User, node: ScriptedNode, options: list[str], fields: str
    ) -> None:
        assert run_isos(user, node, options) == [[*self.CONDITION, ("fields", fields)]]

    @pytest.mark.parametrize(
        "options",
        [
            *(["--json"], ["-o", "json"], ["-o", "jsonl"], ["-o", "tree"]),
            *(["-c", "name,backupStorageRefs"], ["-o", "csv", "-c", "backupStorageRefs.status"]),
            ["--sort", "backupStorageRefs.status"],
        ],
    )
    def test_isos_asks_for_whole_images_where_it_uses_all_or_a_list(
        self, user: User, node: ScriptedNode, options: list[str]
    ) -> None:
        assert run_isos(user, node, options) == [[*self.CONDITION]]

    def test_column_of_backup_storage_is_shown(self, user: User) -> None:
        images = [
            {"uuid": "a" * 32, "name": "a", "mediaType": "ISO", "backupStorageRefs": [{"id": 7, "status": "Ready"}]}
        ]
        with mock_node.serve(cloud_with_records({"images": images})) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("isos", "-o", "csv", "-c", "name,backupStorageRefs.id,backupStorageRefs.status")
        assert result.out == "name,backupStorageRefs.id,backupStorageRefs.status\na,7,Ready\n"

    def test_isos_asks_for_whole_images_where_node_has_not_every_field(self, user: User, node: ScriptedNode) -> None:
        node.respond(make_error("SYS.1000", details="inventory[ImageInventory] has no field[virtio]"), 503)
        node.respond(self.BODY)
        user.write_profile(node)
        result = user.run("isos", "-o", "csv", "-c", "name,virtio")
        assert (result.code, result.out, result.err) == (0, "name,virtio\na,\n", "")
        assert [request.query for request in node.requests] == [
            [*self.CONDITION, ("fields", "name,uuid,virtio")],
            [*self.CONDITION],
        ]

    def test_internal_error_of_query_shows_no_job_uuid(self, user: User, node: ScriptedNode) -> None:
        node.respond(
            make_error("SYS.1000", description="An internal error happened in system", details="no database"), 503
        )
        user.write_profile(node)
        result = user.run("isos")
        assert (result.code, result.out, len(node.requests)) == (6, "", 2)
        assert mask_addresses(result.err) == (
            "zsiso: the management node rejected the request (SYS.1000)\n"
            "  SYS.1000: An internal error happened in system: no database\n"
            "  request: GET http://NODE/zstack/v1/images?q=mediaType%3DISO&limit=1000&start=0&sort=%2Buuid&replyWithCount=true\n"
            "hint: search the management node's log for the time of this request\n"
        )

    def test_other_error_of_query_is_not_asked_again(self, user: User, node: ScriptedNode) -> None:
        node.respond(make_error("SYS.1006", details="no"), 503)
        user.write_profile(node)
        assert (user.run("isos").code, len(node.requests)) == (6, 1)

    def test_page_instead_of_query_result_shows_no_job_uuid(self, user: User, node: ScriptedNode) -> None:
        node.respond("", 500)
        user.write_profile(node)
        assert mask_addresses(user.run("isos", "-o", "jsonl").err) == (
            "zsiso: the management node returned status 500\n"
            "  request: GET http://NODE/zstack/v1/images?q=mediaType%3DISO&limit=1000&start=0&sort=%2Buuid&replyWithCount=true\n"
            "hint: search the management node's log for the time of this request\n"
        )


def run_isos(user: User, node: ScriptedNode, options: list[str]) -> list[list[tuple[str, str]]]:
    """Return the queries that ``isos`` sends; it succeeds, and sends no job UUID."""
    node.respond(TestIsosQuery.BODY)
    user.write_profile(node)
    result = user.run("isos", *options)
    assert (result.code, result.err) == (0, "")
    assert {request.path for request in node.requests} == {"/zstack/v1/images"}
    assert not [request for request in node.requests if "x-job-uuid" in request.headers]
    assert {request.headers["authorization"] for request in node.requests} == {f"OAuth {SESSION}"}
    return [request.query for request in node.requests]
