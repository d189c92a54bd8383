"""Fixtures of the transport tests: proxies, and management nodes with and without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from tests.helpers.mock_cloud import run_mock_cloud
from tests.helpers.proxies import EMPTY_RESPONSE, server_context
from tests.helpers.runner import User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from tests.helpers.servers import run_tinyproxy
from tests.helpers.tls_site import Site
from zsiso.mock_node import MockAuthConfig


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    """The ``host:port`` of a proxy."""
    with run_tinyproxy(tmp_path) as address:
        yield address


@pytest.fixture
def authenticating_proxy(tmp_path: Path) -> Iterator[str]:
    """The ``host:port`` of a proxy that requires the user name ``job`` and the password ``hunter22``."""
    with run_tinyproxy(tmp_path, "BasicAuth job hunter22") as address:
        yield address


@pytest.fixture
def authority(user: User) -> trustme.CA:
    """A CA whose certificate is the file ca.pem beside the configuration file."""
    ca = trustme.CA()
    user.config.parent.mkdir(parents=True)
    ca.cert_pem.write_to_path(user.config.parent / "ca.pem")
    return ca


@pytest.fixture
def https_node(authority: trustme.CA) -> Iterator[ScriptedNode]:
    """A management node with HTTPS."""
    with run_scripted_node() as node:
        node.respond(EMPTY_RESPONSE)
        node.use_tls(server_context(authority))
        yield node


@pytest.fixture
def http_node(node: ScriptedNode) -> ScriptedNode:
    """A management node with HTTP."""
    node.respond(EMPTY_RESPONSE)
    return node


@pytest.fixture
def site(user: User, tmp_path: Path) -> Iterator[Site]:
    """A management node behind nginx."""
    with ExitStack() as stack, run_mock_cloud(MockAuthConfig()) as cloud:
        site = Site(user, cloud.url, tmp_path, stack)
        site.write_file("ca.pem", site.authority.cert_pem.bytes())
        with stack:
            yield site
