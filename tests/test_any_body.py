"""Any answer at all: a documented exit code, nothing of a bad one on stdout, and a bounded memory."""

from __future__ import annotations

import gzip
import json
import os
import socket
import struct
import subprocess
import sys
import zlib
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.command import ISO, PROGRAM, SESSION, Result, User
from tests.node import Node, running_node
from tests.shown import as_rows, as_table
from zsiso import mock_node
from zsiso.api.client import Client
from zsiso.api.responses import read_records
from zsiso.config.connection import ConnectionSettings, normalize_url
from zsiso.config.credentials import Session
from zsiso.config.profile import Profile
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.deadline import Deadline
from zsiso.errors import ApiError, CredentialsError, ExitCode, IsoNotFoundError, UnexpectedResponseError, ZsisoError
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES, SortOrder, sort_records
from zsiso.output import tree
from zsiso.output.options import OutputFormat, OutputSettings
from zsiso.output.terminal import Terminal
from zsiso.transport.body import LARGE_BODY_BYTES, Body
from zsiso.transport.messages import ApiRequest, ApiResponse, ConnectionInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from zsiso.inventory.record import Record

# How many times as many examples as in a run of all tests; 50, say, for a night.
EFFORT = int(os.environ.get("ZSISO_TEST_EFFORT", "1"))
REAL = mock_node.example_inventory()
SCREEN = Terminal(80, colour=False, encoding="utf-8")


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let coverage out of what is run: it writes files, loads modules and takes memory of its own."""
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)


def examples(number: int) -> settings:
    return settings(max_examples=number * EFFORT, deadline=None)


def received(data: bytes, status: int = 200) -> ApiResponse:
    request = ApiRequest("GET", "/v1/x", base_url="http://node.example.com/zstack")
    body = Body()
    # As they come from the wire; many of them go into a file.
    for start in range(0, len(data), 2**16):
        body.add(data[start : start + 2**16])
    return ApiResponse(
        request, status, {}, body, datetime.now(timezone.utc), ConnectionInfo("127.0.0.1 port 1", 0, None, {})
    )


def verdict(data: bytes, status: int = 200) -> list[Record] | ExitCode:
    """Return what an answer gives: its records, or the exit code of what is wrong with it."""
    try:
        return list(read_records(received(data, status)))
    except (CredentialsError, IsoNotFoundError, ApiError, UnexpectedResponseError) as error:
        return error.exit_code


def show(records: Sequence[Record]) -> None:
    """Show records in every format there is."""
    vms = sort_records(unique_candidates(records, ISO), SortOrder("name"), VM_INSTANCES)
    assert as_table(vms, VM_INSTANCES.wide, SCREEN).count("\n") == 2 + len(vms)
    tree.draw_tree(vms, VM_INSTANCES, SCREEN)
    for output in set(OutputFormat) - {OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.TREE}:
        as_rows(vms, OutputSettings(output, None, SortOrder("name"), header=True, print0=False))


# -- mutations ----------------------------------------------------------------

numbers = st.integers() | st.floats() | st.just(10**4000) | st.just(-(10**400))
anything = st.text(st.characters(exclude_categories=()), max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | numbers | anything,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(anything, inner, max_size=4)
        | st.dictionaries(st.sampled_from(["inventories", "error", "code", "uuid", "name", "vmNics", "ip"]), inner)
    ),
    max_leaves=12,
)
# NaN, Infinity and what is no UTF-8 among them.
raw_documents = st.builds(
    lambda document, ascii_only: json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"),
    documents,
    st.booleans(),
)
tokens = st.sampled_from(
    [
        *(b"NaN", b"-Infinity", b"1e999", b"-", b"01", b"9" * 5000, b"1e" + b"9" * 5000, b"\xef\xbb\xbf", b"\xff"),
        *(b"\xc3", b"\xed\xa0\x80", b"\x00", b"\x1f", b'"\\ud800"', b'"\\u12"', b'"\\x"', b'"', b"\\", b"[", b"]"),
        *(b"{", b"}", b",", b":", b"//", b"/**/", b"'a'", b"null", b"true", b"{}", b"[]", b'"a":1,', b'"uuid":1,'),
        *(b'],"inventories":[', b'"inventories":', b'"inventories":null,', b'"error":{},', b"[" * 2000, b" " * 70_000),
    ]
)


@st.composite
def spoilt(draw: st.DrawFn, whole: bytes) -> bytes:
    """Give an answer with something done to it, or two or three things."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        until = draw(st.integers(at, min(len(data), at + 200)))
        what = draw(st.sampled_from(["cut", "flip", "put", "replace", "repeat"]))
        if what == "cut":
            del data[at:]
        elif what == "flip" and at < len(data):
            data[at] ^= draw(st.integers(1, 255))
        elif what == "put":
            data[at:at] = draw(tokens | st.binary(max_size=4))
        elif what == "replace":
            data[at:until] = draw(tokens | raw_documents)
        elif what == "repeat":
            data[at:at] = data[at:until]
    return bytes(data)


