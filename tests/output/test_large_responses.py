"""A large response is shown like a small one."""

from __future__ import annotations

import json

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Projection
from zsiso.inventory.sorting import SortOrder
from zsiso.output.list_writer import required_projection
from zsiso.output.options import OutputFormat, OutputSettings
from zsiso.transport.body import LARGE_BODY_BYTES


def test_projection_has_only_shown_and_sorted_fields() -> None:
    assert required_projection(
        OutputSettings(OutputFormat.TABLE, ("name", "ips"), SortOrder("rootSize"), header=True, print0=False),
        VM_INSTANCES,
    ) == Projection(
        frozenset({"uuid", "name", "vmNics.ip", "vmNics.usedIps.ip", "allVolumes.type", "allVolumes.size"}),
        texts=False,
    )


@pytest.mark.parametrize(
    ("output", "texts"),
    [(OutputFormat.UUID, False), (OutputFormat.NAME, False), (OutputFormat.JSON, True), (OutputFormat.JSONL, True)],
)
def test_projection_of_format_without_columns_has_no_columns(output: OutputFormat, texts: bool) -> None:
    settings = OutputSettings(output, None, SortOrder("state"), header=True, print0=False)
    assert required_projection(settings, VM_INSTANCES) == Projection(frozenset({"uuid", "name", "state"}), texts=texts)


@pytest.mark.parametrize(
    "options",
    [
        ("--json",),
        ("--json", "--attachable"),
        *(("-o", form) for form in ("table", "wide", "tree", "jsonl", "csv", "tsv", "uuid", "name")),
        ("-o", "csv", "-c", "uuid,vmNics,vmNics.mac,rootSize", "--sort", "rootSize:desc"),
        ("-o", "csv", "-c", "ips,vmNics.usedIps,vmNics.usedIps.ip", "--sort", "vmNics.usedIps.ip"),
    ],
    ids=" ".join,
)
def test_large_response_is_shown_like_small_response(user: User, node: ScriptedNode, options: tuple[str, ...]) -> None:
    rows = [
        {
            "uuid": f"{number:032x}",
            "name": f"vm-{number} 数据",
            "vmNics": [
                {
                    "ip": f"10.0.{nic}.{number}",
                    "mac": "x",
                    "usedIps": [{"ip": f"10.0.{nic}.{number}"}, {"ip": "fd00::1"}],
                }
                for nic in range(number % 3)
            ],
            "allVolumes": [{"type": "Root", "size": number * 2**30}],
            "vmCdRoms": [{}] * (number % 2),
        }
        for number in range(50)
    ]
    small = json.dumps({"inventories": rows}, ensure_ascii=False)
    # The same rows again and again: a VM instance that is listed twice is shown once, except in raw JSON.
    large = json.dumps({"inventories": rows * (LARGE_BODY_BYTES // len(small) + 2)}, ensure_ascii=False)
    assert len(large) > LARGE_BODY_BYTES
    user.write_profile(node)
    results = []
    for body in (small, large):
        node.respond(body)
        node.next_action()
        results.append(user.run("candidates", ISO, "-q", *options))
        assert (results[-1].code, results[-1].err) == (0, "")
    if options == ("--json",):
        assert [result.out for result in results] == [small + "\n", large + "\n"]
    else:
        assert results[0].out == results[1].out
