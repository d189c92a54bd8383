"""The time limit for reaching one node: name, TCP, proxy and TLS; ``connect_timeout`` in the profile."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import trustme

from tests.helpers.proxies import EMPTY_RESPONSE
from tests.helpers.runner import ISO, SESSION, Result, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from tests.helpers.servers import run_silent_host, run_unresponsive_host


def run_with(user: User, urls: list[str], settings: str = "") -> Result:
    user.write_config(f'[profiles.a]\nurl = {urls}\nsession = "{SESSION}"\nretries = 0\n{settings}\n')
    return user.run("candidates", ISO, "--json", "-q")


def first_line(result: Result) -> str:
    assert (result.code, result.out) == (7, "")
    return result.err.splitlines()[0]


class TestConnectTimeout:
    def test_connect_timeout_ends_wait_for_unresponsive_host(self, user: User) -> None:
        with run_unresponsive_host() as url:
            result = run_with(user, [url], "connect_timeout = 0.4")
        assert first_line(result) == "zsiso: timed out after 0.4 s waiting for a connection"
        assert result.err.endswith(
            "hint: check that the management node is running and can be reached from here, or allow more time with "
            "--timeout SECONDS, or raise connect_timeout in the profile\n"
        )

    def test_connect_timeout_ends_wait_for_tls_handshake(self, user: User) -> None:
        with run_silent_host() as port:
            result = run_with(user, [f"https://127.0.0.1:{port}"], "connect_timeout = 0.4")
        assert first_line(result) == "zsiso: timed out after 0.4 s waiting for the TLS handshake"

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_connect_timeout_ends_wait_for_tunnel_of_proxy(self, user: User, scheme: str) -> None:
        with run_silent_host() as port:
            settings = f'connect_timeout = 0.4\nproxy = "{scheme}://127.0.0.1:{port}"'
            line = first_line(run_with(user, ["https://zstack.invalid"], settings))
        awaited = "a connection" if scheme == "http" else "the TLS handshake"
        assert line == f"zsiso: timed out after 0.4 s waiting for {awaited}"

    def test_node_that_accepts_and_stays_silent_has_the_whole_timeout(self, user: User, node: ScriptedNode) -> None:
        node.hang()
        result = run_with(user, [node.url], "connect_timeout = 0.2\ntimeout = 0.7")
        assert first_line(result) == "zsiso: timed out after 0.7 s waiting for a response"
        assert "--timeout SECONDS" in result.err

    def test_timeout_is_shorter_than_connect_timeout(self, user: User) -> None:
        with run_unresponsive_host() as url:
            line = first_line(run_with(user, [url], "timeout = 0.4"))
        assert line == "zsiso: timed out after 0.4 s waiting for a connection to the management node"

    @pytest.mark.parametrize("value", ["0", "-1", '"5"', "true", "inf"])
    def test_invalid_connect_timeout_exits_3(self, user: User, value: str) -> None:
        result = run_with(user, ["http://127.0.0.1:1"], f"connect_timeout = {value}")
        assert (result.code, result.out) == (3, "")
        assert "profiles.a.connect_timeout must be " in result.err

    def test_doctor_shows_connect_timeout_and_its_source(self, user: User) -> None:
        path = user.write_config(
            '[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "x"\nconnect_timeout = 2.5\ntimeout = 1\n'
        )
        assert f"connect_timeout: 2.5 s ({path})\n" in user.run("doctor").out


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """The TLS of nodes whose certificate is for 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@contextmanager
def run_slow_tls_node(context: ssl.SSLContext, seconds: float) -> Iterator[ScriptedNode]:
    """Run a node that begins the TLS handshake late."""
    with run_scripted_node() as node:
        plain = context.wrap_socket

        def wrap_late(connection: socket.socket, **options: Any) -> ssl.SSLSocket:  # noqa: ANN401 - it passes on all
            node.ended.wait(seconds)
            return plain(connection, **options)

        context.wrap_socket = wrap_late  # type: ignore[assignment,method-assign]
        node.respond(EMPTY_RESPONSE)
        node.use_tls(context)
        yield node


TRUST = 'ca_file = "ca.pem"\n'


