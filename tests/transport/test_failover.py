"""Failover: a profile lists several management nodes of one cloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.helpers.mock_cloud import PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, refusing_url, run_scripted_node
from tests.helpers.servers import run_unresponsive_host

EMPTY_RESPONSE = '{"inventories": []}'


def write_urls(user: User, *urls: str, settings: str = "") -> None:
    url_list = ", ".join(f'"{url}"' for url in urls)
    user.write_config(f'[profiles.a]\nurl = [{url_list}]\nsession = "{SESSION}"\n{settings}')


@pytest.fixture
def second_node() -> Iterator[ScriptedNode]:
    with run_scripted_node() as running_node:
        yield running_node


class TestFailover:
    def test_failover_uses_first_reachable_node(
        self, user: User, node: ScriptedNode, second_node: ScriptedNode
    ) -> None:
        node.respond(EMPTY_RESPONSE)
        write_urls(user, refusing_url(), node.url, second_node.url)
        assert user.run("candidates", ISO, "--json").out == EMPTY_RESPONSE + "\n"
        assert (len(node.requests), second_node.requests) == (1, [])

    def test_failover_keeps_reachable_node_for_later_requests(self, user: User) -> None:
        with run_mock_cloud() as cloud, run_unresponsive_host() as unresponsive_url:
            user.write_config(
                f'[profiles.a]\nurl = ["{unresponsive_url}", "{cloud.url}"]\naccount = "admin"\n'
                f'password = "{PASSWORD}"\ntimeout = 4\n'
            )
            result = user.run("candidates", "rescue-disk", "-o", "uuid")
            assert (result.code, result.err) == (0, "")
            # A login, a query and the request: each of them would wait half of the remaining time.
            assert cloud.pop_methods() == "PGG"

    def test_failover_gives_unresponsive_node_only_its_share_of_time(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        with run_unresponsive_host() as unresponsive_url:
            write_urls(user, unresponsive_url, node.url)
            result = user.run("candidates", ISO, "--json", "--timeout", "2")
        assert (result.code, result.out) == (0, EMPTY_RESPONSE + "\n")

    def test_failover_gives_accepting_node_all_remaining_time(
        self, user: User, node: ScriptedNode, second_node: ScriptedNode
    ) -> None:
        node.hang()
        write_urls(user, node.url, second_node.url)
        result = user.run("candidates", ISO, "--timeout", "0.5")
        assert (result.code, second_node.requests) == (7, [])
        assert result.err.startswith("zsiso: timed out after 0.5 s waiting for a response\n")

    def test_all_nodes_unreachable_exits_7(self, user: User) -> None:
        with run_unresponsive_host() as unresponsive_url:
            write_urls(user, refusing_url(), unresponsive_url, "http://nowhere.invalid:8080", settings="retries = 0\n")
            result = user.run("candidates", ISO, "--timeout", "1.5")
        assert (result.code, result.out) == (7, "")
        message = re.sub(r"127\.0\.0\.1:\d+", "NODE", re.sub(r"after [\d.]+", "after N", result.err))
        message = re.sub(r"job UUID: \w{32}", "job UUID: JOB", re.sub(r"(8080: .* reached: ).*", r"\1WHY", message))
        assert message == (
            "zsiso: none of the 3 management nodes could be reached\n"
            "  NODE: the management node could not be reached: Connection refused\n"
            "  NODE: timed out after N s waiting for a connection\n"
            "  nowhere.invalid:8080: the management node could not be reached: WHY\n"
            f"  request: GET http://nowhere.invalid:8080/zstack/v1/images/iso/{ISO}/vm-candidates\n"
            "  job UUID: JOB\n"
            "hint: check the profile's url, and that the management node is running and reachable from this machine\n"
        )

    def test_retry_after_502_goes_to_next_node(self, user: User, node: ScriptedNode, second_node: ScriptedNode) -> None:
        node.respond("busy", 502)
        second_node.respond(EMPTY_RESPONSE)
        write_urls(user, node.url, second_node.url)
        assert user.run("candidates", ISO, "--json").out == EMPTY_RESPONSE + "\n"
        assert (len(node.requests), len(second_node.requests)) == (1, 1)

    def test_api_error_is_not_repeated_on_next_node(
        self, user: User, node: ScriptedNode, second_node: ScriptedNode
    ) -> None:
        node.respond('{"error": {"code": "SYS.1003"}}', 503)
        write_urls(user, node.url, second_node.url)
        assert user.run("candidates", ISO).code == 5
        assert (len(node.requests), second_node.requests) == (1, [])

    def test_session_is_shared_by_all_nodes(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            localhost_url = f"http://localhost:{cloud.url.rpartition(':')[2]}"
            account = f'account = "admin"\npassword = "{PASSWORD}"\n'
            user.write_config(f'[profiles.a]\nurl = ["{cloud.url}", "{localhost_url}"]\n{account}')
            user.run("candidates", ISO)
            assert cloud.pop_methods() == "PG"
            assert user.run("candidates", ISO).code == 0
            assert cloud.pop_methods() == "G"
            assert [request.headers["host"] for request in cloud.requests] == [cloud.url.partition("//")[2]] * 3
