"""Options that filter VM instances, and VM instances that a response lists twice."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.helpers.runner import ISO, User
from zsiso import mock_node
from zsiso.inventory.candidates import cdrom_state


def list_names_and_cdroms(user: User, *more: str) -> list[str]:
    result = user.run("candidates", "--mock", "-q", "-o", "tsv", "--no-header", "-c", "name,cdrom", *more)
    assert result.code == 0, result.err
    return result.out.splitlines()


class TestAttachable:
    def test_mock_inventory_has_every_cdrom_state(self, user: User) -> None:
        assert list_names_and_cdroms(user) == [
            "rescue\tnone",
            "Test-VM\t?",
            "web-2\tfree",
            "web-10\tfull",
            "win-build\talready",
            "数据库-主节点\tfree",
            "\t?",
        ]

    def test_attachable_keeps_free_and_unknown_cdroms(self, user: User) -> None:
        assert list_names_and_cdroms(user, "--attachable") == [
            "Test-VM\t?",
            "web-2\tfree",
            "数据库-主节点\tfree",
            "\t?",
        ]

    def test_attachable_prints_number_of_unknown_cdroms(self, user: User) -> None:
        note = "2 are shown as ?: the node does not report their drives.\n"
        for output in ("table", "json", "csv", "uuid"):
            assert user.run("candidates", "--mock", "--attachable", "-o", output).err == note
        assert user.run("candidates", "--mock", "--attachable", "-q").err == ""
        assert user.run("candidates", "--mock").err == ""


@pytest.fixture
def user_with_duplicates(user: User) -> Iterator[User]:
    """A user whose node lists one VM instance twice, in JSON with unusual spacing."""
    body = b'{ "x" : [1.50] , "inventories":[ {"uuid":"a1", "n":1.50e1},\n {"uuid":"b2"},{"uuid":"a1", "n":1.50e1},{},{}\r\n] }'
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud(), candidates=body)) as url:
        user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        yield user


class TestDuplicateVms:
    @pytest.mark.parametrize(
        ("output", "output_text"),
        [
            ("uuid", "a1\nb2\n"),
            ("csv", "uuid\na1\nb2\n\n\n".replace("\n\n\n", '\n""\n""\n')),
            ("jsonl", '{"uuid":"a1", "n":1.50e1}\n{"uuid":"b2"}\n{}\n{}\n'),
        ],
    )
    def test_duplicate_vm_is_listed_once(self, user_with_duplicates: User, output: str, output_text: str) -> None:
        columns = ["-c", "uuid"] if output == "csv" else []
        assert user_with_duplicates.run("candidates", ISO, "-o", output, "--sort", "uuid", *columns).out == output_text

    def test_duplicate_vm_is_kept_in_raw_json(self, user_with_duplicates: User) -> None:
        assert user_with_duplicates.run("candidates", ISO, "--json").out.count('"a1"') == 2

    def test_duplicate_vm_is_listed_once_in_filtered_json(self, user_with_duplicates: User) -> None:
        expected = '{"inventories":[{"uuid":"a1", "n":1.50e1},{"uuid":"b2"},{},{}]}\n'
        assert user_with_duplicates.run("candidates", ISO, "--json", "--attachable", "-q").out == expected


class TestFilteredJson:
    def test_filtered_json_keeps_order_and_text_of_matching_vms(self, user: User) -> None:
        body = mock_node.example_inventory().decode()
        filtered = user.run("candidates", "--mock", "--json", "--attachable", "-q").out
        uuids = [row["uuid"] for row in json.loads(filtered)["inventories"]]
        assert uuids == [row["uuid"] for row in json.loads(body)["inventories"] if cdrom_state(row, ISO) in "free?"]
        for row in filtered.removeprefix('{"inventories":[').removesuffix("]}\n").split(',{"uuid"'):
            assert row.removeprefix('{"uuid"') in body

    def test_filtered_json_without_matches_has_an_empty_list(self, user: User) -> None:
        result = user.run("candidates", "--mock", "--json", "--verify-tags", "--user-tag", "nobody")
        assert (result.code, result.out, result.err) == (0, '{"inventories":[]}\n', "")


class TestFailEmpty:
    @pytest.mark.parametrize(("output", "output_text"), [("table", ""), ("json", '{"inventories":[]}\n'), ("uuid", "")])
    def test_fail_empty_without_candidates_exits_1(self, user: User, output: str, output_text: str) -> None:
        result = user.run("candidates", "--mock", "--fail-empty", "--user-tag", "no", "--verify-tags", "-o", output)
        assert (result.code, result.out) == (1, output_text)
        assert result.err == f"zsiso: 7 VM instances can take {ISO}; none has every tag.\n"

    def test_fail_empty_with_candidates_exits_0(self, user: User) -> None:
        assert user.run("candidates", "--mock", "--fail-empty").code == 0
