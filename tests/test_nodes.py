"""Several management nodes of one cloud."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.cloud import PASSWORD, running_cloud
from tests.command import ISO, SESSION, User
from tests.node import Node, running_node, unused_port

WHOLE = '{"inventories": []}'


def asks(user: User, *urls: str, more: str = "") -> None:
    listed = ", ".join(f'"{url}"' for url in urls)
    user.writes_config(f'[profiles.a]\nurl = [{listed}]\nsession = "{SESSION}"\n{more}')


@pytest.fixture
def second() -> Iterator[Node]:
    with running_node() as running:
        yield running


@contextmanager
def powered_off() -> Iterator[str]:
    """Give the address of a host that swallows packets: its queue of connections is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"


def dead() -> str:
    return f"http://127.0.0.1:{unused_port()}"


class TestTheList:
    def test_the_first_that_can_be_reached_is_asked(self, user: User, node: Node, second: Node) -> None:
        node.answers(WHOLE)
        asks(user, dead(), node.url, second.url)
        assert user.runs("candidates", ISO, "--json").out == WHOLE + "\n"
        assert (len(node.seen), second.seen) == (1, [])

    def test_it_stays_the_first_for_the_run(self, user: User) -> None:
        with running_cloud() as cloud, powered_off() as off:
            user.writes_config(
                f'[profiles.a]\nurl = ["{off}", "{cloud.url}"]\naccount = "admin"\n'
                f'password = "{PASSWORD}"\ntimeout = 4\n'
            )
            result = user.runs("candidates", "rescue-disk", "-o", "uuid")
            assert (result.code, result.err) == (0, "")
            # A login, a query and the call: had each waited for half of what is left, time would be up.
            assert cloud.methods() == "PGG"

    def test_a_host_that_swallows_packets_has_its_share_of_the_time(self, user: User, node: Node) -> None:
        node.answers(WHOLE)
        with powered_off() as off:
            asks(user, off, node.url)
            result = user.runs("candidates", ISO, "--json", "--timeout", "2")
        assert (result.code, result.out) == (0, WHOLE + "\n")

    def test_a_host_that_accepts_has_all_of_the_time(self, user: User, node: Node, second: Node) -> None:
        node.hangs()
        asks(user, node.url, second.url)
        result = user.runs("candidates", ISO, "--timeout", "0.5")
        assert (result.code, second.seen) == (7, [])
        assert result.err.startswith("zsiso: no whole answer within 0.5 seconds\n")

    def test_none_can_be_reached(self, user: User) -> None:
        with powered_off() as off:
            asks(user, dead(), off, "http://nowhere.invalid:8080", more="retries = 0\n")
            result = user.runs("candidates", ISO, "--timeout", "1.5")
        assert (result.code, result.out) == (7, "")
        said = re.sub(r"127\.0\.0\.1:\d+", "NODE", re.sub(r"within [\d.]+", "within N", result.err))
        said = re.sub(r"job UUID: \w{32}", "job UUID: JOB", re.sub(r"(8080: .* reached: ).*", r"\1WHY", said))
        assert said == (
            "zsiso: none of the 3 management nodes could be reached\n"
            "  NODE: the management node could not be reached: Connection refused\n"
            "  NODE: no connection within N seconds\n"
            "  nowhere.invalid:8080: the management node could not be reached: WHY\n"
            f"  asked: GET http://nowhere.invalid:8080/zstack/v1/images/iso/{ISO}/vm-candidates\n"
            "  job UUID: JOB\n"
            "hint: check the profile's url, and that the management node runs and can be reached from here\n"
        )

    def test_after_a_fault_the_next_has_its_turn(self, user: User, node: Node, second: Node) -> None:
        node.answers("busy", 502)
        second.answers(WHOLE)
        asks(user, node.url, second.url)
        assert user.runs("candidates", ISO, "--json").out == WHOLE + "\n"
        assert (len(node.seen), len(second.seen)) == (1, 1)

    def test_a_considered_answer_stands(self, user: User, node: Node, second: Node) -> None:
        node.answers('{"error": {"code": "SYS.1003"}}', 503)
        asks(user, node.url, second.url)
        assert user.runs("candidates", ISO).code == 5
        assert (len(node.seen), second.seen) == (1, [])

    def test_one_session_serves_all(self, user: User) -> None:
        with running_cloud() as cloud:
            other = f"http://localhost:{cloud.url.rpartition(':')[2]}"
            account = f'account = "admin"\npassword = "{PASSWORD}"\n'
            user.writes_config(f'[profiles.a]\nurl = ["{cloud.url}", "{other}"]\n{account}')
            user.runs("candidates", ISO)
            assert cloud.methods() == "PG"
            assert user.runs("candidates", ISO).code == 0
            assert cloud.methods() == "G"
            assert [asked.headers["host"] for asked in cloud.asked] == [cloud.url.partition("//")[2]] * 3

    @pytest.mark.parametrize("written", ["[]", '["http://a", 1]', '["http://a", "ftp://b"]', "1", '[""]'])
    def test_a_list_that_is_none(self, user: User, written: str) -> None:
        user.writes_config(f"[profiles.a]\nurl = {written}\n")
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert "profiles.a.url " in result.err

    def test_profiles_show_all(self, user: User) -> None:
        asks(user, "http://a", "http://b", "http://a")
        assert (
            '"urls": [\n      "http://a/zstack",\n      "http://b/zstack"\n    ]' in user.runs("profiles", "--json").out
        )
        assert "http://a/zstack, http://b/zstack" in user.runs("profiles").out
