"""What the tests of transport share: proxies, and nodes with and without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from tests.helpers.mock_cloud import run_mock_cloud
from tests.helpers.proxies import EMPTY, server_context
from tests.helpers.runner import User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from tests.helpers.servers import run_tinyproxy
from tests.helpers.tls_site import (
    Site,
)
from zsiso.mock_node import MockAuthConfig


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    with run_tinyproxy(tmp_path) as address:
        yield address


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[str]:
    """A proxy that wants to know who is asking."""
    with run_tinyproxy(tmp_path, "BasicAuth job hunter22") as address:
        yield address


@pytest.fixture
def authority(user: User) -> trustme.CA:
    """A CA that the profile's ca_file may name."""
    made = trustme.CA()
    user.config.parent.mkdir(parents=True)
    made.cert_pem.write_to_path(user.config.parent / "ca.pem")
    return made


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[ScriptedNode]:
    """A node that speaks TLS."""
    with run_scripted_node() as node:
        node.respond(EMPTY)
        node.use_tls(server_context(authority))
        yield node


@pytest.fixture
def plain(node: ScriptedNode) -> ScriptedNode:
    """A node that does not."""
    node.respond(EMPTY)
    return node


@pytest.fixture
def site(user: User, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack, run_mock_cloud(MockAuthConfig()) as cloud:
        site = Site(user, cloud.url, tmp_path, stack)
        site.write_file("ca.pem", site.authority.cert_pem.bytes())
        with stack:
            yield site
