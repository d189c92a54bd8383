"""The job UUID of a request: sent where the node reads it, and never twice."""

from __future__ import annotations

import re

import pytest

from tests.helpers.mock_cloud import MockCloud
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node

EMPTY = '{"inventories": []}'


class TestJobUuid:
    def test_each_attempt_has_a_job_uuid_of_its_own(self, user: User, node: ScriptedNode) -> None:
        with run_scripted_node() as other:
            for busy in (node, other):
                busy.respond("busy", 502)
            user.write_config(
                f'[profiles.a]\nurl = ["{node.url}", "{other.url}"]\nsession = "some-session"\nretries = 3\n'
            )
            result = user.run("candidates", ISO)
            job_uuids = [request.headers["x-job-uuid"] for request in (*node.requests, *other.requests)]
        assert (result.code, len(node.requests), len(other.requests)) == (6, 2, 2)
        assert len(set(job_uuids)) == 4
        assert all(re.fullmatch("[0-9a-f]{32}", job_uuid) for job_uuid in job_uuids)

    def test_each_attempt_of_a_login_has_a_job_uuid_of_its_own(self, user: User, node: ScriptedNode) -> None:
        node.respond("busy", 502)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "hunter22"\n')
        assert user.run("login").code == 6
        assert len({request.headers["x-job-uuid"] for request in node.requests}) == len(node.requests) == 3

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (["candidates", ISO], {"PUT login": True, "GET vm-candidates": True}),
            (["candidates", "rescue-disk"], {"PUT login": True, "GET images": False, "GET vm-candidates": True}),
            (
                ["candidates", ISO, "--verify-tags", "--user-tag", "a", "--system-tag", "b"],
                {"PUT login": True, "GET vm-candidates": True, "GET system-tags": False, "GET user-tags": False},
            ),
            (["isos"], {"PUT login": True, "GET images": False}),
            (["doctor"], {"PUT login": True, "GET images": False, "DELETE session": True}),
        ],
        ids=["candidates", "candidates by name", "candidates with tags", "isos", "doctor"],
    )
    def test_job_uuid_is_sent_with_all_but_queries(
        self, admin: User, cloud: MockCloud, words: list[str], expected: dict[str, bool]
    ) -> None:
        assert admin.run(*words).code == 0
        sent = {}
        for request in cloud.requests:
            # The path of a logout ends in the session's UUID.
            name = "session" if request.method == "DELETE" else request.path.rstrip("/").rpartition("/")[2]
            sent[f"{request.method} {name}"] = "x-job-uuid" in request.headers
        assert sent == expected

    def test_logout_sends_job_uuid(self, admin: User, cloud: MockCloud) -> None:
        assert admin.run("login").code == 0
        assert admin.run("logout").code == 0
        assert ["x-job-uuid" in request.headers for request in cloud.requests] == [
            True,
            True,
        ]

    def test_verbose_shows_no_job_uuid_of_a_query(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        shown = user.run("isos", "-v").err
        assert "> Authorization: OAuth ***\n" in shown
        assert "x-job-uuid" not in shown.lower()
