"""The formats for other programs: CSV, TSV, JSON lines, UUIDs and names."""

from __future__ import annotations

import json

from tests.helpers.mock_cloud import list_mock_candidates
from tests.helpers.runner import User
from zsiso import mock_node

INVENTORY = json.loads(mock_node.example_inventory())["inventories"]


class TestTextFormats:
    def test_csv_has_raw_numbers_and_quoted_lists(self, user: User) -> None:
        assert list_mock_candidates(user, "-o", "csv") == (
            "name,uuid,state,cdrom,cpuNum,memorySize,ips,platform\n"
            "rescue,4f5c9a6db1de427cfaa5b6d7e8f90a1b,Stopped,none,1,536870912,,Other\n"
            "Test-VM,f95bdc72e9963a05b8f19b8817f09d9d,Stopped,?,1,8589934592,192.168.1.10,Linux\n"
            "web-2,0b1e5c2f7d9a4e38b6c1d2f3a4b5c6d7,Running,free,4,17179869184,10.0.8.12,Linux\n"
            'web-10,1c2f6d3a8eab4f49c7d2e3a4b5c6d7e8,Running,full,8,34359738368,"10.0.8.20,192.168.20.20,fd00::8:20",Linux\n'
            "win-build,3e4b8f5ca0cd416be9f4a5c6d7e8f90a,Stopped,already,2,1610612736,10.0.8.77,Windows\n"
            '数据库-主节点,2d3a7e4b9fbc405ad8e3f4b5c6d7e8f9,Running,free,16,68719476736,"10.0.9.5,10.1.9.5",Linux\n'
            ",5a6dab7ec2ef438dabb6c7e8f90a1b2c,Stopped,?,,,,\n"
        )

    def test_tsv_shows_chosen_columns(self, user: User) -> None:
        columns = "name,rootSize,vmNics.mac,allVolumes.size,createDate,cpuNum"
        assert list_mock_candidates(user, "-o", "tsv", "-c", columns, "--sort", "rootSize:desc").splitlines()[:4] == [
            columns.replace(",", "\t"),
            "数据库-主节点\t214748364800\tfa:16:3e:71:00:01,fa:16:3e:72:00:01\t214748364800,1099511627776\tMar 3, 2025 9:12:44 AM\t16",
            "Test-VM\t107374182400\t00:0c:29:bd:99:fc\t107374182400\tNov 14, 2017 10:20:57 PM\t1",
            "web-2\t107374182400\tfa:16:3e:51:00:01\t107374182400,53687091200\tMar 3, 2025 9:12:44 AM\t4",
        ]

    def test_empty_list_has_only_a_header_in_csv_and_tsv(self, user: User) -> None:
        no_match = ["--user-tag", "no-such-tag", "--verify-tags"]
        assert list_mock_candidates(user, "-o", "csv", "-c", "uuid,name", *no_match) == "uuid,name\n"
        assert list_mock_candidates(user, "-o", "tsv", "-c", "uuid,name", *no_match) == "uuid\tname\n"
        assert list_mock_candidates(user, "-o", "csv", "--no-header", *no_match) == ""
        for output in ("jsonl", "uuid", "name"):
            assert list_mock_candidates(user, "-o", output, *no_match) == ""

    def test_jsonl_has_the_original_json_of_each_vm(self, user: User) -> None:
        lines = list_mock_candidates(user, "-o", "jsonl", "--sort", "uuid").splitlines()
        assert [json.loads(line) for line in lines] == sorted(INVENTORY, key=lambda row: row["uuid"])
        body = mock_node.example_inventory().decode()
        assert all(line in body for line in lines)

    def test_uuid_and_name_formats_have_one_line_per_vm_and_an_empty_one_without_a_name(self, user: User) -> None:
        assert list_mock_candidates(user, "-o", "uuid", "--sort", "uuid").splitlines() == sorted(
            row["uuid"] for row in INVENTORY
        )
        assert list_mock_candidates(user, "-o", "name", "--sort", "memorySize") == (
            "rescue\nwin-build\nTest-VM\nweb-2\nweb-10\n数据库-主节点\n\n"
        )
        assert (
            list_mock_candidates(user, "-o", "name", "--print0", "--attachable", "-q")
            == "Test-VM\0web-2\0数据库-主节点\0\0"
        )
