"""Column widths of a table, and its look on a terminal."""

from __future__ import annotations

import json
import re

import pytest
from rich.cells import cell_len

from tests.helpers.hostile_text import strip_colours
from tests.helpers.mock_cloud import list_mock_candidates
from tests.helpers.rendering import build_vm, draw_table
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

VMS = (
    build_vm(
        "a",
        "web-1",
        "Running",
        cpuNum=2,
        memorySize=2**33,
        vmNics=[{"ip": "10.0.8.12"}],
        platform="Linux",
        vmCdRoms=[{}],
    ),
    build_vm(
        "b",
        "the-database-server-of-the-accounting-department",
        "Stopped",
        cpuNum=16,
        memorySize=2**36,
        vmNics=[{"ip": ip} for ip in ("10.0.9.5", "10.1.9.5", "fd00::9:5")],
        platform="Linux",
        vmCdRoms=[{"isoUuid": ISO}],
    ),
    build_vm("c", "数据库-主节点-生产环境-第一集群", "Paused", platform="Windows"),
)


def test_column_widths_without_limit_fit_the_longest_cells() -> None:
    assert draw_table(VMS, None) == [
        "NAME                                              UUID                              STATE    CDROM    CPUS    MEMORY  IP ADDRESSES                   PLATFORM",
        "─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        "web-1                                             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free        2   8.0 GiB  10.0.8.12                      Linux",
        "the-database-server-of-the-accounting-department  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already    16  64.0 GiB  10.0.9.5, 10.1.9.5, fd00::9:5  Linux",
        "数据库-主节点-生产环境-第一集群                   cccccccccccccccccccccccccccccccc  Paused   ?           -         -  -                              Windows",
    ]


def test_column_widths_at_120_columns_count_addresses_and_truncate_names() -> None:
    assert draw_table(VMS, 120) == [
        "NAME                          UUID                              STATE    CDROM    CPUS    MEMORY  IP ADDRESSES  PLATFORM",
        "────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        "web-1                         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free        2   8.0 GiB  10.0.8.12     Linux",
        "the-database-s…ng-department  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already    16  64.0 GiB  10.0.9.5 +2   Linux",
        "数据库-主节点-…环境-第一集群  cccccccccccccccccccccccccccccccc  Paused   ?           -         -  -             Windows",
    ]


def test_column_widths_at_80_columns_drop_addresses_sizes_and_platform() -> None:
    assert draw_table(VMS, 80) == [
        "NAME                          UUID                              STATE    CDROM",
        "────────────────────────────────────────────────────────────────────────────────",
        "web-1                         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free",
        "the-database-s…ng-department  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already",
        "数据库-主节点-…环境-第一集群  cccccccccccccccccccccccccccccccc  Paused   ?",
    ]


def test_column_widths_at_60_columns_keep_name_uuid_and_cdrom() -> None:
    assert draw_table(VMS, 60) == [
        "NAME               UUID                              CDROM",
        "────────────────────────────────────────────────────────────",
        "web-1              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  free",
        "the-data…partment  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  already",
        "数据库-…第一集群   cccccccccccccccccccccccccccccccc  ?",
    ]


def test_column_widths_at_40_columns_keep_name_and_uuid() -> None:
    assert draw_table(VMS, 40) == [
        "NAME    UUID",
        "────────────────────────────────────────",
        "web-1   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "the…nt  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "数…群   cccccccccccccccccccccccccccccccc",
    ]


def test_column_widths_below_uuid_length_keep_the_whole_uuid() -> None:
    assert draw_table(VMS, 20) == [
        "UUID",
        "────────────────────────────────",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "cccccccccccccccccccccccccccccccc",
    ]


def test_table_in_ascii_encoding_has_ascii_rule_and_escapes() -> None:
    assert draw_table(VMS, 60, encoding="ascii") == [
        "NAME               UUID                              CDROM",
        "------------------------------------------------------------",
        "web-1              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  free",
        "the-dat...artment  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  already",
        r"\u6570\...6\u7fa4  cccccccccccccccccccccccccccccccc  ?",
    ]


