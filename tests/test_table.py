"""What a table gives up to fit a window, and how it looks on a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.command import ISO, User
from tests.shown import as_table
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.output.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.node import Node


def vm(uuid: str, name: str, state: str, **more: object) -> Record:
    fields = {"uuid": uuid * 32, "name": name, "state": state, **more}
    return next(unique_candidates([Record(fields, "")], ISO))


VMS = (
    vm(
        "a",
        "web-1",
        "Running",
        cpuNum=2,
        memorySize=2**33,
        vmNics=[{"ip": "10.0.8.12"}],
        platform="Linux",
        vmCdRoms=[{}],
    ),
    vm(
        "b",
        "the-database-server-of-the-accounting-department",
        "Stopped",
        cpuNum=16,
        memorySize=2**36,
        vmNics=[{"ip": ip} for ip in ("10.0.9.5", "10.1.9.5", "fd00::9:5")],
        platform="Linux",
        vmCdRoms=[{"isoUuid": ISO}],
    ),
    vm("c", "数据库-主节点-生产环境-第一集群", "Paused", platform="Windows"),
)


def drawn(vms: Sequence[Record], width: int | None, *names: str, encoding: str = "utf-8") -> list[str]:
    shown = names or VM_INSTANCES.table
    return as_table(vms, shown, Terminal(width, colour=False, encoding=encoding), requested=bool(names)).splitlines()


def test_whole() -> None:
    assert drawn(VMS, None) == [
        "NAME                                              UUID                              STATE    CDROM    CPUS  MEMORY  IP ADDRESSES                   PLATFORM",
        "───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        "web-1                                             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free        2   8 GiB  10.0.8.12                      Linux",
        "the-database-server-of-the-accounting-department  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already    16  64 GiB  10.0.9.5, 10.1.9.5, fd00::9:5  Linux",
        "数据库-主节点-生产环境-第一集群                   cccccccccccccccccccccccccccccccc  Paused   ?           -       -  -                              Windows",
    ]


def test_at_120_columns_addresses_are_counted_and_names_cut() -> None:
    assert drawn(VMS, 120) == [
        "NAME                            UUID                              STATE    CDROM    CPUS  MEMORY  IP ADDRESSES  PLATFORM",
        "────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        "web-1                           aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free        2   8 GiB  10.0.8.12     Linux",
        "the-database-server-of-the-ac…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already    16  64 GiB  10.0.9.5 +2   Linux",
        "数据库-主节点-生产环境-第一集…  cccccccccccccccccccccccccccccccc  Paused   ?           -       -  -             Windows",
    ]


def test_at_80_columns_addresses_sizes_and_platform_give_way() -> None:
    assert drawn(VMS, 80) == [
        "NAME                          UUID                              STATE    CDROM",
        "────────────────────────────────────────────────────────────────────────────────",
        "web-1                         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free",
        "the-database-server-of-the-…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already",
        "数据库-主节点-生产环境-第一…  cccccccccccccccccccccccccccccccc  Paused   ?",
    ]


def test_at_60_columns_name_uuid_and_drives_remain() -> None:
    assert drawn(VMS, 60) == [
        "NAME               UUID                              CDROM",
        "────────────────────────────────────────────────────────────",
        "web-1              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  free",
        "the-database-ser…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  already",
        "数据库-主节点-生…  cccccccccccccccccccccccccccccccc  ?",
    ]


def test_at_40_columns_name_and_uuid_remain() -> None:
    assert drawn(VMS, 40) == [
        "NAME    UUID",
        "────────────────────────────────────────",
        "web-1   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "the-d…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "数据…   cccccccccccccccccccccccccccccccc",
    ]


def test_narrower_than_a_uuid_the_uuid_stays_whole() -> None:
    assert drawn(VMS, 20) == [
        "UUID",
        "────────────────────────────────",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "cccccccccccccccccccccccccccccccc",
    ]


def test_in_an_encoding_without_rules() -> None:
    assert drawn(VMS, 60, encoding="ascii") == [
        "NAME               UUID                              CDROM",
        "------------------------------------------------------------",
        "web-1              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  free",
        "the-database-s...  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  already",
        r"\u6570\u636e\u...  cccccccccccccccccccccccccccccccc  ?",
    ]


def test_columns_that_were_asked_for_are_cut_before_the_last_is_given_up() -> None:
    assert drawn(VMS, 70, "platform", "vmNics.ip", "hostUuid", "name", "uuid") == [
        "PLATFORM  NAME                        UUID",
        "──────────────────────────────────────────────────────────────────────",
        "Linux     web-1                       aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Linux     the-database-server-of-th…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "Windows   数据库-主节点-生产环境-第…  cccccccccccccccccccccccccccccccc",
    ]


names = st.text(st.characters(exclude_categories=()), max_size=80)


def test_a_name_that_begins_with_a_mark_is_cut_like_any_other() -> None:
    lines = drawn([vm("a", "\u0301" + "n" * 90, "Running")], 80)
    assert cell_len(lines[2]) <= 80
    assert "…  " + "a" * 32 in lines[2]


nics = st.lists(st.fixed_dictionaries({"ip": st.ip_addresses().map(str)}), max_size=8)


@given(
    st.lists(st.builds(vm, st.just("f"), names, st.sampled_from(["Running", "Stopped"]), vmNics=nics), max_size=5),
    st.integers(32, 300),
)
def test_fits_every_window_and_breaks_no_uuid(vms: list[Record], width: int) -> None:
    lines = drawn(vms, width)
    assert len(lines) == 2 + len(vms)
    assert all(cell_len(line) <= width for line in lines)
    assert all("f" * 32 in line for line in lines[2:])


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 240])
def test_of_five_hundred_is_a_line_each(width: int) -> None:
    lines = drawn([vm("e", f"web-{number}", "Running") for number in range(500)], width)
    assert len(lines) == 502
    assert {cell_len(line) for line in lines[2:]} == {cell_len(lines[2])}


class TestOnATerminal:
    @pytest.fixture
    def asked(self, user: User, node: Node) -> User:
        rows = [
            {
                "uuid": "a" * 32,
                "name": "web-1",
                "state": "Running",
                "cpuNum": 2,
                "memorySize": 2**33,
                "platform": "Linux",
                "vmCdRoms": [{}],
            },
            {"uuid": "b" * 32, "name": "x" * 70, "state": "Stopped"},
        ]
        node.answers(json.dumps({"inventories": rows}))
        user.has_profile(node)
        return user

    @pytest.mark.parametrize("columns", [60, 80, 120, 200])
    def test_it_fits_the_window(self, asked: User, columns: int) -> None:
        result = asked.sees("candidates", ISO, columns=columns, env={"NO_COLOR": "1"})
        lines = result.out.splitlines()
        assert (result.code, len(lines)) == (0, 4)
        assert max(map(len, lines)) == min(columns, 158)
        assert all(uuid * 32 in line for uuid, line in zip("ab", lines[2:], strict=True))

    def test_a_terminal_that_does_not_know_its_width_has_80_columns(self, asked: User) -> None:
        result = asked.sees("candidates", ISO, columns=0, env={"NO_COLOR": "1"})
        assert max(map(len, result.out.splitlines())) == 80

    def test_only_the_cdrom_state_is_coloured(self, asked: User) -> None:
        result = asked.sees("candidates", ISO, columns=80)
        assert "  Running  \x1b[32mfree \x1b[0m  -\n" in result.out
        assert "  Stopped  ?      -\n" in result.out

    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "dumb"}])
    def test_nothing_is_coloured(self, asked: User, env: dict[str, str]) -> None:
        result = asked.sees("candidates", ISO, env=env)
        assert result.code == 0
        assert "\x1b" not in result.out

    def test_an_empty_variable_is_an_unset_one(self, asked: User) -> None:
        assert "\x1b[32m" in asked.sees("candidates", ISO, env={"NO_COLOR": ""}).out
        assert "\x1b" not in asked.runs("candidates", ISO, env={"FORCE_COLOR": ""}).out

    def test_colour_is_forced_in_a_pipe_where_nothing_is_cut(self, asked: User) -> None:
        out = asked.runs("candidates", ISO, env={"FORCE_COLOR": "1"}).out
        assert "\x1b[32mfree \x1b[0m" in out
        assert "x" * 70 in out

    def test_the_count_is_on_stderr(self, asked: User, node: Node) -> None:
        assert asked.sees("candidates", ISO).err == "2 VM instances\n"
        assert asked.sees("candidates", ISO, "-q").err == ""
        assert asked.runs("candidates", ISO).err == ""
        node.answers('{"inventories": [{"name": "one"}]}')
        asked.runs("candidates", ISO)
        assert asked.sees("candidates", ISO).err == "1 VM instance\n"
