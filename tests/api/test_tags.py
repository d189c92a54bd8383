"""Which VM instances have which tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.mock_cloud import MockCloud, cloud_with_records
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node
from zsiso.mock_node import MockNode, MockRequest, MockResponse


class TestTags:
    @pytest.mark.parametrize(
        ("options", "names"),
        [
            (["--user-tag", "prod"], ["web-2", "web-10", "数据库-主节点"]),
            (["--user-tag", "prod", "--system-tag", "vmPriority::High"], ["web-2", "数据库-主节点"]),
            (["--user-tag", "a,b 100%"], ["web-2"]),
            (["--user-tag", "prod", "--user-tag", "build"], []),
            # Nothing but the very text counts, though the node's database is not so strict.
            (["--user-tag", "PROD"], []),
            (["--user-tag", "pro%"], []),
            (["--system-tag", "prod"], []),
            (["--user-tag", "prod", "--attachable"], ["web-2", "数据库-主节点"]),
        ],
    )
    def test_every_tag_is_asked_for(self, user: User, options: list[str], names: list[str]) -> None:
        result = user.run("candidates", "--mock", "-q", "--verify-tags", "-o", "name", *options)
        assert (result.code, result.out.splitlines()) == (0, names)

    def test_the_profile_s_tags_are_verified_too(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://a"\nuser_tags = ["prod"]\nverify_tags = true\n')
        assert user.run("candidates", "--mock", "-o", "name").out.splitlines() == ["web-2", "web-10", "数据库-主节点"]
        assert len(user.run("candidates", "--mock", "-o", "uuid", "--no-verify-tags").out.splitlines()) == 7

    def test_without_verifying_a_line_says_so(self, user: User) -> None:
        note = "The node may have ignored the tags; use --verify-tags to check them.\n"
        for output in ("table", "json", "name"):
            assert user.run("candidates", "--mock", "--user-tag", "prod", "-o", output).err == note
        assert user.run("candidates", "--mock", "--system-tag", "x", "-q").err == ""
        assert user.run("candidates", "--mock", "--user-tag", "prod", "--verify-tags").err == ""

    def test_none_to_verify(self, user: User, node: ScriptedNode) -> None:
        user.write_profile(node)
        result = user.run("candidates", ISO, "--verify-tags")
        assert (result.code, result.out, node.requests) == (2, "", [])
        user.write_config('[profiles.a]\nurl = "http://a"\nverify_tags = true\n')
        assert user.run("candidates", "--mock").code == 0


def tag(number: int, text: str) -> dict[str, Any]:
    return {
        "uuid": f"{number:032x}",
        "resourceUuid": f"vm-{number}",
        "resourceType": "VmInstanceVO",
        "tag": text,
        "type": "User",
    }


class TestManyTags:
    def test_past_the_thousand_rows_of_a_query(self, user: User) -> None:
        tags = [tag(number, "prod") for number in range(2500)]
        vms = json.dumps({"inventories": [{"uuid": "vm-3"}, {"uuid": "vm-2499"}, {"uuid": "vm-2500"}]}).encode()
        cloud = cloud_with_records({"images": [{"uuid": ISO}], "userTags": tags}, vms)
        with mock_node.serve(cloud) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", ISO, "-o", "uuid", "--user-tag", "prod", "--verify-tags")
        assert result.out.splitlines() == ["vm-3", "vm-2499"]
        queries = [path.partition("?")[2] for path in cloud.paths if "user-tags" in path]
        base = "q=resourceType%3DVmInstanceVO&q=tag%3Dprod&limit=1000&start={}&sort=%2Buuid"
        assert queries == [base.format(start) for start in (0, 1000, 2000)]

    @pytest.mark.parametrize("text", ["a>b", "x!=y", "~=", "a=b", "?=,", "<>", "50% & more"])
    def test_a_text_that_looks_like_an_operator(self, user: User, text: str) -> None:
        tags = [tag(1, text), tag(2, text.upper() + "x"), tag(3, "other")]
        vms = json.dumps({"inventories": [{"uuid": f"vm-{number}"} for number in (1, 2, 3)]}).encode()
        with mock_node.serve(cloud_with_records({"images": [{"uuid": ISO}], "userTags": tags}, vms)) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", ISO, "-o", "uuid", "--user-tag", text, "--verify-tags")
        assert (result.code, result.out) == (0, "vm-1\n")

    def test_a_node_that_gives_one_page_for_ever(self, user: User, cloud_of_one_page: MockCloud) -> None:
        user.write_config(f'[profiles.a]\nurl = "{cloud_of_one_page.url}"\nsession = "some-session"\n')
        assert len(user.run("isos", "-o", "uuid").out.splitlines()) == 1000
        assert len(cloud_of_one_page.calls) == 2

    @pytest.fixture
    def cloud_of_one_page(self) -> Iterator[MockCloud]:
        images = [{"uuid": f"{number:032x}"} for number in range(1000)]
        body = json.dumps({"inventories": images}).encode()

        class OnePage(MockNode):
            def handle(self, request: MockRequest) -> MockResponse:
                watched.calls.append((request.method, 200))
                return MockResponse(200, body)

        watched = MockCloud(OnePage(mock_node.example_cloud()))
        with mock_node.serve(watched.cloud) as watched.url:
            yield watched
