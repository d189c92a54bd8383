"""Tag queries and ``--verify-tags``: which VM instances have which tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

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
        query = "q=resourceType%3DVmInstanceVO&q=tag%3Dprod&limit=1000&start={}&sort=%2Buuid"
        assert queries == [query.format(start) for start in (0, 1000, 2000)]

    @pytest.mark.parametrize("tag_text", ["a>b", "x!=y", "~=", "a=b", "?=,", "<>", "50% & more"])
    def test_tag_that_looks_like_query_operator_matches_exactly(self, user: User, tag_text: str) -> None:
        tags = [make_tag(1, tag_text), make_tag(2, tag_text.upper() + "x"), make_tag(3, "other")]
        vms = json.dumps({"inventories": [{"uuid": f"vm-{number}"} for number in (1, 2, 3)]}).encode()
        with mock_node.serve(cloud_with_records({"images": [{"uuid": ISO}], "userTags": tags}, vms)) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", ISO, "-o", "uuid", "--user-tag", tag_text, "--verify-tags")
        assert (result.code, result.out) == (0, "vm-1\n")

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