class TestSeveralNodesOverTls:
    @pytest.mark.parametrize("settings", ["connect_timeout = 0.5", "timeout = 2"])
    def test_node_without_tls_handshake_counts_as_not_reached(
        self, user: User, tls: ssl.SSLContext, settings: str
    ) -> None:
        with run_silent_host() as port, run_slow_tls_node(tls, 0) as node:
            result = run_with(user, [f"https://127.0.0.1:{port}", node.url], TRUST + settings)
        assert (result.code, result.out, result.err) == (0, f"{EMPTY_RESPONSE}\n", "")

    @pytest.mark.parametrize("count", [1, 2])
    def test_last_node_may_take_all_of_connect_timeout_for_the_handshake(
        self, user: User, tls: ssl.SSLContext, count: int
    ) -> None:
        with run_silent_host() as port, run_slow_tls_node(tls, 0.8) as node:
            urls = [f"https://127.0.0.1:{port}", node.url][-count:]
            result = run_with(user, urls, f"{TRUST}connect_timeout = 1.9\ntimeout = 4")
        assert (result.code, result.out, result.err) == (0, f"{EMPTY_RESPONSE}\n", "")

    def test_message_names_time_that_each_node_had(self, user: User) -> None:
        with run_silent_host() as port, run_silent_host() as other_port:
            result = run_with(
                user, [f"https://127.0.0.1:{port}", f"https://127.0.0.1:{other_port}"], "connect_timeout = 0.3"
            )
        assert first_line(result) == "zsiso: none of the 2 management nodes could be reached"
        assert result.err.count("timed out after 0.3 s waiting for the TLS handshake") == 2


class TestSeveralAddresses:
    @pytest.fixture
    def resolve_to(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        """Give a function that sets the addresses of zstack.invalid: no name on loopback has several."""
        resolve = socket.getaddrinfo

        def set_addresses(*addresses: str) -> None:
            def resolve_name(host: str, port: int, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - all
                hosts = addresses if host == "zstack.invalid" else (host,)
                return [item for name in hosts for item in resolve(name, port, *arguments, **options)]

            monkeypatch.setattr(socket, "getaddrinfo", resolve_name)

        return set_addresses

    def name_of(self, node: ScriptedNode) -> str:
        return node.url.replace("127.0.0.1", "zstack.invalid")

    @pytest.mark.parametrize("addresses", [["127.0.0.2", "127.0.0.1"], ["127.0.0.2", "127.0.0.3", "127.0.0.1"]])
    def test_address_that_drops_packets_leaves_time_for_the_next(
        self, user: User, node: ScriptedNode, resolve_to: Callable[..., None], addresses: list[str]
    ) -> None:
        node.respond(EMPTY_RESPONSE)
        resolve_to(*addresses)
        # No server listens at the third address.
        with run_unresponsive_host("127.0.0.2", int(node.url.rpartition(":")[2])):
            result = run_with(user, [self.name_of(node)], "timeout = 3")
        assert (result.code, result.out, result.err) == (0, f"{EMPTY_RESPONSE}\n", "")
        assert len(node.requests) == 1

    def test_certificate_is_checked_for_the_name(
        self, user: User, authority: trustme.CA, resolve_to: Callable[..., None]
    ) -> None:
        resolve_to("127.0.0.3", "127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("zstack.invalid").configure_cert(context)
        with run_slow_tls_node(context, 0) as node:
            result = run_with(user, [self.name_of(node)], TRUST)
        assert (result.code, result.out, result.err) == (0, f"{EMPTY_RESPONSE}\n", "")
        assert node.requests[0].headers["host"].startswith("zstack.invalid:")

    def test_proxy_with_several_addresses_is_reached(
        self, user: User, node: ScriptedNode, resolve_to: Callable[..., None]
    ) -> None:
        node.respond(EMPTY_RESPONSE)
        resolve_to("127.0.0.2", "127.0.0.1")
        with run_unresponsive_host("127.0.0.2", int(node.url.rpartition(":")[2])):
            result = run_with(user, ["http://other.invalid"], f'timeout = 3\nproxy = "{self.name_of(node)}"')
        assert (result.code, result.out) == (0, f"{EMPTY_RESPONSE}\n")

    def test_name_whose_addresses_all_refuse_exits_7(self, user: User, resolve_to: Callable[..., None]) -> None:
        resolve_to("127.0.0.2", "127.0.0.3")
        line = first_line(run_with(user, ["http://zstack.invalid:1"]))
        assert line == "zsiso: the management node could not be reached: Connection refused"

    def test_name_whose_addresses_all_drop_packets_exits_7(self, user: User, resolve_to: Callable[..., None]) -> None:
        resolve_to("127.0.0.2", "127.0.0.3")
        with run_unresponsive_host("127.0.0.2") as url, run_unresponsive_host("127.0.0.3", int(url.rpartition(":")[2])):
            result = run_with(user, [url.replace("127.0.0.2", "zstack.invalid")], "connect_timeout = 1")
        assert first_line(result) == "zsiso: timed out after 1 s waiting for a connection"
