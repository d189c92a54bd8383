"""``zsiso mock``."""

from __future__ import annotations

import shlex
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.helpers.example import EXAMPLE
from tests.helpers.mock_cloud import send_request
from tests.helpers.runner import ISO, SESSION, User
from zsiso import mock_node

PATH = f"/zstack/v1/images/iso/{ISO}/vm-candidates"


@contextmanager
def run_mock(user: User, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Run ``zsiso mock``; gives the process, the curl command it printed, and its address."""
    with user.start("mock", "--port", "0", *arguments) as process:
        try:
            assert process.stdout is not None
            curl = process.stdout.readline().strip()
            yield process, curl, f"http://{urlsplit(shlex.split(curl)[3]).netloc}"
        finally:
            process.kill()


class TestMockCommand:
    def test_mock_command_responds_until_ctrl_c(self, user: User) -> None:
        with run_mock(user) as (process, curl, url):
            assert curl == f"curl -X GET '{url}{PATH}' -H 'Authorization: OAuth {SESSION}'"
            env = {"ZSISO_URL": url, "ZSISO_SESSION": SESSION}
            assert user.run("candidates", ISO, env=env) == user.run("candidates", "--mock")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, "")
        assert err == f"A mock management node answers at {url}; Ctrl-C ends it.\n"

    def test_mock_command_exits_143_on_sigterm(self, user: User) -> None:
        with run_mock(user) as (process, _, _):
            process.terminate()
            assert process.wait(20) == 143

    @pytest.mark.external
    @pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
    def test_curl_command_of_mock_command_works(self, user: User) -> None:
        with run_mock(user) as (_, curl, _):
            printed = subprocess.run([*shlex.split(curl), "-s"], capture_output=True, check=True).stdout
            documented = curl.replace("vm-candidates'", "vm-candidates?systemTags=<systemTags>&userTags=<userTags>'")
            answered = subprocess.run([*shlex.split(documented), "-s"], capture_output=True, check=True).stdout
        assert printed == answered == mock_node.example_inventory()

    def test_mock_command_with_port_in_use_exits_3(self, user: User) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = str(busy.getsockname()[1])
            result = user.run("mock", "--port", port)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: cannot serve on port {port}: Address already in use\n"
            "hint: choose another with --port, 0 for a free one\n"
        )

    @pytest.mark.parametrize("port", ["-1", "65536", "http"])
    def test_mock_command_with_invalid_port_exits_2(self, user: User, port: str) -> None:
        assert user.run("mock", "--port", port).code == 2

    def test_mock_command_serves_inventory_file(self, user: User) -> None:
        (user.home / "mine.json").write_bytes(EXAMPLE)
        with run_mock(user, "--inventory", "mine.json") as (_, _, url):
            assert send_request(url, "GET", PATH, {"Authorization": "OAuth x"}) == (200, EXAMPLE)

    def test_mock_command_with_missing_inventory_file_exits_3(self, user: User) -> None:
        result = user.run("mock", "--inventory", "nowhere.json")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            "zsiso: cannot read nowhere.json: No such file or directory\n"
            "hint: --inventory takes a file that holds an answer's body\n"
        )