class TestNoBody:
    """None of them raises what is not told of, or can't be shown."""

    @examples(200)
    @given(st.binary(max_size=60) | raw_documents, st.sampled_from([200, 200, 204, 401, 503]))
    def test_of_any_bytes(self, data: bytes, status: int) -> None:
        given = verdict(data, status)
        if isinstance(given, list):
            show(given)

    @examples(200)
    @given(st.lists(st.dictionaries(anything | st.sampled_from(VM_INSTANCES.names), documents, max_size=4), max_size=3))
    def test_of_any_objects(self, answer: list[dict[str, Any]]) -> None:
        given = verdict(json.dumps({"inventories": answer}).encode())
        if isinstance(given, list):
            show(given)

    @examples(300)
    @given(spoilt(REAL))
    def test_of_a_spoilt_answer(self, data: bytes) -> None:
        given = verdict(data)
        if isinstance(given, list):
            show(given)


ROW = '{"uuid":"0123456789abcdef0123456789abcdef","name":"数据库-é","vmNics":[{"ip":"10.0.0.1"}],"x":["}]",{"y":1e5}]}'


def among(row: bytes, before: int, after: int) -> bytes:
    ours = ROW.encode()
    return b'{"inventories":[' + (ours + b",") * before + row + (b"," + ours) * after + b"]}"


MANY = LARGE_BODY_BYTES // len(ROW.encode()) + 1


