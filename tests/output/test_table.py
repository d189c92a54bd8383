"""What a table leaves out to fit a terminal, and how it looks on one."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

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


def test_whole() -> None:
    assert draw_table(VMS, None) == [
        "NAME                                              UUID                              STATE    CDROM    CPUS  MEMORY  IP ADDRESSES                   PLATFORM",
        "───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        "web-1                                             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free        2   8 GiB  10.0.8.12                      Linux",
        "the-database-server-of-the-accounting-department  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already    16  64 GiB  10.0.9.5, 10.1.9.5, fd00::9:5  Linux",
        "数据库-主节点-生产环境-第一集群                   cccccccccccccccccccccccccccccccc  Paused   ?           -       -  -                              Windows",
    ]


def test_at_120_columns_addresses_are_counted_and_names_cut() -> None:
    assert draw_table(VMS, 120) == [
        "NAME                            UUID                              STATE    CDROM    CPUS  MEMORY  IP ADDRESSES  PLATFORM",
        "────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
        "web-1                           aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free        2   8 GiB  10.0.8.12     Linux",
        "the-database-server-of-the-ac…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already    16  64 GiB  10.0.9.5 +2   Linux",
        "数据库-主节点-生产环境-第一集…  cccccccccccccccccccccccccccccccc  Paused   ?           -       -  -             Windows",
    ]


def test_at_80_columns_addresses_sizes_and_platform_give_way() -> None:
    assert draw_table(VMS, 80) == [
        "NAME                          UUID                              STATE    CDROM",
        "────────────────────────────────────────────────────────────────────────────────",
        "web-1                         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  Running  free",
        "the-database-server-of-the-…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  Stopped  already",
        "数据库-主节点-生产环境-第一…  cccccccccccccccccccccccccccccccc  Paused   ?",
    ]


def test_at_60_columns_name_uuid_and_drives_remain() -> None:
    assert draw_table(VMS, 60) == [
        "NAME               UUID                              CDROM",
        "────────────────────────────────────────────────────────────",
        "web-1              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  free",
        "the-database-ser…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  already",
        "数据库-主节点-生…  cccccccccccccccccccccccccccccccc  ?",
    ]


def test_at_40_columns_name_and_uuid_remain() -> None:
    assert draw_table(VMS, 40) == [
        "NAME    UUID",
        "────────────────────────────────────────",
        "web-1   aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "the-d…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "数据…   cccccccccccccccccccccccccccccccc",
    ]


def test_narrower_than_a_uuid_the_uuid_stays_whole() -> None:
    assert draw_table(VMS, 20) == [
        "UUID",
        "────────────────────────────────",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "cccccccccccccccccccccccccccccccc",
    ]


def test_in_an_encoding_without_rules() -> None:
    assert draw_table(VMS, 60, encoding="ascii") == [
        "NAME               UUID                              CDROM",
        "------------------------------------------------------------",
        "web-1              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  free",
        "the-database-s...  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  already",
        r"\u6570\u636e\u...  cccccccccccccccccccccccccccccccc  ?",
    ]


def test_columns_that_were_asked_for_are_cut_before_the_last_is_given_up() -> None:
    assert draw_table(VMS, 70, "platform", "vmNics.ip", "hostUuid", "name", "uuid") == [
        "PLATFORM  NAME                        UUID",
        "──────────────────────────────────────────────────────────────────────",
        "Linux     web-1                       aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Linux     the-database-server-of-th…  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "Windows   数据库-主节点-生产环境-第…  cccccccccccccccccccccccccccccccc",
    ]


def test_a_name_that_begins_with_a_mark_is_cut_like_any_other() -> None:
    lines = draw_table([build_vm("a", "\u0301" + "n" * 90, "Running")], 80)
    assert cell_len(lines[2]) <= 80
    assert "…  " + "a" * 32 in lines[2]


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 240])
def test_of_five_hundred_is_a_line_each(width: int) -> None:
    lines = draw_table([build_vm("e", f"web-{number}", "Running") for number in range(500)], width)
    assert len(lines) == 502
    assert {cell_len(line) for line in lines[2:]} == {cell_len(lines[2])}


class TestOnATerminal:
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
            },
            {"uuid": "b" * 32, "name": "x" * 70, "state": "Stopped"},
        ]
        node.respond(json.dumps({"inventories": rows}))
        user.write_profile(node)
        return user

    @pytest.mark.parametrize("columns", [60, 80, 120, 200])
    def test_it_fits_the_window(self, asked: User, columns: int) -> None:
        result = asked.run_on_terminal("candidates", ISO, columns=columns, env={"NO_COLOR": "1"})
        lines = result.out.splitlines()
        assert (result.code, len(lines)) == (0, 4)
        assert max(map(len, lines)) == min(columns, 158)
        assert all(uuid * 32 in line for uuid, line in zip("ab", lines[2:], strict=True))

    def test_a_terminal_that_does_not_know_its_width_has_80_columns(self, asked: User) -> None:
        result = asked.run_on_terminal("candidates", ISO, columns=0, env={"NO_COLOR": "1"})
        assert max(map(len, result.out.splitlines())) == 80

    def test_states_are_coloured(self, asked: User) -> None:
        result = asked.run_on_terminal("candidates", ISO, columns=80)
        assert "\x1b[32mRunning\x1b[0m" in result.out
        assert "\x1b[31mStopped\x1b[0m" in result.out

    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "dumb"}])
    def test_nothing_is_coloured(self, asked: User, env: dict[str, str]) -> None:
        result = asked.run_on_terminal("candidates", ISO, env=env)
        assert result.code == 0
        assert "\x1b" not in result.out

    def test_an_empty_variable_is_an_unset_one(self, asked: User) -> None:
        assert "\x1b[32m" in asked.run_on_terminal("candidates", ISO, env={"NO_COLOR": ""}).out
        assert "\x1b" not in asked.run("candidates", ISO, env={"FORCE_COLOR": ""}).out

    def test_colour_is_forced_in_a_pipe_where_nothing_is_cut(self, asked: User) -> None:
        out = asked.run("candidates", ISO, env={"FORCE_COLOR": "1"}).out
        assert "\x1b[32mRunning\x1b[0m" in out
        assert "x" * 70 in out

    def test_the_count_is_on_stderr(self, asked: User, node: ScriptedNode) -> None:
        assert asked.run_on_terminal("candidates", ISO).err == "2 VM instances\n"
        assert asked.run_on_terminal("candidates", ISO, "-q").err == ""
        assert asked.run("candidates", ISO).err == ""
        node.respond('{"inventories": [{"name": "one"}]}')
        asked.run("candidates", ISO)
        assert asked.run_on_terminal("candidates", ISO).err == "1 VM instance\n"
