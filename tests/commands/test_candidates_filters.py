"""Options that filter VM instances, and rows that come twice."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.helpers.runner import ISO, User
from zsiso import mock_node
from zsiso.inventory.candidates import cdrom_state


def rows_of(user: User, *more: str) -> list[str]:
    result = user.run("candidates", "--mock", "-q", "-o", "tsv", "--no-header", "-c", "name,cdrom", *more)
    assert result.code == 0, result.err
    return result.out.splitlines()


class TestAttachable:
    def test_every_state_can_be_seen_with_the_mock_node(self, user: User) -> None:
        assert rows_of(user) == [
            "rescue\tnone",
            "Test-VM\t?",
            "web-2\tfree",
            "web-10\tfull",
            "win-build\talready",
            "数据库-主节点\tfree",
            "\t?",
        ]

    def test_keeps_the_free_and_the_unknown(self, user: User) -> None:
        assert rows_of(user, "--attachable") == ["Test-VM\t?", "web-2\tfree", "数据库-主节点\tfree", "\t?"]

    def test_says_how_many_are_unknown(self, user: User) -> None:
        note = "2 are shown as ?: the node does not report their drives.\n"
        for output in ("table", "json", "csv", "uuid"):
            assert user.run("candidates", "--mock", "--attachable", "-o", output).err == note
        assert user.run("candidates", "--mock", "--attachable", "-q").err == ""
        assert user.run("candidates", "--mock").err == ""


@pytest.fixture
def doubled(user: User) -> Iterator[User]:
    """Somebody whose cloud answers with one VM twice, spaced in its own way."""
    body = b'{ "x" : [1.50] , "inventories":[ {"uuid":"a1", "n":1.50e1},\n {"uuid":"b2"},{"uuid":"a1", "n":1.50e1},{},{}\r\n] }'
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud(), candidates=body)) as url:
        user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        yield user


class TestDoubles:
    @pytest.mark.parametrize(
        ("output", "shown"),
        [
            ("uuid", "a1\nb2\n"),
            ("csv", "uuid\na1\nb2\n\n\n".replace("\n\n\n", '\n""\n""\n')),
            ("jsonl", '{"uuid":"a1", "n":1.50e1}\n{"uuid":"b2"}\n{}\n{}\n'),
        ],
    )
    def test_are_one_row(self, doubled: User, output: str, shown: str) -> None:
        columns = ["-c", "uuid"] if output == "csv" else []
        assert doubled.run("candidates", ISO, "-o", output, "--sort", "uuid", *columns).out == shown

    def test_stay_in_raw_json(self, doubled: User) -> None:
        assert doubled.run("candidates", ISO, "--json").out.count('"a1"') == 2

    def test_are_one_in_narrowed_json_to_the_letter(self, doubled: User) -> None:
        expected = '{"inventories":[{"uuid":"a1", "n":1.50e1},{"uuid":"b2"},{},{}]}\n'
        assert doubled.run("candidates", ISO, "--json", "--attachable", "-q").out == expected


class TestNarrowedJson:
    def test_holds_the_rows_kept_in_the_order_they_came(self, user: User) -> None:
        body = mock_node.example_inventory().decode()
        narrowed = user.run("candidates", "--mock", "--json", "--attachable", "-q").out
        kept = [row["uuid"] for row in json.loads(narrowed)["inventories"]]
        assert kept == [row["uuid"] for row in json.loads(body)["inventories"] if cdrom_state(row, ISO) in "free?"]
        for row in narrowed.removeprefix('{"inventories":[').removesuffix("]}\n").split(',{"uuid"'):
            assert row.removeprefix('{"uuid"') in body

    def test_of_nobody(self, user: User) -> None:
        result = user.run("candidates", "--mock", "--json", "--verify-tags", "--user-tag", "nobody")
        assert (result.code, result.out, result.err) == (0, '{"inventories":[]}\n', "")


class TestFailEmpty:
    @pytest.mark.parametrize(("output", "shown"), [("table", ""), ("json", '{"inventories":[]}\n'), ("uuid", "")])
    def test_an_empty_list_exits_1(self, user: User, output: str, shown: str) -> None:
        result = user.run("candidates", "--mock", "--fail-empty", "--user-tag", "no", "--verify-tags", "-o", output)
        assert (result.code, result.out) == (1, shown)
        assert result.err == f"zsiso: 7 VM instances can take {ISO}; none has every tag.\n"

    def test_another_is_well(self, user: User) -> None:
        assert user.run("candidates", "--mock", "--fail-empty").code == 0
