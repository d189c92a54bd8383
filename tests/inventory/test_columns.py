"""The columns of a list: which there are, and their values in a record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso.inventory.columns import ISO_IMAGES, VM_INSTANCES, ResourceSchema

RECORDED = Path(__file__).parents[1] / "data" / "recorded" / "exchanges.jsonl"


def show_columns(user: User, node: ScriptedNode, columns: str, *vms: dict[str, Any]) -> list[str]:
    """Return the rows of a CSV with these columns of these VM instances."""
    node.respond(json.dumps({"inventories": vms}))
    user.write_profile(node)
    result = user.run("candidates", ISO, "-o", "csv", "--no-header", "-c", columns)
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


def used(*addresses: object) -> list[dict[str, object]]:
    return [{"uuid": f"{number:032x}", "ip": address} for number, address in enumerate(addresses)]


class TestAddresses:
    @pytest.mark.parametrize(
        ("nics", "shown"),
        [
            ([{"ip": "10.0.0.1"}], "10.0.0.1"),
            ([{"ip": "10.0.0.1", "usedIps": used("10.0.0.1")}], "10.0.0.1"),
            ([{"ip": "10.0.0.1", "usedIps": []}], "10.0.0.1"),
            ([{"ip": "10.0.0.1", "usedIps": used("10.0.0.1", "fd00::1")}], '"10.0.0.1,fd00::1"'),
            ([{"ip": "10.0.0.1", "usedIps": used("fd00::1", "10.0.0.1")}], '"10.0.0.1,fd00::1"'),
            ([{"ip": "10.0.0.1", "usedIps": used("fd00::1")}], '"10.0.0.1,fd00::1"'),
            ([{"usedIps": used("fd00::1", "fd00::2")}], '"fd00::1,fd00::2"'),
            (
                [{"ip": "10.0.0.2", "usedIps": used("10.0.0.2", "fd00::2")}, {"ip": "10.0.0.1", "usedIps": used("10.0.0.1")}],
                '"10.0.0.2,fd00::2,10.0.0.1"',
            ),
            ([{"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}], "10.0.0.1"),
            ([{}], '""'),
            ([], '""'),
            ([{"usedIps": [{"uuid": "a"}]}], '""'),
            ([{"ip": "a", "usedIps": {"ip": "b"}}], '"a,b"'),
            ([{"ip": 1, "usedIps": [7, None, {"ip": 1.0}, {"ip": [2]}, {"ip": [2]}]}, "x"], '"1,[2]"'),
        ],
        ids=(
            "ip only",
            "usedIps repeats ip",
            "empty usedIps",
            "dual stack",
            "IPv6 first",
            "ip not in usedIps",
            "usedIps only",
            "two NICs",
            "two NICs with the same address",
            "NIC without address",
            "no NICs",
            "usedIps without address",
            "usedIps is an object",
            "unusual values",
        ),
    )  # fmt: skip
    def test_ips_has_each_address_once_in_order(
        self, user: User, node: ScriptedNode, nics: list[Any], shown: str
    ) -> None:
        assert show_columns(user, node, "ips", {"vmNics": nics}) == [shown]

    def test_table_counts_addresses_of_dual_stack_nic(self, user: User, node: ScriptedNode) -> None:
        nics = [{"ip": "10.0.0.1", "usedIps": used("10.0.0.1", "2001:db8:1111:2222:3333:4444:5555:6666")}]
        node.respond(json.dumps({"inventories": [{"uuid": "a" * 32, "name": "web", "vmNics": nics}]}))
        user.write_profile(node)
        wide = user.run("candidates", ISO).out.splitlines()[2]
        assert "  10.0.0.1, 2001:db8:1111:2222:3333:4444:5555:6666  " in wide
        narrow = user.run_on_terminal("candidates", ISO, columns=100).out.splitlines()[2]
        assert "  10.0.0.1 +1 " in narrow


class TestNestedLists:
    VMS = (
        {
            "name": "a",
            "vmNics": [
                {"usedIps": [{"ip": "10.0.0.2", "ipVersion": 4}, {"ip": "fd00::2", "ipVersion": 6}]},
                {"usedIps": [{"ip": "10.0.1.2", "ipInBinary": [10, 0, 1, 2]}]},
            ],
        },
        {"name": "b", "vmNics": [{"usedIps": [{"ip": "10.0.0.10", "ipVersion": 4}]}, {"ip": "192.168.0.1"}]},
        {"name": "c", "vmNics": [{"usedIps": {"ip": "10.0.0.1"}}, 5, {"usedIps": None}]},
        {"name": "d"},
    )

    def test_column_reads_list_within_list(self, user: User, node: ScriptedNode) -> None:
        columns = "name,vmNics.usedIps.ip,vmNics.usedIps.ipVersion,vmNics.usedIps.ipInBinary"
        assert show_columns(user, node, columns, *self.VMS) == [
            'a,"10.0.0.2,fd00::2,10.0.1.2","4,6","[10, 0, 1, 2]"',
            "b,10.0.0.10,4,",
            "c,10.0.0.1,,",
            "d,,,",
        ]

    def test_column_shows_list_within_list_as_json(self, user: User, node: ScriptedNode) -> None:
        assert show_columns(user, node, "vmNics.usedIps", self.VMS[1]) == [
            '"[{""ip"": ""10.0.0.10"", ""ipVersion"": 4}]"',
        ]

    def test_list_is_sorted_by_list_within_list(self, user: User, node: ScriptedNode) -> None:
        node.respond(json.dumps({"inventories": self.VMS}))
        user.write_profile(node)
        result = user.run("candidates", ISO, "-o", "name", "--sort", "vmNics.usedIps.ip")
        assert result.out == "c\na\nb\nd\n"

    def test_unknown_field_within_nested_list_is_usage_error(self, user: User, node: ScriptedNode) -> None:
        user.write_profile(node)
        result = user.run("candidates", ISO, "-c", "vmNics.usedIps.ips")
        assert (result.code, node.requests) == (2, [])
        assert 'did you mean "vmNics.usedIps.ip"' in result.err


@pytest.mark.parametrize(
    ("schema", "marker"), [(VM_INSTANCES, "memorySize"), (ISO_IMAGES, "mediaType")], ids=["VM instances", "images"]
)
def test_every_recorded_field_is_a_column(schema: ResourceSchema, marker: str) -> None:
    recorded = {
        path for exchange in read_exchanges() for row in find_rows(exchange, marker) for path in list_paths(row)
    }
    assert len(recorded) > 20
    assert sorted(recorded - set(schema.names)) == []


def read_exchanges() -> Iterator[dict[str, Any]]:
    for line in RECORDED.read_text(encoding="utf-8").splitlines():
        body = json.loads(line)["response"]["body"]
        if body.startswith("{"):
            yield json.loads(body)


def find_rows(body: dict[str, Any], marker: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a body that have the field ``marker``, as only records of one kind have."""
    yield from (row for row in [*body.get("inventories", ()), body.get("inventory", {})] if marker in row)


def list_paths(value: object, parents: str = "") -> Iterator[str]:
    """Yield the path of each field, and of each field of the objects in lists."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield f"{parents}{name}"
            yield from list_paths(child, f"{parents}{name}.")
    elif isinstance(value, list):
        for item in value:
            yield from list_paths(item, parents)


def test_empty_address_is_left_out(user: User, node: ScriptedNode) -> None:
    nics = [{"ip": "10.0.0.1", "usedIps": [{"ip": ""}]}, {"ip": ""}]
    assert show_columns(user, node, "ips", {"uuid": "a", "vmNics": nics}) == ["10.0.0.1"]
