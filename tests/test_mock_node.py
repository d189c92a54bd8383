"""The embedded management node: what it answers, and the commands that start it."""

from __future__ import annotations

import http.client
import json
import shlex
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.command import ISO, SESSION, User
from tests.test_candidates import EXAMPLE
from zsiso import mock_node

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER_ISO = "0123456789abcdef0123456789abcdef"
BAD_KIND = b"invalid header: Authorization must be 'OAuth session-uuid' or 'ZStack key-id:signature'"
PATH = f"/zstack/v1/images/iso/{ISO}/vm-candidates"


def asked(url: str, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    status, body = response.status, response.read()
    connection.close()
    return status, body


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with mock_node.serve(mock_node.Cloud(mock_node.example_inventory())) as address:
        yield address


class TestAnswers:
    def test_the_example(self, url: str) -> None:
        status, body = asked(url, "GET", PATH, {"Authorization": "OAuth anything"})
        assert (status, body) == (200, mock_node.example_inventory())

    @pytest.mark.parametrize(
        ("method", "path", "headers", "status", "words"),
        [
            ("GET", PATH, {}, 400, b"missing header: Authorization"),
            (
                "GET",
                PATH,
                {"Authorization": "Basic x"},
                400,
                BAD_KIND,
            ),
            (
                "GET",
                PATH,
                {"Authorization": "OAuth "},
                400,
                BAD_KIND,
            ),
            ("GET", "/zstack/v1/nothing", {"Authorization": "OAuth x"}, 404, b"no api mapping to /zstack/v1/nothing"),
            (
                "GET",
                PATH.removeprefix("/zstack"),
                {"Authorization": "OAuth x"},
                404,
                f"no api mapping to {PATH[7:]}".encode(),
            ),
            ("PUT", PATH, {"Authorization": "OAuth x"}, 405, b"PUT is not allowed here; use GET"),
            ("OPTIONS", PATH, {"Authorization": "OAuth x"}, 405, b"OPTIONS is not allowed here; use GET"),
            ("HEAD", PATH, {"Authorization": "OAuth x"}, 405, b""),
        ],
    )
    def test_what_is_wrong_in_plain_text(
        self, url: str, method: str, path: str, headers: dict[str, str], status: int, words: bytes
    ) -> None:
        assert asked(url, method, path, headers) == (status, words)

    def test_an_unknown_iso_as_an_error_object(self, url: str) -> None:
        status, body = asked(url, "GET", PATH.replace(ISO, OTHER_ISO), {"Authorization": "OAuth x"})
        assert status == 503
        assert json.loads(body)["error"]["code"] == "SYS.1003"


def test_the_inventory_is_worth_looking_at() -> None:
    rows = json.loads(mock_node.example_inventory())["inventories"]
    assert rows[0] == json.loads(EXAMPLE)["inventories"][0]
    assert {row["state"] for row in rows} == {"Running", "Stopped"}
    assert max(len(row.get("vmNics", ())) for row in rows) > 1
    assert {type(row["memorySize"]) for row in rows if "memorySize" in row} == {int, float}
    assert any("name" not in row for row in rows)
    assert not all(row.get("name", "").isascii() for row in rows)


class TestCandidates:
    def test_needs_no_configuration_and_no_uuid(self, user: User) -> None:
        assert user.runs_raw("candidates", "--mock", "--json") == mock_node.example_inventory()
        assert user.runs("candidates", "--mock", ISO) == user.runs("candidates", "--mock")

    def test_the_table(self, user: User) -> None:
        assert user.runs("candidates", "--mock").out.splitlines() == [
            "NAME           UUID                              STATE    CDROM    CPUS   MEMORY  IP ADDRESSES                          PLATFORM",
            "────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
            "rescue         4f5c9a6db1de427cfaa5b6d7e8f90a1b  Stopped  none        1  0.5 GiB  -                                     Other",
            "Test-VM        f95bdc72e9963a05b8f19b8817f09d9d  Stopped  ?           1    8 GiB  192.168.1.10                          Linux",
            "web-2          0b1e5c2f7d9a4e38b6c1d2f3a4b5c6d7  Running  free        4   16 GiB  10.0.8.12                             Linux",
            "web-10         1c2f6d3a8eab4f49c7d2e3a4b5c6d7e8  Running  full        8   32 GiB  10.0.8.20, 192.168.20.20, fd00::8:20  Linux",
            "win-build      3e4b8f5ca0cd416be9f4a5c6d7e8f90a  Stopped  already     2  1.5 GiB  10.0.8.77                             Windows",
            "数据库-主节点  2d3a7e4b9fbc405ad8e3f4b5c6d7e8f9  Running  free       16   64 GiB  10.0.9.5, 10.1.9.5                    Linux",
            "-              5a6dab7ec2ef438dabb6c7e8f90a1b2c  Stopped  ?           -        -  -                                     -",
        ]

    def test_an_unknown_iso(self, user: User) -> None:
        result = user.runs("candidates", "--mock", OTHER_ISO)
        assert (result.code, result.out) == (5, "")
        assert result.err.startswith(
            "zsiso: the management node knows no such ISO (SYS.1003)\n  SYS.1003: resource not found: "
        )

    def test_goes_past_every_proxy(self, user: User) -> None:
        proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:1")
        assert user.runs("candidates", "--mock", env=proxies).code == 0

    def test_the_profile_s_url_is_not_asked(self, user: User) -> None:
        user.writes_config(f'[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "{SESSION}"')
        assert user.runs("candidates", "--mock").code == 0

    def test_a_profile_without_credentials_gets_the_example_s(self, user: User) -> None:
        user.writes_config('[profiles.a]\nurl = "http://127.0.0.1:1"')
        assert user.runs("candidates", "--mock").code == 0

    def test_several_profiles_and_none_chosen(self, user: User) -> None:
        user.writes_config('[profiles.a]\nurl = "http://a"\n[profiles.b]\nurl = "http://b"')
        assert user.runs("candidates", "--mock").code == 0
        assert user.runs("candidates", "--mock", "-p", "c").code == 3

    def test_a_configuration_to_start_from(self, user: User) -> None:
        user.runs("init")
        for command in (["candidates", "--mock"], ["doctor", "--mock"], ["login", "--mock"], ["isos", "--mock"]):
            assert user.runs(*command).code == 0

    def test_a_profile_that_is_not_there(self, user: User) -> None:
        result = user.runs("candidates", "--mock", "-p", "nope")
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f'zsiso: there is no profile "nope": there is no configuration at {user.config}\n')

    def test_a_wrong_configuration_is_not_passed_over(self, user: User) -> None:
        user.writes_config("oops")
        assert user.runs("candidates", "--mock").code == 3
        assert user.runs("candidates", "--mock", "--config", "nowhere").code == 3


