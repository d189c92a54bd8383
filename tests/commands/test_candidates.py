"""``zsiso candidates``: one request, and its response as JSON or as a table."""

from __future__ import annotations

import json
import re

import pytest

from tests.helpers.example import EXAMPLE
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso import __version__

EMPTY = '{"inventories": []}'


def vms(*rows: dict[str, object]) -> str:
    return json.dumps({"inventories": rows})


class TestCandidatesRequest:
    def test_candidates_sends_the_documented_request(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        user.run("candidates", ISO)
        (request,) = node.requests
        assert (request.method, request.target) == ("GET", f"/zstack/v1/images/iso/{ISO}/vm-candidates")
        assert request.headers["authorization"] == f"OAuth {SESSION}"
        assert request.headers["user-agent"] == f"zsiso/{__version__}"
        assert re.fullmatch("[0-9a-f]{32}", request.headers["x-job-uuid"])
        assert "x-json-schema" not in request.headers

    def test_each_candidates_request_has_its_own_job_uuid(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        user.run("candidates", ISO)
        user.run("candidates", ISO)
        assert len({request.headers["x-job-uuid"] for request in node.requests}) == 2

    def test_tag_options_are_sent_unchanged_and_in_order(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        typed = ["a&b=c", "100% +1", "ephemeral::x", "生产环境", "%41", "a;b", "#?/"]
        options = [word for tag in typed for word in ("--system-tag", tag)]
        user.run("candidates", *options, "--user-tag", "x=y", ISO, "--user-tag", "é")
        assert node.requests[0].query == [
            *(("systemTags", tag) for tag in typed),
            ("userTags", "x=y"),
            ("userTags", "é"),
        ]
        # A servlet decodes a plus to a space, but not every proxy does.
        assert "+" not in node.requests[0].target

    def test_tag_with_invalid_utf8_is_sent_unchanged(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        user.run("candidates", ISO, "--user-tag", b"\xff\xfe")
        assert node.requests[0].target.endswith("?userTags=%FF%FE")

    def test_profile_tags_are_sent_unless_tag_options_override_them(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node, 'system_tags = ["s1", "s2"]\nuser_tags = ["u1"]')
        user.run("candidates", ISO)
        user.run("candidates", ISO, "--system-tag", "mine")
        assert node.requests[0].query == [("systemTags", "s1"), ("systemTags", "s2"), ("userTags", "u1")]
        assert node.requests[1].query == [("systemTags", "mine"), ("userTags", "u1")]

    @pytest.mark.parametrize("typed", [ISO.upper(), "3e5e1424-62c5-4736-b188-0b43d49edeba", f"{ISO}-"])
    def test_iso_uuid_with_dashes_or_capitals_is_normalized(self, user: User, node: ScriptedNode, typed: str) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        assert user.run("candidates", typed).code == 0
        assert node.requests[0].path == f"/zstack/v1/images/iso/{ISO}/vm-candidates"

    def test_empty_iso_name_exits_2_and_sends_no_request(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        result = user.run("candidates", "")
        assert (result.code, result.out, node.requests) == (2, "", [])
        assert result.err.startswith("zsiso: ISO is empty\nhint: ")

    def test_path_of_profile_url_is_kept_in_request(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_config(f'[profiles.a]\nurl = "{node.url}/cloud/"\nsession = "s"')
        user.run("candidates", ISO)
        assert node.requests[0].path == f"/cloud/v1/images/iso/{ISO}/vm-candidates"

    def test_options_are_accepted_before_and_after_iso(self, user: User, node: ScriptedNode) -> None:
        node.respond(EXAMPLE)
        user.write_profile(node)
        before = user.run("candidates", "--json", "-p", "test", "--timeout", "9", "-q", ISO)
        after = user.run("candidates", ISO, "-q", "--timeout", "9", "-p", "test", "--json")
        assert before == after
        assert before.code == 0


class TestCandidatesJson:
    BODIES = (
        EXAMPLE,
        b'{"inventories":[]}',
        b'{"inventories":[]}\n',
        b'{"inventories":[]}\n\n',
        b' {"z": 8.589934592E9, "inventories" : [ {"b":1.0,"a":"\\u00e9"} ], "inventories2": null}\r\n ',
        '{"inventories":[{"name":"数据库","n":1e400,"lone":"\\ud800"}]}'.encode(),
        b'{"inventories":[{"n":' + b"9" * 5000 + b"}]}",
    )

    @pytest.mark.parametrize(
        "body",
        BODIES,
        ids=["example", "no newline", "newline", "two newlines", "unusual spacing", "lone surrogate", "huge number"],
    )
    def test_json_output_is_the_response_body_byte_for_byte(self, user: User, node: ScriptedNode, body: bytes) -> None:
        node.respond(body)
        user.write_profile(node)
        expected = body if body.endswith(b"\n") else body + b"\n"
        assert user.run_for_bytes("candidates", ISO, "--json") == expected

    def test_json_output_has_no_colour_on_terminal(self, user: User, node: ScriptedNode) -> None:
        node.respond(EXAMPLE)
        user.write_profile(node)
        result = user.run_on_terminal("candidates", ISO, "--json", columns=60, env={"FORCE_COLOR": "1"})
        assert (result.code, result.out.strip(), result.err) == (0, EXAMPLE.decode().strip(), "")


class TestCandidatesTable:
    def test_table_shows_the_documented_example(self, user: User, node: ScriptedNode) -> None:
        node.respond(EXAMPLE)
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert result.out.splitlines() == [
            "NAME     UUID                              STATE    CDROM  CPUS   MEMORY  IP ADDRESSES  PLATFORM",
            "────────────────────────────────────────────────────────────────────────────────────────────────",
            "Test-VM  f95bdc72e9963a05b8f19b8817f09d9d  Stopped  ?         1  8.0 GiB  192.168.1.10  Linux",
        ]
        assert (result.code, result.err) == (0, "")

    def test_table_is_sorted_by_name_and_marks_missing_values(self, user: User, node: ScriptedNode) -> None:
        node.respond(
            vms(
                {"uuid": "1" * 32, "name": "web-10", "memorySize": 8589934592, "cpuNum": 2},
                {},
                {"uuid": "2" * 32, "name": "Web-2", "memorySize": 1610612736.0, "cpuNum": 1.0, "state": "Running"},
                {"name": "alpha", "vmNics": [{"ip": "10.0.0.1"}, {}, {"ip": "fe80::1"}], "platform": "Windows"},
            )
        )
        user.write_profile(node)
        assert user.run("candidates", ISO).out.splitlines() == [
            "NAME    UUID                              STATE    CDROM  CPUS   MEMORY  IP ADDRESSES       PLATFORM",
            "────────────────────────────────────────────────────────────────────────────────────────────────────",
            "alpha   -                                 -        ?         -        -  10.0.0.1, fe80::1  Windows",
            "Web-2   22222222222222222222222222222222  Running  ?         1  1.5 GiB  -                  -",
            "web-10  11111111111111111111111111111111  -        ?         2  8.0 GiB  -                  -",
            "-       -                                 -        ?         -        -  -                  -",
        ]

    def test_table_shows_values_of_unexpected_types(self, user: User, node: ScriptedNode) -> None:
        node.respond(
            '{"inventories": [{"uuid": 7, "name": {"a": ["é"]}, "state": true, "cpuNum": "many", '
            '"memorySize": 1e999, "vmNics": "none", "platform": ' + "9" * 5000 + "}]}"
        )
        user.write_profile(node)
        head, _, row = user.run("candidates", ISO).out.splitlines()
        assert head == "NAME          UUID  STATE  CDROM  CPUS  MEMORY  IP ADDRESSES  PLATFORM"
        assert row == '{"a": ["é"]}  7     true   ?      many     inf  -             ' + "9" * 5000

    def test_table_escapes_control_characters_and_shows_markup_as_text(self, user: User, node: ScriptedNode) -> None:
        node.respond(vms({"uuid": "a" * 32, "name": "[bold]x[/] [link=http://e]\x1b[31m\n\u202e\u200b\u2028:smile:"}))
        user.write_profile(node)
        row = user.run("candidates", ISO).out.splitlines()[2]
        assert row.startswith(r"[bold]x[/] [link=http://e]\x1b[31m\n\u202e\u200b\u2028:smile:  " + "a" * 32)

    def test_table_in_pipe_is_not_truncated(self, user: User, node: ScriptedNode) -> None:
        node.respond(vms({"uuid": "a" * 32, "name": "n" * 500, "vmNics": [{"ip": f"10.0.0.{n}"} for n in range(60)]}))
        user.write_profile(node)
        row = user.run("candidates", ISO, env={"COLUMNS": "40"}).out.splitlines()[2]
        assert "n" * 500 in row
        assert ", ".join(f"10.0.0.{n}" for n in range(60)) in row

    def test_empty_candidates_list_prints_a_note_with_likely_causes(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (0, "")
        assert result.err == (
            f"No VM instance can take {ISO}. Check that the ISO is on a backup storage, and that VM instances are "
            "Running or Stopped with their root volume on a primary storage that this backup storage serves.\n"
        )
        assert user.run("candidates", ISO, "-q").err == ""
        assert user.run_for_bytes("candidates", ISO, "--json") == b'{"inventories": []}\n'
