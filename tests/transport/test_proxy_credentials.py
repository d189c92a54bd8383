"""The user name and password of a proxy."""

from __future__ import annotations

import base64
import re

import pytest

from tests.helpers.proxies import PATH, find_connection, run_verbosely
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode


@pytest.mark.external
class TestProxyCredentials:
    @pytest.mark.parametrize("node_fixture", ["http_node", "https_node"])
    @pytest.mark.parametrize("user_and_password", ["job:hunter22", "job:%68unter22", "%6aob:hunter%32%32"])
    def test_proxy_credentials_are_sent_only_to_proxy(
        self,
        request: pytest.FixtureRequest,
        user: User,
        authenticating_proxy: str,
        node_fixture: str,
        user_and_password: str,
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(node_fixture)
        url = f"http://{user_and_password}@{authenticating_proxy}"
        by_environment = run_verbosely(user, node.url, env={"ALL_PROXY": url})
        by_profile = run_verbosely(user, node.url, f'proxy = "{url}"')
        assert find_connection(by_environment) == (authenticating_proxy, "ALL_PROXY")
        assert find_connection(by_profile) == (authenticating_proxy, "the profile")
        for result in (by_environment, by_profile):
            assert not re.search("hunter|%68unter|%32|%6aob", result.err)
        # The proxy does not send its password on to the node.
        assert ["proxy-authorization" in request.headers for request in node.requests] == [False, False]

    @pytest.mark.parametrize("node_fixture", ["http_node", "https_node"])
    @pytest.mark.parametrize("without_credentials", [True, False], ids=["missing", "wrong"])
    def test_missing_or_wrong_proxy_credentials_exit_4(
        self,
        request: pytest.FixtureRequest,
        user: User,
        authenticating_proxy: str,
        node_fixture: str,
        without_credentials: bool,
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(node_fixture)
        result = run_verbosely(
            user,
            node.url,
            env={
                "ALL_PROXY": authenticating_proxy
                if without_credentials
                else f"http://job:hunter23@{authenticating_proxy}"
            },
        )
        assert (result.code, result.out, node.requests) == (4, "", [])
        assert result.err.count(f"> GET {node.url}") == 1
        assert "hunter23" not in result.err
        if without_credentials:
            message = f"\nzsiso: proxy {authenticating_proxy} (ALL_PROXY) requires authentication (407)\n"
            hint = "\nhint: set its user name and password in its URL: http://USER:PASSWORD@HOST:PORT\n"
        elif node_fixture == "https_node":
            # tinyproxy rejects a wrong password with 401.
            message = f"\nzsiso: proxy {authenticating_proxy} (ALL_PROXY) requires authentication (401)\n"
            hint = "\nhint: set its user name and password in its URL: http://USER:PASSWORD@HOST:PORT\n"
        else:
            message = f"\nzsiso: proxy {authenticating_proxy} (ALL_PROXY), or the server behind it, returned status 401: credentials rejected"
            hint = "\n"
        assert message in result.err
        assert result.err.endswith(hint)

    @pytest.mark.parametrize(
        ("encoded", "user_and_password"),
        [
            ("job:p%40ss%3Aw%2Frd%25", "job:p@ss:w/rd%"),
            ("job:p%C3%A4sswort", "job:pässwort"),
            ("token-alone", "token-alone:"),
        ],
    )
    def test_percent_encoded_proxy_credentials_are_decoded(
        self, user: User, node: ScriptedNode, encoded: str, user_and_password: str
    ) -> None:
        basic = base64.b64encode(user_and_password.encode()).decode()
        secret = user_and_password.removesuffix(":").removeprefix("job:")
        # This proxy repeats the credentials in its response.
        node.respond(f"{encoded} {secret} {basic}", 502)
        url = f"http://{encoded}@{node.url.removeprefix('http://')}"
        result = run_verbosely(user, "http://zstack.example.com", "retries = 0", env={"HTTP_PROXY": url})
        assert result.code == 6
        assert node.requests[0].headers["proxy-authorization"] == f"Basic {basic}"
        assert node.requests[0].target == f"http://zstack.example.com{PATH}"
        assert not [text for text in (encoded.removeprefix("job:"), secret, basic) if text in result.err]

    @pytest.mark.parametrize("password", ["hun/ter22", "hun?ter22", "hun#ter22"])
    @pytest.mark.parametrize("scheme", ["http://", ""])
    def test_unencoded_character_in_proxy_password_exits_3(
        self, user: User, http_node: ScriptedNode, scheme: str, password: str
    ) -> None:
        url = f"{scheme}job:{password}@127.0.0.1:1"
        message = (
            "has a password with a character that must be percent-encoded\n"
            "hint: write %2F for /, %3F for ?, %23 for #, %40 for @ and %25 for %\n"
        )
        result = run_verbosely(user, http_node.url, env={"HTTP_PROXY": url})
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: the proxy URL of HTTP_PROXY {message}"
        result = run_verbosely(user, http_node.url, f'proxy = "{url}"')
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: the proxy URL of the profile {message}"

    def test_world_readable_proxy_password_is_refused(self, user: User, http_node: ScriptedNode, proxy: str) -> None:
        profile = f'[profiles.a]\nurl = "{http_node.url}"\nsession = {{ env = "TOKEN" }}\nproxy = "http://job:hunter22@{proxy}"\n'
        path = user.write_config(profile, mode=0o644)
        result = user.run("candidates", ISO, env={"TOKEN": SESSION})
        assert (result.code, result.out, http_node.requests) == (3, "", [])
        assert result.err == (
            f"zsiso: {path}: profiles.a.proxy: other users can read the secret in {path} (mode 0644)\nhint: chmod 600 {path}\n"
        )
        # A proxy URL without a password is not a secret.
        user.write_config(profile.replace("job:hunter22@", ""), mode=0o644)
        assert user.run("candidates", ISO, env={"TOKEN": SESSION}).code == 0