# Here an answer ends before the process does, and its file with it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestOneVerdict:
    """An answer that goes through memory, and one that goes through a file, are judged alike."""

    @staticmethod
    def assert_alike(row: bytes) -> None:
        few = told(verdict(among(row, 2, 2)))
        for before, after in ((MANY, 0), (MANY // 2, MANY // 2)):
            assert told(verdict(among(row, before, after))) == few

    @examples(15)
    @given(spoilt(ROW.encode()))
    @example(b'{"a":NaN}')
    @example(b'{"a":1e999,"b":123456789012345678901234567890,"c":-0,"d":-0.0,"e":' + b"7" * 5000 + b"}")
    @example(b'{"a":"\\ud800","\\udc00":"\xed\xa0\x80"}')
    @example(b'{"a":"\xff"}')
    @example(b'{"a":"\x01"}')
    @example(b'{"a":1,"a":2}')
    @example(b'{}],"inventories":[{}')
    @example(b'{}],"inventories":null,"x":[{}')
    @example(b'{}],"error":{"code":"SYS.1003"},"x":[{}')
    @example(b'{}],"invent\\u006fries":[{"a":1}')
    @example(b"1")
    @example(b"")
    @example(b'{"a":' + b"[" * 200 + b"]" * 200 + b"}")
    @example(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    def test_of_a_spoilt_row(self, row: bytes) -> None:
        self.assert_alike(row)

    @examples(15)
    @given(raw_documents)
    def test_of_any_value(self, row: bytes) -> None:
        self.assert_alike(row)

    @examples(15)
    @given(st.data())
    def test_of_what_stands_around_the_rows(self, data: st.DataObject) -> None:
        head = data.draw(spoilt(b'\r\n{"a":[1], "inventories": ['))
        tail = data.draw(spoilt(b'] ,"b":{"inventories":3}}\n'))
        few, many = ((ROW.encode() + b",") * number + ROW.encode() for number in (3, MANY))
        assert told(verdict(head + few + tail)) == told(verdict(head + many + tail))

    @examples(15)
    @given(raw_documents | st.binary(max_size=30))
    def test_of_a_value_behind_a_long_one(self, value: bytes) -> None:
        def body(length: int) -> bytes:
            return b'{"inventories":[{"a":' + value + b'}],"pad":"' + b"x" * length + b'","b":' + value + b"}"

        assert told(verdict(body(3))) == told(verdict(body(LARGE_BODY_BYTES)))


def told(given: list[Record] | ExitCode) -> object:
    """Return a verdict less the rows that are only there for their number."""
    if isinstance(given, ExitCode):
        return given
    return [(str(record.text), repr(record.fields)) for record in given if str(record.text) != ROW]


# -- on the wire --------------------------------------------------------------


@pytest.fixture(scope="module")
def running() -> Iterator[Node]:
    with running_node() as node:
        yield node


class TestNoBytesOnTheWire:
    """What is no HTTP, or HTTP of an odd kind, ends in an exit code of ours."""

    @examples(120)
    @given(st.data())
    def test_whatever_they_are(self, running: Node, data: st.DataObject) -> None:
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
        running.sends(
            data.draw(st.just(head + body) | spoilt(head + body) | spoilt(head).map(lambda head: head + body))
        )
        if len(running._acts) > 1:  # noqa: SLF001 - the one before is answered
            running.next_act()
        assert in_process(running) in {None, 4, 5, 6, 7, 8}


def in_process(node: Node) -> ExitCode | None:
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


EVERY_WAY = (
    *(["-o", output.value] for output in OutputFormat),
    *(["--json"], ["--check", "web-2"], ["--fail-empty"], ["--attachable", "-o", "json"], ["-c", "name"]),
)
ALL_OF_THEM = """
import json, sys
from zsiso import main
codes = {int(main.run(["candidates", sys.argv[1], *more])) for more in json.loads(sys.argv[2])}
sys.stderr.write(f"codes: {sorted(codes)}")
"""


def runs_every_way(user: User, ways: Sequence[Sequence[str]] = EVERY_WAY) -> tuple[str, str]:
    """Return stdout, and what is said last, of a process that runs ``candidates`` in these ways, one by one."""
    done = subprocess.run(
        [sys.executable, "-c", ALL_OF_THEM, ISO, json.dumps(ways)],
        env=user.environ,
        cwd=user.home,
        capture_output=True,
        timeout=120,
        check=False,
    )
    said = done.stderr.decode()
    assert "Traceback" not in said
    return done.stdout.decode(), said.splitlines()[-1]


def large(body: bytes) -> bytes:
    """Return an answer with so many more rows that it goes through a file."""
    return body.replace(b'"inventories":[', b'"inventories":[' + (ROW.encode() + b",") * MANY, 1)


def framed(body: bytes, length: int, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: %d" % length, *headers, b"", body])


def chunked(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)


def reset_after(raw: bytes) -> Callable[[socket.socket], None]:
    def act(connection: socket.socket) -> None:
        connection.sendall(raw)
        # Closed at once, with a reset instead of an end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return act


COMPACT = json.dumps(json.loads(REAL), ensure_ascii=False, separators=(",", ":")).encode()
LAST = COMPACT.rindex(b"{")


@pytest.mark.parametrize("size", ["small", "large"])
class TestAllOrNothing:
    @pytest.fixture
    def body(self, size: str) -> bytes:
        return COMPACT if size == "small" else large(COMPACT)

    @pytest.mark.parametrize("how", ["cut", "cut to nothing", "reset", "promised", "chunk cut", "chunks cut"])
    def test_what_is_not_whole(self, user: User, node: Node, body: bytes, how: str) -> None:
        user.has_profile(node, "retries = 0")
        if how == "reset":
            node.does(reset_after(framed(body[:-100], len(body))))
        else:
            raw = {
                "cut": framed(body, len(body))[:-1],
                "cut to nothing": framed(b"", len(body)),
                "promised": framed(body, len(body) + 1),
                "chunk cut": chunked(body)[:-20],
                "chunks cut": chunked(body)[: -len(b"0\r\n\r\n")],
            }
            node.sends(raw[how])
        assert runs_every_way(user) == ("", "codes: [7]")

    @pytest.mark.parametrize(
        "how", ["broken gzip", "cut gzip", "no UTF-8", "no UTF-8 at the end", "cut by its length", "last row", "comma"]
    )
    def test_what_is_not_the_api_s(self, user: User, node: Node, body: bytes, how: str) -> None:
        user.has_profile(node, "retries = 0")
        zipped = gzip.compress(body)
        broken = bytearray(zipped)
        broken[len(broken) // 2] ^= 0xFF
        last = body.rindex(b"}")
        raw = {
            "broken gzip": framed(bytes(broken), len(broken), b"Content-Encoding: gzip"),
            "cut gzip": framed(zipped[:-20], len(zipped) - 20, b"Content-Encoding: gzip"),
            "no UTF-8": body.replace(b'"platform":"', b'"platform":"\xff', 1),
            "no UTF-8 at the end": body[:last] + b',"x":"\xc3"}',
            "cut by its length": framed(body, len(body) - 1),
            "last row": body[: body.rindex(b'"') - 2] + b"\x01" + body[body.rindex(b'"') - 2 :],
            "comma": body[: body.rindex(b"]")] + b",]}",
        }[how]
        if raw.startswith(b"HTTP"):
            node.sends(raw)
        else:
            node.answers(raw)
        assert runs_every_way(user) == ("", "codes: [8]")

    def test_what_is_whole(self, user: User, node: Node, body: bytes) -> None:
        user.has_profile(node, "retries = 0")
        for raw in (framed(body, len(body)), chunked(body), b"HTTP/1.0 200 OK\r\n\r\n" + body):
            node.sends(raw)
        zipped = gzip.compress(body)
        node.sends(framed(zipped, len(zipped), b"Content-Encoding: gzip"))
        squeezed = zlib.compress(body)
        node.sends(framed(squeezed, len(squeezed), b"Content-Encoding: deflate"))
        for _ in range(5):
            result = user.runs("candidates", ISO, "--json")
            assert (result.code, result.out, result.err) == (0, body.decode() + "\n", "")


class TestOddAnswers:
    @pytest.fixture
    def asks(self, user: User, node: Node) -> Callable[[bytes], list[Result]]:
        user.has_profile(node, "retries = 0")

        def asks(row: bytes) -> list[Result]:
            node.answers(b'{"inventories":[' + row + b"]}")
            return [user.runs("candidates", ISO, *form) for form in (["--json"], ["-o", "csv", "--no-header"], [])]

        return asks

    def test_huge_integers_are_shown(self, asks: Callable[[bytes], list[Result]]) -> None:
        body, row, drawn = asks(b'{"name":"a","cpuNum":%b,"memorySize":%b}' % (b"9" * 5000, b"8" * 5000))
        assert [result.code for result in (body, row, drawn)] == [0, 0, 0]
        for result in (body, row, drawn):
            assert "9" * 5000 in result.out
        assert "8" * 5000 in row.out

    def test_lone_surrogates_are_shown(self, asks: Callable[[bytes], list[Result]]) -> None:
        body, row, drawn = asks(rb'{"name":"a\ud800b"}')
        assert [result.code for result in (body, row, drawn)] == [0, 0, 0]
        assert body.out == '{"inventories":[{"name":"a\\ud800b"}]}\n'
        assert row.out == "a\\ud800b,,,?,,,,\n"
        assert drawn.out.splitlines()[2].startswith("a\\ud800b  ")

    def test_of_repeated_keys_the_last_counts(self, asks: Callable[[bytes], list[Result]]) -> None:
        _, row, _ = asks(b'{"name":"a","name":"b"}')
        assert row.out == "b,,,?,,,,\n"

    def test_of_two_lists_nobody_knows_which_counts(self, asks: Callable[[bytes], list[Result]]) -> None:
        for result in asks(b'{"name":"first"}],"inventories":[{"name":"b"}'):
            assert (result.code, result.out) == (8, "")
            assert 'it has "inventories" twice\n' in result.err

    @pytest.mark.parametrize(
        ("field", "opening"), [(b"name", b"["), (b"name", b'{"a":'), (b"vmNics", b"["), (b"vmNics", b'[{"vmNics":')]
    )
    def test_nesting_is_shown_or_refused(self, user: User, node: Node, field: bytes, opening: bytes) -> None:
        closing = bytes({ord("["): ord("]"), ord("{"): ord("}")}[char] for char in reversed(opening) if char in b"[{")
        user.has_profile(node, "retries = 0")
        ways = [["-o", "csv"], ["-o", "tree"]]
        for depth in DEPTHS:
            times = depth // len(closing)
            for _ in ways:
                node.answers(b'{"inventories":[{"%b":%b1%b}]}' % (field, opening * times, closing * times))
        out, said = runs_every_way(user, ways * len(DEPTHS))
        assert out
        assert set(json.loads(said.removeprefix("codes: "))) == {0, 8}

    @pytest.mark.parametrize("key", ["code", "details", "cause"])
    def test_nesting_in_an_error(self, user: User, node: Node, key: str) -> None:
        user.has_profile(node, "retries = 0")
        for depth in DEPTHS:
            node.answers(f'{{"error":{{"{key}":{"[" * depth}{"]" * depth}}}}}')
        out, said = runs_every_way(user, [[]] * len(DEPTHS))
        assert (out, set(json.loads(said.removeprefix("codes: ")))) == ("", {6, 8})


# About where some decoder no longer takes it, or what sorts and shows it does not.
DEPTHS = (100, *range(940, 1004), 1200, 2000, 5000, 9000, 100_000)


class TestHeads:
    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"0" * 5000 + b"\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 19, 20\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b'Content-Length: 19\r\n\r\n{"inventories": []}', 0),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b'Content-Length: 19\r\n\r\n{"inventories": []}', 8),
            (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000, 8),
            (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n", 8),
            (b"HTTP/1.1 999 \xff\xfe\r\nContent-Length: 0\r\n\r\n", 6),
            (b"HTTP/1.1 99 OK\r\n\r\n", 8),
            (
                b"HTTP/1.1 100 Continue\r\n\r\n" * 100
                + b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"inventories": []}',
                0,
            ),
            (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", 8),
            (b"HTTP/2.0 200 OK\r\n\r\n", 8),
            (b"\x00" * 100, 8),
            (b"\r\n" * 100, 8),
            (b'HTTP/1.0 200 OK\r\n\r\n{"inventories": []}', 0),
            # Without a length nobody can tell that it was cut; that it is no JSON any more, one can.
            (b'HTTP/1.0 200 OK\r\n\r\n{"inventories": [', 8),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 8),
            (
                b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13;x=y\r\n{"inventories": []}\r\n0\r\nX: y\r\n\r\n',
                0,
            ),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 8),
            (b'HTTP/1.1 200 OK\r\nContent-Encoding: x-nobody-s\r\nContent-Length: 19\r\n\r\n{"inventories": []}', 8),
            (b'HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 19\r\n\r\n{"inventories": []}', 0),
        ],
    )
    def test_an_odd_one(self, user: User, node: Node, raw: bytes, code: int) -> None:
        user.has_profile(node, "retries = 0")
        node.sends(raw)
        result = user.runs("candidates", ISO, "--json")
        assert (result.code, result.out) == (code, "" if code else '{"inventories": []}\n')
        assert "Traceback" not in result.err


# -- how much of it -----------------------------------------------------------


class TestSize:
    def test_what_is_announced_and_never_comes(self, user: User, node: Node) -> None:
        def announce(connection: socket.socket) -> None:
            connection.sendall(framed(b"", 2**30))
            node.ended.wait(60)

        node.does(announce)
        user.has_profile(node, "retries = 0")
        result = user.runs("candidates", ISO, "--timeout", "1")
        assert (result.code, result.out) == (7, "")
        user.has_profile(node, "retries = 0\nmax_body = 1_000_000")
        result = user.runs("candidates", ISO, "--timeout", "20")
        assert (result.code, result.out) == (8, "")
        assert result.err.startswith("zsiso: the answer is longer than 1000000 bytes: 1073741824 bytes are announced\n")

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip", "gzip, gzip, gzip", "br", "zstd"])
    def test_a_bomb(self, user: User, node: Node, coding: str) -> None:
        packed = bomb(coding)
        assert len(packed) < 2_000_000
        node.sends(framed(packed, len(packed), b"Content-Encoding: " + coding.encode()))
        user.has_profile(node, "retries = 0\nmax_body = 20_000_000")
        code, said = runs_within(500, user, "candidates", ISO)
        why = (
            "is longer than 20000000 bytes: more than that came"
            if coding in {"gzip", "deflate"}
            else f"can't be decompressed: it is {coding}, which nobody asked for"
        )
        assert (code, said.splitlines()[0]) == (8, f"zsiso: the answer {why}")

    @pytest.mark.parametrize("where", ["rows", "a field", "an object", "beside"])
    def test_ten_million_elements(self, user: User, node: Node, where: str) -> None:
        million = {
            "rows": (b'{"inventories":[', b"{},", b"{}]}"),
            "a field": (b'{"inventories":[{"name":"a","vmNics":[', b"1,", b"1]}]}"),
            "an object": (b'{"inventories":[{"name":"a","vmNics":{', b'"a":1,', b'"b":2}}]}'),
            "beside": (b'{"inventories":[{"name":"a"}],"x":[', b"[],", b"1]}"),
        }
        head, item, tail = million[where]
        node.answers(head + item * 9_999_999 + tail)
        user.has_profile(node, "retries = 0")
        code, said = runs_within(300, user, "candidates", ISO, "-o", "name")
        first = "zsiso: the answer is more than there is memory for"
        assert (code, said.partition("\n")[0]) in {(0, ""), (8, first)}


def bomb(coding: str) -> bytes:
    data = b"\x00" * 100_000_000
    for step in coding.split(", "):
        data = zlib.compress(data, 9) if step == "deflate" else gzip.compress(data, 9)
    return data


def runs_within(memory: int, user: User, *arguments: str) -> tuple[int, str]:
    """Return exit code and stderr of a run that gets no more than ``memory`` (MiB)."""
    done = subprocess.run(
        ["bash", "-c", f'ulimit -v {memory * 1024}; exec "$0" "$@"', *PROGRAM, *arguments],
        env=user.environ,
        cwd=user.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr.decode()