@contextmanager
def running(user: User, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Run ``zsiso mock``; gives the process, the curl command it printed, and its address."""
    with user.starts("mock", "--port", "0", *arguments) as process:
        try:
            assert process.stdout is not None
            curl = process.stdout.readline().strip()
            yield process, curl, f"http://{urlsplit(shlex.split(curl)[3]).netloc}"
        finally:
            process.kill()


class TestCommand:
    def test_answers_until_ctrl_c(self, user: User) -> None:
        with running(user) as (process, curl, url):
            assert curl == f"curl -X GET '{url}{PATH}' -H 'Authorization: OAuth {SESSION}'"
            env = {"ZSISO_URL": url, "ZSISO_SESSION": SESSION}
            assert user.runs("candidates", ISO, env=env) == user.runs("candidates", "--mock")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, "")
        assert err == f"A mock management node answers at {url}; Ctrl-C ends it.\n"

    def test_ends_with_143_on_sigterm(self, user: User) -> None:
        with running(user) as (process, _, _):
            process.terminate()
            assert process.wait(20) == 143

    @pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
    def test_the_documented_curl_command_works(self, user: User) -> None:
        with running(user) as (_, curl, _):
            printed = subprocess.run([*shlex.split(curl), "-s"], capture_output=True, check=True).stdout
            documented = curl.replace("vm-candidates'", "vm-candidates?systemTags=<systemTags>&userTags=<userTags>'")
            answered = subprocess.run([*shlex.split(documented), "-s"], capture_output=True, check=True).stdout
        assert printed == answered == mock_node.example_inventory()

    def test_a_busy_port(self, user: User) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = str(busy.getsockname()[1])
            result = user.runs("mock", "--port", port)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: cannot serve on port {port}: Address already in use\n"
            "hint: choose another with --port, 0 for a free one\n"
        )

    @pytest.mark.parametrize("port", ["-1", "65536", "http"])
    def test_a_port_that_can_t_be(self, user: User, port: str) -> None:
        assert user.runs("mock", "--port", port).code == 2

    def test_serves_a_body_of_the_user_s_own(self, user: User) -> None:
        (user.home / "mine.json").write_bytes(EXAMPLE)
        with running(user, "--inventory", "mine.json") as (_, _, url):
            assert asked(url, "GET", PATH, {"Authorization": "OAuth x"}) == (200, EXAMPLE)

    def test_a_body_that_is_not_there(self, user: User) -> None:
        result = user.runs("mock", "--inventory", "nowhere.json")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            "zsiso: cannot read nowhere.json: No such file or directory\n"
            "hint: --inventory takes a file that holds an answer's body\n"
        )