def test_chosen_columns_are_cut_in_the_middle_and_none_is_left_out() -> None:
    assert draw_table(VMS, 80, "platform", "vmNics.ip", "name", "uuid") == [
        "PLATFORM  vmNics.ip    NAME                     UUID",
        "────────────────────────────────────────────────────────────────────────────────",
        "Linux     10.0.8.12    web-1                    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Linux     10.0.9.5 +2  the-databas…-department  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "Windows   -            数据库-主节…境-第一集群  cccccccccccccccccccccccccccccccc",
    ]


def test_table_of_chosen_columns_overflows_a_narrow_terminal() -> None:
    assert draw_table(VMS, 60, "name", "state", "uuid", "hostUuid", "rootVolumeUuid", "ips") == [
        "NAME              STATE    UUID                              HOST  rootVolumeUuid  IP ADDRESSES",
        "───────────────────────────────────────────────────────────────────────────────────────────────",
        "web-1             Running  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  -     -               10.0.8.12",
        "the-data…artment  Stopped  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  -     -               10.0.9.5 +2",
        "数据库-主…一集群  Paused   cccccccccccccccccccccccccccccccc  -     -               -",
    ]


def test_name_beginning_with_combining_mark_is_truncated() -> None:
    lines = draw_table([build_vm("a", "\u0301" + "n" * 90, "Running")], 80)
    assert cell_len(lines[2]) <= 80
    assert "…nnn" in lines[2]


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 240])
def test_table_of_500_vms_has_one_line_per_vm(width: int) -> None:
    lines = draw_table([build_vm("e", f"web-{number}", "Running") for number in range(500)], width)
    assert len(lines) == 502
    assert {cell_len(line) for line in lines[2:]} == {cell_len(lines[2])}


def test_wide_table_shows_all_wide_columns(user: User) -> None:
    head = list_mock_candidates(user, "-o", "wide").splitlines()[0]
    assert re.split(r"  +", head) == [
        *("NAME", "UUID", "STATE", "CDROM", "CPUS", "MEMORY", "ROOT SIZE", "IP ADDRESSES", "PLATFORM", "GUEST OS"),
        *("ARCH", "HYPERVISOR", "HOST", "CLUSTER", "ZONE", "CREATED", "LAST CHANGE"),
    ]


def test_table_shows_chosen_columns(user: User) -> None:
    assert list_mock_candidates(user, "-c", "name,rootSize,vmCdRoms.isoUuid", "--sort", "rootSize").splitlines()[
        :4
    ] == [
        "NAME           ROOT SIZE  vmCdRoms.isoUuid",
        "──────────────────────────────────────────────────────────",
        "rescue          20.0 GiB  -",
        "win-build       80.0 GiB  3e5e142462c54736b1880b43d49edeba",
    ]


