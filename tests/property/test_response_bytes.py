"""Any bytes from a server end in a documented exit code."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.effort import scaled_examples
from tests.helpers.runner import ISO, SESSION
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from tests.helpers.spoilt_json import damage
from zsiso.api.client import Client
from zsiso.api.responses import read_records
from zsiso.config.connection import ConnectionSettings, normalize_url
from zsiso.config.credentials import Session
from zsiso.config.profile import Profile
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.deadline import Deadline
from zsiso.errors import ExitCode, ZsisoError


@pytest.fixture(scope="module")
def node() -> Iterator[ScriptedNode]:
    with run_scripted_node() as node:
        yield node


class TestResponseBytes:
    """Invalid and unusual HTTP responses."""

    @scaled_examples(120)
    @given(st.data())
    def test_any_bytes_from_the_server_end_in_a_documented_exit_code(
        self, node: ScriptedNode, data: st.DataObject
    ) -> None:
        head = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: x\r\n"
            + data.draw(
                st.sampled_from(
                    [
                        b"",
                        b"Connection: close\r\n",
                        b"Content-Length: 19\r\n",
                        b"Transfer-Encoding: chunked\r\n",
                        b"Content-Encoding: gzip\r\n",
                        b"Content-Encoding: deflate\r\n",
                    ]
                )
            )
            + b"\r\n"
        )
        body = data.draw(
            st.sampled_from(
                [
                    b'{"inventories": []}',
                    b'13\r\n{"inventories": []}\r\n0\r\n\r\n',
                    gzip.compress(b'{"inventories": []}'),
                ]
            )
        )
        node.forget_actions()
        node.send_bytes(
            data.draw(st.just(head + body) | damage(head + body) | damage(head).map(lambda head: head + body))
        )
        assert send_request(node) in {None, 4, 5, 6, 7, 8}


def send_request(node: ScriptedNode) -> ExitCode | None:
    """Send a request from this process, and return the exit code of its error, None on success."""
    profile = Profile(
        "test",
        ConnectionSettings((normalize_url(node.url),), proxy=False, retries=0),
        Session(InlineSecret("here", Secret(SESSION))),
    )
    try:
        with Client(profile, Deadline(20), environ={}) as client:
            read_records(client.vm_candidates(ISO, (), ()))
    except ZsisoError as error:
        return error.exit_code
    return None
