"""Dates from a node that no datetime can hold are as if they were not there."""

from __future__ import annotations

import re

import pytest

from tests.helpers.proxies import EMPTY_RESPONSE
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

IMPOSSIBLE_DATES = [
    "Tue, 24 Nov 99999 10:00:09 GMT",
    "Tue, 24 Nov 99999999999999999999 10:00:09 GMT",
    "Tue, 99 Nov 2026 10:00:09 GMT",
    "Tue, 24 Nov 2026 99:99:99 GMT",
    "Tue, 24 Nov 2026 10:00:09 +99999999999",
    "Fri, 31 Dec 9999 23:59:59 -1200",
    "soon",
    "",
]


@pytest.mark.parametrize("date", IMPOSSIBLE_DATES)
class TestImpossibleDate:
    def test_retry_after_is_ignored(self, user: User, node: ScriptedNode, date: str) -> None:
        user.write_profile(node)
        node.respond("busy", 503, (f"Retry-After: {date}",))
        node.respond(EMPTY_RESPONSE)
        result = user.run("candidates", ISO, "--json")
        assert (result.code, result.out, len(node.requests)) == (0, EMPTY_RESPONSE + "\n", 2)

    def test_doctor_shows_no_clock(self, user: User, node: ScriptedNode, date: str) -> None:
        user.write_profile(node)
        node.respond(EMPTY_RESPONSE, 200, (f"Date: {date}",))
        result = user.run("doctor")
        assert re.search(r"^warning +clock: +unknown: the response has no valid Date header$", result.out, re.MULTILINE)

    def test_rejected_time_of_request_is_explained_without_the_clock_of_the_node(
        self, user: User, node: ScriptedNode, date: str
    ) -> None:
        user.write_profile(node)
        node.respond("requestTimeTooSkewed", 403, (f"Date: {date}",))
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert "the management node rejected the time of the request, and does not report its own\n" in result.err


@pytest.mark.parametrize("expiry", ['"Nov 24, 99999 10:00:09 AM"', '"' + "9" * 5000 + '"', "9" * 5000, "null", '""'])
def test_login_accepts_any_expiry(user: User, node: ScriptedNode, expiry: str) -> None:
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "some-password"\n')
    node.respond(f'{{"inventory": {{"uuid": "some-session", "expiredDate": {expiry}}}}}')
    result = user.run("login")
    assert result.code == 0
    assert "Traceback" not in result.err