class TestTableOnTerminal:
    @pytest.fixture
    def asked(self, user: User, node: ScriptedNode) -> User:
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
        node.respond(json.dumps({"inventories": rows}))
        user.write_profile(node)
        return user

    @pytest.mark.parametrize("columns", [60, 80, 120, 200])
    def test_table_fits_terminal_width(self, asked: User, columns: int) -> None:
        result = asked.run_on_terminal("candidates", ISO, columns=columns, env={"NO_COLOR": "1"})
        lines = result.out.splitlines()
        assert (result.code, len(lines)) == (0, 4)
        assert max(map(len, lines)) == min(columns, 159)
        assert all(uuid * 32 in line for uuid, line in zip("ab", lines[2:], strict=True))

    def test_table_on_terminal_of_unknown_width_has_80_columns(self, asked: User) -> None:
        result = asked.run_on_terminal("candidates", ISO, columns=0, env={"NO_COLOR": "1"})
        assert max(map(len, result.out.splitlines())) == 80

    def test_only_the_cdrom_state_is_coloured(self, asked: User) -> None:
        result = asked.run_on_terminal("candidates", ISO, columns=80)
        assert "  Running  \x1b[32mfree \x1b[0m  -\n" in result.out
        assert "  Stopped  ?      -\n" in result.out

    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "dumb"}])
    def test_no_color_and_dumb_terminal_disable_colours(self, asked: User, env: dict[str, str]) -> None:
        result = asked.run_on_terminal("candidates", ISO, env=env)
        assert result.code == 0
        assert "\x1b" not in result.out

    def test_empty_colour_variable_counts_as_unset(self, asked: User) -> None:
        assert "\x1b[32m" in asked.run_on_terminal("candidates", ISO, env={"NO_COLOR": ""}).out
        assert "\x1b" not in asked.run("candidates", ISO, env={"FORCE_COLOR": ""}).out

    def test_force_color_colours_table_in_pipe_without_truncating(self, asked: User) -> None:
        out = asked.run("candidates", ISO, env={"FORCE_COLOR": "1"}).out
        assert "\x1b[32mfree \x1b[0m" in out
        assert "x" * 70 in out

    @pytest.mark.parametrize(("columns", "width"), [("80", 80), ("60", 60), ("0", 159), ("x", 159), ("", 159)])
    def test_columns_variable_is_the_width_of_a_pipe_with_forced_colours(
        self, asked: User, columns: str, width: int
    ) -> None:
        result = asked.run("candidates", ISO, env={"FORCE_COLOR": "1", "COLUMNS": columns})
        assert max(map(len, strip_colours(result.out).splitlines())) == width
        assert ("hidden: " in result.err) == (width < 159)

    def test_columns_variable_is_no_width_of_a_pipe_without_forced_colours(self, asked: User) -> None:
        for env in ({}, {"FORCE_COLOR": ""}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}):
            assert "x" * 70 in asked.run("candidates", ISO, env={"COLUMNS": "60", **env}).out

    def test_vm_count_is_written_to_stderr_of_terminal(self, asked: User, node: ScriptedNode) -> None:
        assert asked.run_on_terminal("candidates", ISO, columns=200).err == "2 VM instances\n"
        assert asked.run_on_terminal("candidates", ISO, "-q", columns=200).err == ""
        assert asked.run("candidates", ISO).err == ""
        node.respond('{"inventories": [{"name": "one"}]}')
        asked.run("candidates", ISO)
        assert asked.run_on_terminal("candidates", ISO).err == "1 VM instance\n"

    def test_columns_that_the_window_hides_are_named_on_stderr(self, asked: User) -> None:
        hint = "(-o wide, -c or a wider window shows them)"
        assert asked.run_on_terminal("candidates", ISO, columns=80).err == (
            f"hidden: cpuNum, memorySize, platform {hint}\n2 VM instances\n"
        )
        assert asked.run_on_terminal("candidates", ISO, columns=80, env={"NO_COLOR": "1"}).out.startswith("NAME ")
        assert asked.run_on_terminal("candidates", ISO, "-q", columns=80).err == ""
        assert asked.run_on_terminal("candidates", ISO, "-o", "csv", columns=80).err == ""

    def test_hidden_column_of_isos_is_named_on_stderr(self, user: User) -> None:
        result = user.run_on_terminal("isos", "--mock", columns=60, env={"NO_COLOR": "1"})
        assert result.out.splitlines()[0].split() == ["NAME", "UUID", "SIZE"]
        assert result.err.splitlines()[0] == "hidden: state, status (-o wide, -c or a wider window shows"

    @pytest.mark.parametrize("columns", [20, 40, 80])
    def test_columns_of_wide_table_and_chosen_columns_are_never_hidden(self, asked: User, columns: int) -> None:
        wide = asked.run_on_terminal("candidates", ISO, "-o", "wide", columns=columns, env={"NO_COLOR": "1"})
        assert wide.out.splitlines()[0].split()[-1] == "CHANGE"
        assert "x" * 70 in wide.out
        names = ["state", "name", "uuid", "hostUuid", "description", "ips", "cpuNum"]
        chosen = asked.run_on_terminal("candidates", ISO, "-c", ",".join(names), columns=columns, env={"NO_COLOR": "1"})
        assert chosen.out.splitlines()[0].split() == [
            "STATE",
            "NAME",
            "UUID",
            "HOST",
            "description",
            "IP",
            "ADDRESSES",
            "CPUS",
        ]
        assert wide.err == chosen.err == "2 VM instances\n"

    def test_columns_of_a_profile_are_never_hidden(self, asked: User, node: ScriptedNode) -> None:
        asked.write_profile(node, 'columns = ["name", "uuid", "hostUuid", "rootVolumeUuid", "state"]')
        result = asked.run_on_terminal("candidates", ISO, columns=60, env={"NO_COLOR": "1"})
        assert result.out.splitlines()[0].split() == ["NAME", "UUID", "HOST", "rootVolumeUuid", "STATE"]
