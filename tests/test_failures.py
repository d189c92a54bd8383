"""What each failure exits with, and what it says."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import struct
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from tests.command import ISO, SESSION, User
from tests.node import running_node, unused_port

if TYPE_CHECKING:
    from tests.node import Node


def error(code: str, **more: object) -> str:
    return json.dumps({"error": {"code": code, **more}})


def masked(text: str) -> str:
    """Return a message with what differs from run to run put out of sight."""
    text = re.sub(r"127\.0\.0\.1:\d+", "NODE", text)
    return re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", text)


ASKED = f"""\
  asked: GET http://NODE/zstack/v1/images/iso/{ISO}/vm-candidates
  job UUID: JOB
"""

HTML = "<html>\n  <head><title>502 Bad Gateway</title></head>"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (503, error("ID.1000"), 4),
        (503, error("ID.1001"), 4),
        (503, error("ID.1002"), 4),
        (503, error("ID.1006"), 4),
        (503, error("SYS.1003"), 5),
        (503, error("SYS.1006"), 6),
        (503, error("SYS.1007"), 6),
        (503, '{"error": {}}', 6),
        (503, '{"error": {"code": ["ID.1001"]}}', 6),
        # error.code counts first, whatever the status.
        (200, error("ID.1001"), 4),
        (404, error("SYS.1003"), 5),
        (401, error("SYS.1006"), 6),
        (200, '{"inventories": [], "error": {"code": "ID.1002"}}', 4),
        # Without an error object the status counts.
        (401, "who are you", 4),
        (403, "requestTimeTooSkewed", 4),
        (400, "missing header: Authorization", 4),
        (400, "bad things", 6),
        (404, "no api mapping to /v1", 6),
        (405, "Request method 'GET' not supported", 6),
        (500, "", 6),
        (502, HTML, 6),
        (503, HTML, 6),
        (503, '{"error": "text"}', 6),
        (503, '{"inventories": []}', 6),
        (504, "", 6),
        (302, "", 6),
        (304, "", 6),
        (599, "", 6),
        # A 200 of another shape is not the API's.
        (200, "", 8),
        (200, HTML, 8),
        (200, "null", 8),
        (200, "[]", 8),
        (200, '{"inventory": {}}', 8),
        (200, '{"inventories": {}}', 8),
        (200, '{"inventories": null}', 8),
        (200, '{"inventories": [1]}', 8),
        (200, '{"inventories": [NaN]}', 8),
        (200, '{"inventories": [{"a": Infinity}]}', 8),
        (200, '\ufeff{"inventories": []}', 8),
        (200, '{"inventories": []', 8),
        (200, '{"inventories": []}{}', 8),
        (200, '{"inventories": [' + "[" * 100_000 + "]" * 100_000 + "]}", 8),
        (204, "", 8),
        (206, '{"inventories": []}', 8),
    ],
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_an_answer_s_exit_code(user: User, node: Node, status: int, body: str, code: int, form: str) -> None:
    node.answers(body, status)
    user.has_profile(node, "retries = 0")
    result = user.runs("candidates", ISO, *(["--json"] if form == "json" else []))
    assert (result.code, result.out) == (code, "")
    assert "Traceback" not in result.err
    assert masked(result.err).count(ASKED) == 1
    assert len(node.seen) == 1


@pytest.mark.parametrize("body", [b'{"inventories": [{"name": "\xff"}]}', '{"inventories": []}'.encode("utf-16")])
def test_an_answer_that_is_not_utf_8(user: User, node: Node, body: bytes) -> None:
    node.answers(body)
    user.has_profile(node)
    result = user.runs("candidates", ISO, "--json")
    assert (result.code, result.out) == (8, "")
    assert "it is not UTF-8 (byte " in result.err


def test_everything_the_node_said_is_shown(user: User, node: Node) -> None:
    said = {
        "code": "SYS.1006",
        "description": "operation error",
        "details": "the image\nis gone",
        "elaboration": "ask the storage",
        "cause": {"code": "HOST.1", "description": "no host", "cause": {"code": "X.9", "details": "deepest"}},
    }
    node.answers(json.dumps({"error": said}), 503)
    user.has_profile(node)
    assert masked(user.runs("candidates", ISO).err) == (
        "zsiso: the management node refused the call (SYS.1006)\n"
        "  SYS.1006: operation error: the image is gone\n"
        "  elaboration: ask the storage\n"
        "  caused by HOST.1: no host\n"
        "  caused by X.9: deepest\n"
        f"{ASKED}"
        "hint: search the management node's log for the job UUID\n"
    )


def test_an_error_without_a_code_is_one_all_the_same(user: User, node: Node) -> None:
    node.answers('{"error": {}}', 503)
    user.has_profile(node)
    assert masked(user.runs("candidates", ISO).err) == (
        f"zsiso: the management node refused the call\n{ASKED}hint: search the management node's log for the job UUID\n"
    )


def test_the_job_uuid_shown_is_the_one_sent(user: User, node: Node) -> None:
    node.answers("", 500)
    user.has_profile(node)
    result = user.runs("candidates", ISO)
    assert f"  job UUID: {node.seen[0].headers['x-job-uuid']}\n" in result.err


def test_plain_text_is_shown_clean_and_cut(user: User, node: Node) -> None:
    node.answers("no api \x1b[31mmapping\u202e to " + "x" * 5000, 404)
    user.has_profile(node)
    assert masked(user.runs("candidates", ISO).err) == (
        "zsiso: the management node answered 404\n"
        r"  it said: no api \x1b[31mmapping\u202e to " + "x" * 576 + "…\n"
        f"{ASKED}"
        "hint: check the path in the profile's url: /zstack unless a proxy changes it\n"
    )


def test_what_was_expected_is_shown_beside_what_came(user: User, node: Node) -> None:
    node.answers(HTML)
    user.has_profile(node)
    assert masked(user.runs("candidates", ISO).err) == (
        "zsiso: the answer (status 200) is not the API's: it is not JSON (Expecting value: byte 0)\n"
        '  expected: a JSON object whose "inventories" is a list of objects\n'
        "  it began: <html> <head><title>502 Bad Gateway</title></head>\n"
        f"{ASKED}"
        "hint: check that the profile's url is a management node's API, /zstack or a proxy's path included\n"
    )


def test_a_redirect_is_not_followed(user: User, node: Node) -> None:
    node.answers("", 302, ("Location: http://elsewhere.example/login",))
    user.has_profile(node)
    result = user.runs("candidates", ISO)
    assert (result.code, result.out, len(node.seen)) == (6, "", 1)
    assert "a redirect, which zsiso does not follow\n  to: http://elsewhere.example/login\n" in result.err


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("credentials", [f'session = "{SESSION}"', 'account = "admin"\npassword = "some-password"'])
def test_a_redirect_takes_no_credentials_elsewhere(user: User, node: Node, status: int, credentials: str) -> None:
    with running_node() as elsewhere:
        elsewhere.answers('{"inventories": [], "inventory": {"uuid": "some-session"}}')
        node.answers("moved", status, (f"Location: {elsewhere.url}/zstack",))
        user.writes_config(f'[profiles.a]\nurl = "{node.url}"\n{credentials}\n')
        result = user.runs("candidates", ISO)
        assert (result.code, result.out, len(node.seen), elsewhere.seen) == (6, "", 1, [])
        assert (
            f"answered {status}: a redirect, which zsiso does not follow\n  to: {elsewhere.url}/zstack\n" in result.err
        )


def test_a_redirect_to_nowhere(user: User, node: Node) -> None:
    node.answers("", 302, ("Location: http://[/]\x1b",))
    user.has_profile(node)
    result = user.runs("candidates", ISO)
    assert (result.code, result.out, len(node.seen)) == (6, "", 1)
    assert "a redirect, which zsiso does not follow: " in result.err
    assert "\x1b" not in result.err


def test_the_session_is_not_shown_when_the_node_repeats_it(user: User, node: Node) -> None:
    node.answers(error("ID.1001", details=f"session[uuid:{SESSION}] expired"), 503)
    user.has_profile(node)
    result = user.runs("candidates", ISO)
    assert SESSION not in result.err
    assert "session[uuid:***] expired" in result.err


class TestNoAnswer:
    def test_connection_refused(self, user: User) -> None:
        user.writes_config(
            f'[profiles.a]\nurl = "http://127.0.0.1:{unused_port()}"\nsession = "{SESSION}"\nretries = 0'
        )
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (7, "")
        assert masked(result.err) == (
            "zsiso: the management node could not be reached: Connection refused\n"
            f"{ASKED}"
            "hint: check the profile's url, and that the management node runs and can be reached from here\n"
        )

    def test_no_such_host(self, user: User) -> None:
        user.writes_config('[profiles.a]\nurl = "http://node.invalid"\nsession = "some-session"')
        result = user.runs("candidates", ISO, "--timeout", "20")
        assert (result.code, result.out) == (7, "")

    @pytest.mark.parametrize(
        ("host", "code"), [("a..b", 3), ("xn--a", 3), ("a" * 64, 3), ("*.example.com", 7), ("[::1%25zz]", 7)]
    )
    def test_a_host_that_can_t_be(self, user: User, host: str, code: int) -> None:
        user.writes_config(f'[profiles.a]\nurl = "http://{host}"\nsession = "{SESSION}"')
        result = user.runs("candidates", ISO, "--timeout", "20")
        assert (result.code, result.out) == (code, "")
        assert "Traceback" not in result.err

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Le",
            b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"inventories": []}',
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n{"inventories": []}\r\n',
        ],
    )
    @pytest.mark.parametrize("form", ["table", "json"])
    def test_an_answer_cut_short(self, user: User, node: Node, raw: bytes, form: str) -> None:
        node.sends(raw)
        user.has_profile(node)
        result = user.runs("candidates", ISO, *(["--json"] if form == "json" else []))
        assert (result.code, result.out) == (7, "")
        assert "the connection broke before the answer was whole" in result.err

    @pytest.mark.skipif(not hasattr(os, "waitid"), reason="this system can't wait for a process to be stopped")
    @pytest.mark.parametrize(("missing", "code"), [(0, 0), (5, 7)])
    def test_an_answer_that_a_reset_follows_at_once(self, user: User, node: Node, missing: int, code: int) -> None:
        body = b'{"inventories": []}\n'
        raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        started: SimpleQueue[int] = SimpleQueue()

        def answer_and_reset(connection: socket.socket) -> None:
            # Stopped, it can't look at the answer before the reset is there.
            pid = started.get()
            os.kill(pid, signal.SIGSTOP)
            os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)
            connection.sendall(raw[: len(raw) - missing])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
            os.kill(pid, signal.SIGCONT)

        node.does(answer_and_reset)
        user.has_profile(node, "retries = 0")
        with user.starts("candidates", ISO, "--json") as process:
            started.put(process.pid)
            out, err = process.communicate()
        assert (process.returncode, out) == (code, body.decode() if code == 0 else "")
        assert "Traceback" not in err

    def test_no_tls_where_it_was_expected(self, user: User) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=_answer_in_plain_text, args=(listener,), daemon=True).start()
            port = listener.getsockname()[1]
            user.writes_config(f'[profiles.a]\nurl = "https://127.0.0.1:{port}"\nsession = "{SESSION}"')
            result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (7, "")
        assert result.err.startswith("zsiso: no TLS is spoken there: wrong version number\n")


def _answer_in_plain_text(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class TestNotHttp:
    @pytest.mark.parametrize(
        "raw", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
    )
    def test_what_is_not_http(self, user: User, node: Node, raw: bytes) -> None:
        node.sends(raw)
        user.has_profile(node)
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (8, "")
        assert "the answer is not HTTP: " in result.err

    def test_what_can_t_be_decompressed(self, user: User, node: Node) -> None:
        node.answers("no gzip", 200, ("Content-Encoding: gzip",))
        user.has_profile(node)
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (8, "")
        assert "the answer can't be decompressed" in result.err


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://x", "127.0.0.1:x"])
def test_a_proxy_that_can_t_be_used(user: User, node: Node, proxy: str) -> None:
    node.answers('{"inventories": []}')
    user.has_profile(node)
    result = user.runs("candidates", ISO, env={"ALL_PROXY": proxy})
    assert (result.code, result.out, node.seen) == (3, "", [])
    assert "Traceback" not in result.err
    assert "ALL_PROXY" in result.err
