"""Any bytes on the wire end in a documented exit code."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.effort import examples
from tests.helpers.runner import ISO, SESSION
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from tests.helpers.spoilt_json import spoilt
from zsiso.api.client import Client
from zsiso.api.responses import read_records
from zsiso.config.connection import ConnectionSettings, normalize_url
from zsiso.config.credentials import Session
from zsiso.config.profile import Profile
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.deadline import Deadline
from zsiso.errors import ExitCode, ZsisoError


@pytest.fixture(scope="module")
def running() -> Iterator[ScriptedNode]:
    with run_scripted_node() as node:
        yield node


class TestNoBytesOnTheWire:
    """What is no HTTP, or HTTP of an odd kind, ends in an exit code of ours."""

    @examples(120)
    @given(st.data())
    def test_whatever_they_are(self, running: ScriptedNode, data: st.DataObject) -> None:
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
        running.forget_actions()
        running.send_bytes(
            data.draw(st.just(head + body) | spoilt(head + body) | spoilt(head).map(lambda head: head + body))
        )
        assert in_process(running) in {None, 4, 5, 6, 7, 8}


def in_process(node: ScriptedNode) -> ExitCode | None:
    """Ask a node from this very process, and return the exit code of what went wrong, if anything did."""
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
