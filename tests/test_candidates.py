"""The main job: one request, its answer as JSON or as a table."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command import ISO, SESSION, User
from tests.node import Node
from zsiso import __version__

EXAMPLE = (Path(__file__).parent / "data" / "example-response.json").read_bytes()
EMPTY = '{"inventories": []}'


def vms(*rows: dict[str, object]) -> str:
    return json.dumps({"inventories": rows})


class TestRequest:
    def test_is_the_documented_call(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        user.runs("candidates", ISO)
        (seen,) = node.seen
        assert (seen.method, seen.target) == ("GET", f"/zstack/v1/images/iso/{ISO}/vm-candidates")
        assert seen.headers["authorization"] == f"OAuth {SESSION}"
        assert seen.headers["user-agent"] == f"zsiso/{__version__}"
        assert re.fullmatch("[0-9a-f]{32}", seen.headers["x-job-uuid"])
        assert "x-json-schema" not in seen.headers

    def test_has_a_job_uuid_of_its_own(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        user.runs("candidates", ISO)
        user.runs("candidates", ISO)
        assert len({seen.headers["x-job-uuid"] for seen in node.seen}) == 2

    def test_carries_tags_as_typed_and_in_order(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        typed = ["a&b=c", "100% +1", "ephemeral::x", "生产环境", "%41", "", "a;b", "#?/"]
        options = [word for tag in typed for word in ("--system-tag", tag)]
        user.runs("candidates", *options, "--user-tag", "x=y", ISO, "--user-tag", "é")
        assert node.seen[0].query == [*(("systemTags", tag) for tag in typed), ("userTags", "x=y"), ("userTags", "é")]
        # A servlet takes a plus for a space, yet not every proxy does.
        assert "+" not in node.seen[0].target

    def test_carries_bytes_that_are_no_text(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        user.runs("candidates", ISO, "--user-tag", b"\xff\xfe")
        assert node.seen[0].target.endswith("?userTags=%FF%FE")

    def test_carries_the_profile_s_tags_unless_options_give_some(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node, 'system_tags = ["s1", "s2"]\nuser_tags = ["u1"]')
        user.runs("candidates", ISO)
        user.runs("candidates", ISO, "--system-tag", "mine")
        assert node.seen[0].query == [("systemTags", "s1"), ("systemTags", "s2"), ("userTags", "u1")]
        assert node.seen[1].query == [("systemTags", "mine"), ("userTags", "u1")]

    @pytest.mark.parametrize("typed", [ISO.upper(), "3e5e1424-62c5-4736-b188-0b43d49edeba", f"{ISO}-"])
    def test_puts_dashes_and_capitals_of_the_uuid_right(self, user: User, node: Node, typed: str) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        assert user.runs("candidates", typed).code == 0
        assert node.seen[0].path == f"/zstack/v1/images/iso/{ISO}/vm-candidates"

    def test_of_an_empty_name_is_not_sent(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        result = user.runs("candidates", "")
        assert (result.code, result.out, node.seen) == (2, "", [])
        assert result.err.startswith("zsiso: the ISO's name is empty\nhint: ")

    def test_keeps_the_url_s_own_path(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.writes_config(f'[profiles.a]\nurl = "{node.url}/cloud/"\nsession = "s"')
        user.runs("candidates", ISO)
        assert node.seen[0].path == f"/cloud/v1/images/iso/{ISO}/vm-candidates"

    def test_options_may_stand_anywhere(self, user: User, node: Node) -> None:
        node.answers(EXAMPLE)
        user.has_profile(node)
        before = user.runs("candidates", "--json", "-p", "test", "--timeout", "9", "-q", ISO)
        after = user.runs("candidates", ISO, "-q", "--timeout", "9", "-p", "test", "--json")
        assert before == after
        assert before.code == 0


class TestJson:
    BODIES = (
        EXAMPLE,
        b'{"inventories":[]}',
        b'{"inventories":[]}\n',
        b'{"inventories":[]}\n\n',
        b' {"z": 8.589934592E9, "inventories" : [ {"b":1.0,"a":"\\u00e9"} ], "inventories2": null}\r\n ',
        '{"inventories":[{"name":"数据库","n":1e400,"lone":"\\ud800"}]}'.encode(),
        b'{"inventories":[{"n":' + b"9" * 5000 + b"}]}",
    )

    @pytest.mark.parametrize("body", BODIES)
    def test_is_the_body_byte_for_byte(self, user: User, node: Node, body: bytes) -> None:
        node.answers(body)
        user.has_profile(node)
        expected = body if body.endswith(b"\n") else body + b"\n"
        assert user.runs_raw("candidates", ISO, "--json") == expected

    def test_has_no_colour_even_on_a_terminal(self, user: User, node: Node) -> None:
        node.answers(EXAMPLE)
        user.has_profile(node)
        result = user.sees("candidates", ISO, "--json", columns=60, env={"FORCE_COLOR": "1"})
        assert (result.code, result.out.strip(), result.err) == (0, EXAMPLE.decode().strip(), "")


class TestTable:
    def test_of_the_documented_example(self, user: User, node: Node) -> None:
        node.answers(EXAMPLE)
        user.has_profile(node)
        result = user.runs("candidates", ISO)
        assert result.out.splitlines() == [
            "NAME     UUID                              STATE    CDROM  CPUS  MEMORY  IP ADDRESSES  PLATFORM",
            "───────────────────────────────────────────────────────────────────────────────────────────────",
            "Test-VM  f95bdc72e9963a05b8f19b8817f09d9d  Stopped  ?         1   8 GiB  192.168.1.10  Linux",
        ]
        assert (result.code, result.err) == (0, "")

    def test_is_sorted_by_name_and_says_what_is_missing(self, user: User, node: Node) -> None:
        node.answers(
            vms(
                {"uuid": "1" * 32, "name": "web-10", "memorySize": 8589934592, "cpuNum": 2},
                {},
                {"uuid": "2" * 32, "name": "Web-2", "memorySize": 1610612736.0, "cpuNum": 1.0, "state": "Running"},
                {"name": "alpha", "vmNics": [{"ip": "10.0.0.1"}, {}, {"ip": "fe80::1"}], "platform": "Windows"},
            )
        )
        user.has_profile(node)
        assert user.runs("candidates", ISO).out.splitlines() == [
            "NAME    UUID                              STATE    CDROM  CPUS   MEMORY  IP ADDRESSES       PLATFORM",
            "────────────────────────────────────────────────────────────────────────────────────────────────────",
            "alpha   -                                 -        ?         -        -  10.0.0.1, fe80::1  Windows",
            "Web-2   22222222222222222222222222222222  Running  ?         1  1.5 GiB  -                  -",
            "web-10  11111111111111111111111111111111  -        ?         2    8 GiB  -                  -",
            "-       -                                 -        ?         -        -  -                  -",
        ]

    def test_shows_values_of_a_kind_that_nobody_promised(self, user: User, node: Node) -> None:
        node.answers(
            '{"inventories": [{"uuid": 7, "name": {"a": ["é"]}, "state": true, "cpuNum": "many", '
            '"memorySize": 1e999, "vmNics": "none", "platform": ' + "9" * 5000 + "}]}"
        )
        user.has_profile(node)
        head, _, row = user.runs("candidates", ISO).out.splitlines()
        assert head == "NAME          UUID  STATE  CDROM  CPUS  MEMORY  IP ADDRESSES  PLATFORM"
        assert row == '{"a": ["é"]}  7     true   ?      many     inf  -             ' + "9" * 5000

    def test_shows_what_a_tenant_typed_as_text(self, user: User, node: Node) -> None:
        node.answers(vms({"uuid": "a" * 32, "name": "[bold]x[/] [link=http://e]\x1b[31m\n\u202e\u200b\u2028:smile:"}))
        user.has_profile(node)
        row = user.runs("candidates", ISO).out.splitlines()[2]
        assert row.startswith(r"[bold]x[/] [link=http://e]\x1b[31m\n\u202e\u200b\u2028:smile:  " + "a" * 32)

    def test_cuts_nothing_in_a_pipe(self, user: User, node: Node) -> None:
        node.answers(vms({"uuid": "a" * 32, "name": "n" * 500, "vmNics": [{"ip": f"10.0.0.{n}"} for n in range(60)]}))
        user.has_profile(node)
        row = user.runs("candidates", ISO, env={"COLUMNS": "40"}).out.splitlines()[2]
        assert "n" * 500 in row
        assert ", ".join(f"10.0.0.{n}" for n in range(60)) in row

    def test_of_nobody_is_a_note_that_says_what_to_check(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (0, "")
        assert result.err == (
            f"No VM instance can take ISO {ISO}. Check that the image is on a backup storage, and that VMs are "
            "Running or Stopped with their root volume on a primary storage that this backup storage serves.\n"
        )
        assert user.runs("candidates", ISO, "-q").err == ""
        assert user.runs_raw("candidates", ISO, "--json") == b'{"inventories": []}\n'


class TestTimeout:
    @pytest.mark.parametrize("typed", ["0", "-1", "nan", "inf", "soon", ""])
    def test_must_be_a_positive_number(self, user: User, node: Node, typed: str) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        result = user.runs("candidates", ISO, "--timeout", typed)
        assert (result.code, result.out, node.seen) == (2, "", [])
        assert "--timeout" in result.err

    def test_may_be_longer_than_anyone_waits(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        assert user.runs("candidates", ISO, "--timeout", "1e300").code == 0

    @pytest.mark.parametrize("where", ["option", "profile"])
    def test_ends_a_call_that_is_not_answered(self, user: User, node: Node, where: str) -> None:
        node.hangs()
        user.has_profile(node, "timeout = 0.2" if where == "profile" else "")
        options = ["--timeout", "0.2"] if where == "option" else []
        result = user.runs("candidates", ISO, *options)
        assert (result.code, result.out) == (7, "")
        assert result.err.startswith("zsiso: no whole answer within 0.2 seconds\n  asked: GET http://127.0.0.1:")
        assert "--timeout SECONDS" in result.err

    def test_ends_a_body_that_drips(self, user: User, node: Node) -> None:
        def drip(connection: object) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")  # type: ignore[attr-defined]
            while not node.ended.wait(0.05):
                connection.sendall(b" ")  # type: ignore[attr-defined]

        node.does(drip)
        user.has_profile(node)
        result = user.runs("candidates", ISO, "--json", "--timeout", "0.5")
        assert (result.code, result.out) == (7, "")
