"""Several management nodes of one cloud: which is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.helpers.mock_cloud import PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, refusing_url, run_scripted_node
from tests.helpers.servers import run_unresponsive_host

WHOLE = '{"inventories": []}'


def write_urls(user: User, *urls: str, more: str = "") -> None:
    listed = ", ".join(f'"{url}"' for url in urls)
    user.write_config(f'[profiles.a]\nurl = [{listed}]\nsession = "{SESSION}"\n{more}')


@pytest.fixture
def second() -> Iterator[ScriptedNode]:
    with run_scripted_node() as running:
        yield running


class TestTheList:
    def test_the_first_that_can_be_reached_is_asked(self, user: User, node: ScriptedNode, second: ScriptedNode) -> None:
        node.respond(WHOLE)
        write_urls(user, refusing_url(), node.url, second.url)
        assert user.run("candidates", ISO, "--json").out == WHOLE + "\n"
        assert (len(node.requests), second.requests) == (1, [])

    def test_it_stays_the_first_for_the_run(self, user: User) -> None:
        with run_mock_cloud() as cloud, run_unresponsive_host() as off:
            user.write_config(
                f'[profiles.a]\nurl = ["{off}", "{cloud.url}"]\naccount = "admin"\n'
                f'password = "{PASSWORD}"\ntimeout = 4\n'
            )
            result = user.run("candidates", "rescue-disk", "-o", "uuid")
            assert (result.code, result.err) == (0, "")
            # A login, a query and the call: had each waited for half of what is left, time would be up.
            assert cloud.pop_methods() == "PGG"

    def test_a_host_that_swallows_packets_has_its_share_of_the_time(self, user: User, node: ScriptedNode) -> None:
        node.respond(WHOLE)
        with run_unresponsive_host() as off:
            write_urls(user, off, node.url)
            result = user.run("candidates", ISO, "--json", "--timeout", "2")
        assert (result.code, result.out) == (0, WHOLE + "\n")

    def test_a_host_that_accepts_has_all_of_the_time(
        self, user: User, node: ScriptedNode, second: ScriptedNode
    ) -> None:
        node.hang()
        write_urls(user, node.url, second.url)
        result = user.run("candidates", ISO, "--timeout", "0.5")
        assert (result.code, second.requests) == (7, [])
        assert result.err.startswith("zsiso: timed out after 0.5 s waiting for a response\n")

    def test_none_can_be_reached(self, user: User) -> None:
        with run_unresponsive_host() as off:
            write_urls(user, refusing_url(), off, "http://nowhere.invalid:8080", more="retries = 0\n")
            result = user.run("candidates", ISO, "--timeout", "1.5")
        assert (result.code, result.out) == (7, "")
        said = re.sub(r"127\.0\.0\.1:\d+", "NODE", re.sub(r"after [\d.]+", "after N", result.err))
        said = re.sub(r"job UUID: \w{32}", "job UUID: JOB", re.sub(r"(8080: .* reached: ).*", r"\1WHY", said))
        assert said == (
            "zsiso: none of the 3 management nodes could be reached\n"
            "  NODE: the management node could not be reached: Connection refused\n"
            "  NODE: timed out after N s waiting for a connection\n"
            "  nowhere.invalid:8080: the management node could not be reached: WHY\n"
            f"  request: GET http://nowhere.invalid:8080/zstack/v1/images/iso/{ISO}/vm-candidates\n"
            "  job UUID: JOB\n"
            "hint: check the profile's url, and that the management node is running and reachable from this machine\n"
        )

    def test_after_a_fault_the_next_has_its_turn(self, user: User, node: ScriptedNode, second: ScriptedNode) -> None:
        node.respond("busy", 502)
        second.respond(WHOLE)
        write_urls(user, node.url, second.url)
        assert user.run("candidates", ISO, "--json").out == WHOLE + "\n"
        assert (len(node.requests), len(second.requests)) == (1, 1)

    def test_a_considered_answer_stands(self, user: User, node: ScriptedNode, second: ScriptedNode) -> None:
        node.respond('{"error": {"code": "SYS.1003"}}', 503)
        write_urls(user, node.url, second.url)
        assert user.run("candidates", ISO).code == 5
        assert (len(node.requests), second.requests) == (1, [])

    def test_one_session_serves_all(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            other = f"http://localhost:{cloud.url.rpartition(':')[2]}"
            account = f'account = "admin"\npassword = "{PASSWORD}"\n'
            user.write_config(f'[profiles.a]\nurl = ["{cloud.url}", "{other}"]\n{account}')
            user.run("candidates", ISO)
            assert cloud.pop_methods() == "PG"
            assert user.run("candidates", ISO).code == 0
            assert cloud.pop_methods() == "G"
            assert [asked.headers["host"] for asked in cloud.requests] == [cloud.url.partition("//")[2]] * 3

    @pytest.mark.parametrize("written", ["[]", '["http://a", 1]', '["http://a", "ftp://b"]', "1", '[""]'])
    def test_a_list_that_is_none(self, user: User, written: str) -> None:
        user.write_config(f"[profiles.a]\nurl = {written}\n")
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert "profiles.a.url " in result.err

    def test_profiles_show_all(self, user: User) -> None:
        write_urls(user, "http://a", "http://b", "http://a")
        assert (
            '"urls": [\n      "http://a/zstack",\n      "http://b/zstack"\n    ]' in user.run("profiles", "--json").out
        )
        assert "http://a/zstack, http://b/zstack" in user.run("profiles").out
