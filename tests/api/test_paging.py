"""Queries of several pages: no record is lost that was there throughout, and none is shown twice."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import RecordedRequest, ScriptedNode

Row = dict[str, Any]


def make_rows(count: int) -> list[Row]:
    return [{"uuid": f"{number:032x}", "name": f"iso-{number}"} for number in range(1, count + 1)]


def serve_rows(
    node: ScriptedNode,
    rows: list[Row],
    *,
    change: Callable[[], None] = lambda: None,
    largest_page: int = 10_000,
    with_total: bool = True,
) -> None:
    """Answer each query as a node does that has ``rows``, and call ``change`` after each."""

    def answer(connection: socket.socket) -> None:
        found, total = find_page(rows, node.requests[-1], largest_page)
        body = json.dumps({"inventories": found, **({"total": total} if with_total else {})}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode() + body)
        change()

    node.forget_actions()
    node.act(answer)


def find_page(rows: list[Row], request: RecordedRequest, largest_page: int) -> tuple[list[Row], int]:
    parameters = dict(request.query)
    after = [value[len("uuid>") :] for name, value in request.query if name == "q" and value.startswith("uuid>")]
    found = sorted(rows, key=lambda row: row.get("uuid") or "")
    found = [row for row in found if all((row.get("uuid") or "") > uuid for uuid in after)]
    start = int(parameters["start"])
    return found[start : start + min(int(parameters["limit"]), largest_page)], len(found)


def list_names(user: User, node: ScriptedNode) -> list[str]:
    user.write_profile(node)
    result = user.run("isos", "-o", "name")
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


def names_of(rows: list[Row]) -> list[str]:
    return sorted(row["name"] for row in rows)


class TestChangingSet:
    def test_removed_records_hide_no_other_record(self, user: User, node: ScriptedNode) -> None:
        rows = make_rows(2500)
        expected = names_of(rows)
        serve_rows(node, rows, change=lambda: rows.__delitem__(slice(0, 10)))
        names = sorted(list_names(user, node))
        # What is removed after its page was read may be shown.
        assert names == expected
        assert len(node.requests) == 3

    def test_added_records_show_no_other_record_twice(self, user: User, node: ScriptedNode) -> None:
        rows = make_rows(2500)
        expected = names_of(rows)
        added: list[Row] = []

        def add_before_all() -> None:
            added.append({"uuid": f"{0:031x}{len(added):x}-", "name": f"new-{len(added)}"})
            rows.insert(0, added[-1])

        serve_rows(node, rows, change=add_before_all)
        names = list_names(user, node)
        assert sorted(name for name in names if not name.startswith("new-")) == expected
        assert len(names) == len(set(names))

    def test_tags_are_found_while_others_are_removed(self, user: User, node: ScriptedNode) -> None:
        tags = [{"uuid": f"{number:032x}", "resourceUuid": f"vm-{number}", "tag": "prod"} for number in range(1, 2501)]
        vms = [{"uuid": f"vm-{number}", "name": f"{number}"} for number in (1001, 2001, 2500)]
        serve_rows(node, tags, change=lambda: tags.__delitem__(slice(0, 20)))
        answer = node.next_action()
        node.forget_actions()
        node.respond(json.dumps({"inventories": vms}))
        node.act(answer)
        user.write_profile(node)
        result = user.run("candidates", ISO, "--user-tag", "prod", "--verify-tags", "-o", "name")
        assert (result.code, sorted(result.out.split())) == (0, ["1001", "2001", "2500"])


class TestShortPages:
    @pytest.mark.parametrize("largest_page", [1, 7, 100, 999])
    def test_fewer_records_than_total_are_not_all(self, user: User, node: ScriptedNode, largest_page: int) -> None:
        rows = make_rows(20 if largest_page == 1 else 1500)
        serve_rows(node, rows, largest_page=largest_page)
        assert sorted(list_names(user, node)) == names_of(rows)

    def test_short_page_without_total_is_the_last(self, user: User, node: ScriptedNode) -> None:
        rows = make_rows(1500)
        serve_rows(node, rows, with_total=False)
        assert sorted(list_names(user, node)) == names_of(rows)
        assert len(node.requests) == 2

    def test_iso_on_a_late_page_is_found_by_name(self, user: User, node: ScriptedNode) -> None:
        serve_rows(node, make_rows(250), largest_page=100)
        user.write_profile(node)
        answer = node.next_action()
        node.forget_actions()
        for _ in range(3):
            node.act(answer)
        node.respond('{"inventories": []}')
        assert user.run("candidates", "iso-249").code == 0
        assert node.requests[-1].path.endswith(f"/{249:032x}/vm-candidates")

    @pytest.mark.parametrize("total", [0, -1, 3, None, "1500", True, 1e9, [], {}])
    def test_query_ends_whatever_total_says(self, user: User, node: ScriptedNode, total: object) -> None:
        node.respond(json.dumps({"inventories": make_rows(3), "total": total}))
        assert list_names(user, node) == ["iso-1", "iso-2", "iso-3"]
        assert len(node.requests) <= 3

    @pytest.mark.parametrize(("sent", "total"), [(3, 50), (0, 50), (3, 10**30)])
    def test_fewer_records_than_total_in_all_pages_exit_8(
        self, user: User, node: ScriptedNode, sent: int, total: int
    ) -> None:
        node.respond(json.dumps({"inventories": make_rows(sent), "total": total}))
        user.write_profile(node)
        result = user.run("isos", "-o", "name")
        assert (result.code, result.out) == (8, "")
        assert f"zsiso: incomplete list: the management node sent {sent} of {total} records\n" in result.err

    def test_total_of_a_large_page_is_read(self, user: User, node: ScriptedNode) -> None:
        rows = [{**row, "description": "x" * 6000} for row in make_rows(450)]
        serve_rows(node, rows, largest_page=200)
        assert sorted(list_names(user, node)) == names_of(rows)


class TestUnusualNode:
    def test_node_that_ignores_conditions_is_read_by_number(self, user: User, node: ScriptedNode) -> None:
        rows = make_rows(250)

        def answer(connection: socket.socket) -> None:
            start = int(dict(node.requests[-1].query)["start"])
            body = json.dumps({"inventories": rows[start : start + 100], "total": len(rows)}).encode()
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

        node.act(answer)
        assert sorted(list_names(user, node)) == names_of(rows)

    def test_node_that_ignores_the_order_is_read_by_number(self, user: User, node: ScriptedNode) -> None:
        rows = make_rows(250)[::-1]

        def answer(connection: socket.socket) -> None:
            request = node.requests[-1]
            assert not [value for name, value in request.query if name == "q" and "uuid" in value]
            start = int(dict(request.query)["start"])
            body = json.dumps({"inventories": rows[start : start + 100], "total": len(rows)}).encode()
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

        node.act(answer)
        assert sorted(list_names(user, node)) == names_of(rows)


class TestRecordsWithoutUuid:
    ROWS = (
        {"name": "a"},
        {"name": "a"},
        {"name": "b", "uuid": ""},
        {"name": "b", "uuid": ""},
        {"uuid": None, "name": "c"},
        {"uuid": " ", "name": "d"},
        {"uuid": " ", "name": "d"},
    )

    def test_isos_without_uuid_stay_as_many_rows(self, user: User, node: ScriptedNode) -> None:
        serve_rows(node, [*self.ROWS])
        assert list_names(user, node) == ["a", "a", "b", "b", "c", "d", "d"]

    def test_isos_without_uuid_stay_as_many_rows_on_several_pages(self, user: User, node: ScriptedNode) -> None:
        rows: list[Row] = [{"name": "a"}, {"name": "a"}, *make_rows(1500)]
        serve_rows(node, rows)
        assert sorted(list_names(user, node)) == names_of(rows)

    def test_candidates_without_uuid_stay_as_many_rows(self, user: User, node: ScriptedNode) -> None:
        node.respond(json.dumps({"inventories": [*self.ROWS, {"uuid": "x", "name": "e"}, {"uuid": "x", "name": "e"}]}))
        user.write_profile(node)
        result = user.run("candidates", ISO, "-o", "name")
        assert (result.code, result.out.split()) == (0, ["a", "a", "b", "b", "c", "d", "d", "e"])

    def test_repeated_page_without_uuids_ends_the_query(self, user: User, node: ScriptedNode) -> None:
        node.respond(json.dumps({"inventories": [{"name": "a"}] * 1000}))
        assert list_names(user, node) == ["a"] * 1000
        assert len(node.requests) == 2
