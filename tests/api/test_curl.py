"""``--curl`` prints a curl command that sends the same request."""

from __future__ import annotations

import shutil
import subprocess
from zoneinfo import ZoneInfo

import pytest

from tests.helpers.mock_cloud import KEY_SECRET, PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, User
from zsiso import mock_node
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig


@pytest.mark.external
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="curl or openssl is not installed")
class TestCurlCommand:
    def test_curl_command_reads_session_from_environment(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://[::1]:80/x"\nsession = { env = "NOT_SET" }\ntimeout = 9\n')
        result = user.run("candidates", ISO, "--curl", "--user-tag", "it's 100% &", "--system-tag", "ephemeral::x")
        assert (result.code, result.err) == (0, "")
        assert result.out == (
            "curl --silent --show-error --globoff --max-time 9 "
            f"'http://[::1]:80/x/v1/images/iso/{ISO}/vm-candidates?systemTags=ephemeral%3A%3Ax&userTags=it%27s%20100%25%20%26' "
            '-H "Authorization: OAuth $ZSISO_SESSION"\n'
        )

    @pytest.mark.parametrize(
        ("settings", "options"),
        [
            ("insecure = true", "--insecure"),
            ('ca_file = "/a b/ca.pem"', "--cacert '/a b/ca.pem'"),
            ("proxy = false", "--noproxy '*'"),
            ('proxy = "http://proxy:3128"', "--noproxy '' --proxy http://proxy:3128"),
            ('proxy = "http://job:hunter22@proxy:3128"', "--noproxy '' --proxy \"$ZSISO_PROXY\""),
        ],
    )
    def test_curl_command_has_tls_and_proxy_options(self, user: User, settings: str, options: str) -> None:
        user.write_config(f'[profiles.a]\nurl = "https://h"\nsession = {{ env = "NOT_SET" }}\n{settings}\n')
        result = user.run("candidates", ISO, "--curl")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(
            f"curl --silent --show-error --globoff --max-time 120 {options} https://h/zstack/v1/"
        )

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Sao_Paulo"])
    @pytest.mark.parametrize("kind", ["session", "account", "key"])
    def test_curl_command_sends_same_request(self, user: User, kind: str, zone: str) -> None:
        account = """o"hara's \\ $HOME"""
        accepts = MockAuthConfig(
            account, Secret(PASSWORD), Secret("the-session"), "key-id", Secret(KEY_SECRET), ZoneInfo(zone)
        )
        settings = {
            "session": 'session = { env = "ZSISO_SESSION" }',
            "account": f"account = '''{account}'''",
            "key": f'access_key_id = "key-id"\naccess_key_secret = {{ env = "ZSISO_ACCESS_KEY_SECRET" }}\ntimezone = "{zone}"',
        }[kind]
        with run_mock_cloud(accepts) as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\n{settings}\n')
            command = user.run("candidates", ISO, "--curl", "--user-tag", "a&b=c 100% +1").out
            assert cloud.requests == []
            secrets = {
                "ZSISO_SESSION": "the-session",
                "ZSISO_PASSWORD": PASSWORD,
                "ZSISO_ACCESS_KEY_SECRET": KEY_SECRET,
            }
            completed = subprocess.run(
                ["sh", "-c", command], env={**user.environ, **secrets}, capture_output=True, check=True, timeout=60
            )
            assert (completed.stdout, completed.stderr) == (mock_node.example_inventory(), b"")
            curl_request = cloud.requests[-1]
            user.run("candidates", ISO, "-q", "--user-tag", "a&b=c 100% +1", env=secrets)
            assert (curl_request.method, curl_request.path) == (cloud.requests[-1].method, cloud.requests[-1].path)

    @pytest.mark.parametrize("iso", ["rescue-disk", "3e5e"])
    def test_curl_with_iso_name_exits_2(self, user: User, iso: str) -> None:
        user.write_config('[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "some-session"\n')
        result = user.run("candidates", iso, "--curl")
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("zsiso: --curl needs the UUID of the ISO")
