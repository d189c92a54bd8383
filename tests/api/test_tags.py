"""Tag queries and ``--verify-tags``: which VM instances have which tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.helpers.mock_cloud import MockCloud, cloud_with_records
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node
from zsiso.mock_node import MockRequest, MockResponse


class TestTags:
    @pytest.mark.parametrize(
        ("options", "names"),
        [
            (["--user-tag", "prod"], ["web-2", "web-10", "数据库-主节点"]),
            (["--user-tag", "prod", "--system-tag", "vmPriority::High"], ["web-2", "数据库-主节点"]),
            (["--user-tag", "a,b 100%"], ["web-2"]),
            (["--user-tag", "prod", "--user-tag", "build"], []),
            # The text must match exactly, although the node's database ignores case and expands wildcards.
            (["--user-tag", "PROD"], []),
            (["--user-tag", "pro%"], []),
            (["--system-tag", "prod"], []),
            (["--user-tag", "prod", "--attachable"], ["web-2", "数据库-主节点"]),
        ],
    )
    def test_verify_tags_keeps_vms_with_every_tag(self, user: User, options: list[str], names: list[str]) -> None:
        result = user.run("candidates", "--mock", "-q", "--verify-tags", "-o", "name", *options)
        assert (result.code, result.out.splitlines()) == (0, names)

    def test_verify_tags_checks_tags_of_profile(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://a"\nuser_tags = ["prod"]\nverify_tags = true\n')
        assert user.run("candidates", "--mock", "-o", "name").out.splitlines() == ["web-2", "web-10", "数据库-主节点"]
        assert len(user.run("candidates", "--mock", "-o", "uuid", "--no-verify-tags").out.splitlines()) == 7

    def test_unverified_tags_print_note(self, user: User) -> None:
        note = "The node may have ignored the tags; use --verify-tags to check them.\n"
        for output in ("table", "json", "name"):
            assert user.run("candidates", "--mock", "--user-tag", "prod", "-o", output).err == note
        assert user.run("candidates", "--mock", "--system-tag", "x", "-q").err == ""
        assert user.run("candidates", "--mock", "--user-tag", "prod", "--verify-tags").err == ""

    def test_verify_tags_without_tags_exits_2(self, user: User, node: ScriptedNode) -> None:
        user.write_profile(node)
        result = user.run("candidates", ISO, "--verify-tags")
        assert (result.code, result.out, node.requests) == (2, "", [])
        user.write_config('[profiles.a]\nurl = "http://a"\nverify_tags = true\n')
        assert user.run("candidates", "--mock").code == 0


def make_tag(number: int, tag_text: str) -> dict[str, Any]:
    return {
        "uuid": f"{number:032x}",
        "resourceUuid": f"vm-{number}",
        "resourceType": "VmInstanceVO",
        "tag": tag_text,
        "type": "User",
    }


# All that follows the conditions in a query for one page of tags.
PAGE = (
    ("limit", "1000"),
    ("start", "0"),
    ("sort", "+uuid"),
    ("replyWithCount", "true"),
    ("fields", "resourceUuid,tag,uuid"),
)
# The first operator that the node finds in tag=TEXT is the = after tag.
SAFE_TAGS = (
    *("prod", "a=b", "a==b", "a=", "a>b", "<a>", "a is null", "not null", "is null", "50% & more", "und_er", "a,b"),
    *(
        "a?b",
        "a!",
        "!",
        "~",
        "?",
        'dq"t',
        "back\\slash",
        "\\",
        "two  blanks",
        "line\nbreak",
        "数据库",
        "é😀",
        "env::prod",
    ),
)
UNSAFE_TAGS = (
    *("it's", "'", "''", "x!=y", "!=", "a>=b", "a<=b", "a!?=b", "a!~=b", "a~=b", "~=", "q?=z", "?=,"),
    *("=lead", "==lead", "=", "=a=b", " lead", "trail ", "\ttab", "line\n", "\u3000wide", "\u00a0hard", " "),
)


def run_verify_tags(
    user: User, kind: str, tag_texts: Sequence[str | bytes], tags: Sequence[dict[str, Any]]
) -> tuple[list[str], list[list[tuple[str, str]]]]:
    """Return the UUIDs of the VM instances that ``--verify-tags`` keeps in a cloud with these tags, and its queries."""
    vms = [{"uuid": uuid} for uuid in sorted({tag["resourceUuid"] for tag in tags})]
    cloud = cloud_with_records(
        {"images": [{"uuid": ISO}], f"{kind}Tags": list(tags)}, json.dumps({"inventories": vms}).encode()
    )
    options = [word for text in tag_texts for word in (f"--{kind}-tag", text)]
    with mock_node.serve(cloud) as url:
        user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        result = user.run("candidates", ISO, "-o", "uuid", "--verify-tags", *options)
    assert (result.code, result.err) == (0, "")
    queries = [parse_qsl(urlsplit(path).query) for path in cloud.paths if f"/{kind}-tags?" in path]
    return result.out.splitlines(), queries


def verify_tag(user: User, kind: str, tag_text: str) -> tuple[list[str], list[list[tuple[str, str]]]]:
    """Run ``--verify-tags`` with one tag, in a cloud where VM instances have this tag and similar ones."""
    similar = {tag_text + "x", "x" + tag_text, tag_text.upper() + "x", tag_text.swapcase(), tag_text.strip(), "x"}
    similar |= {tag_text.lstrip("=") or "x", tag_text.replace("'", "''"), tag_text + " "}
    tags = [make_tag(number, text) for number, text in enumerate(sorted(similar - {tag_text}))]
    tags.append({**make_tag(len(tags), tag_text), "resourceUuid": "same"})
    return run_verify_tags(user, kind, [tag_text], tags)


class TestTagQuery:
    def test_tag_query_reads_every_page(self, user: User) -> None:
        tags = [make_tag(number, "prod") for number in range(2500)]
        vms = json.dumps({"inventories": [{"uuid": "vm-3"}, {"uuid": "vm-2499"}, {"uuid": "vm-2500"}]}).encode()
        cloud = cloud_with_records({"images": [{"uuid": ISO}], "userTags": tags}, vms)
        with mock_node.serve(cloud) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", ISO, "-o", "uuid", "--user-tag", "prod", "--verify-tags")
        assert result.out.splitlines() == ["vm-3", "vm-2499"]
        queries = [path.partition("?")[2] for path in cloud.paths if "user-tags" in path]
        query = "q=resourceType%3DVmInstanceVO&q=tag%3Dprod{}&limit=1000&start=0&sort=%2Buuid&replyWithCount=true&fields=resourceUuid%2Ctag%2Cuuid"
        # Each page begins behind the last UUID of the one before.
        assert queries == [query.format(after) for after in ("", f"&q=uuid%3E{999:032x}", f"&q=uuid%3E{1999:032x}")]

    @pytest.mark.parametrize("kind", ["user", "system"])
    @pytest.mark.parametrize("tag_text", SAFE_TAGS)
    def test_query_names_tag_that_node_reads_as_it_is(self, user: User, kind: str, tag_text: str) -> None:
        names, queries = verify_tag(user, kind, tag_text)
        assert names == ["same"]
        assert queries == [[("q", "resourceType=VmInstanceVO"), ("q", f"tag={tag_text}"), *PAGE]]

    @pytest.mark.parametrize("kind", ["user", "system"])
    @pytest.mark.parametrize("tag_text", UNSAFE_TAGS)
    def test_tag_that_node_would_misread_is_compared_by_zsiso(self, user: User, kind: str, tag_text: str) -> None:
        names, queries = verify_tag(user, kind, tag_text)
        assert names == ["same"]
        assert queries == [[("q", "resourceType=VmInstanceVO"), *PAGE]]

    @pytest.mark.parametrize("tag_text", [" prod", "prod ", "\tprod", "=prod", "==prod"])
    def test_tag_is_not_trimmed(self, user: User, tag_text: str) -> None:
        tags = [make_tag(1, "prod")]
        names, _ = run_verify_tags(user, "user", [tag_text], tags)
        assert names == []

    def test_bytes_that_are_not_utf8_match_no_tag(self, user: User) -> None:
        names, queries = run_verify_tags(user, "user", [b"\xff"], [make_tag(1, "\ufffd"), make_tag(2, "?")])
        assert (names, len(queries)) == ([], 1)

    def test_every_tag_must_match_where_only_some_can_be_queried(self, user: User) -> None:
        tags = [make_tag(1, "prod"), make_tag(2, "it's"), {**make_tag(3, "it's"), "resourceUuid": "vm-1"}]
        names, queries = run_verify_tags(user, "user", ["prod", "it's"], tags)
        assert (names, len(queries)) == (["vm-1"], 2)

    def test_query_stops_when_node_repeats_a_page(self, user: User, cloud_of_one_page: MockCloud) -> None:
        user.write_config(f'[profiles.a]\nurl = "{cloud_of_one_page.url}"\nsession = "some-session"\n')
        assert len(user.run("isos", "-o", "uuid").out.splitlines()) == 1000
        assert len(cloud_of_one_page.calls) == 2

    @pytest.fixture
    def cloud_of_one_page(self) -> Iterator[MockCloud]:
        images = [{"uuid": f"{number:032x}"} for number in range(1000)]
        body = json.dumps({"inventories": images}).encode()

        class OnePage(mock_node.MockNode):
            def handle(self, request: MockRequest) -> MockResponse:
                mock_cloud.calls.append((request.method, 200))
                return MockResponse(200, body)

        mock_cloud = MockCloud(OnePage(mock_node.example_cloud()))
        with mock_node.serve(mock_cloud.cloud) as mock_cloud.url:
            yield mock_cloud
