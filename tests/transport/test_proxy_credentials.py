"""The user name and password of a proxy."""

from __future__ import annotations

import base64
import re

import pytest

from tests.helpers.proxies import PATH, connected_through, run_verbosely
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode


@pytest.mark.external
class TestWhoIsAsking:
    @pytest.mark.parametrize("way", ["plain", "secure"])
    @pytest.mark.parametrize("user_and_password", ["job:hunter22", "job:%68unter22", "%6aob:hunter%32%32"])
    def test_is_told(
        self, request: pytest.FixtureRequest, user: User, strict: str, way: str, user_and_password: str
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(way)
        url = f"http://{user_and_password}@{strict}"
        by_environment = run_verbosely(user, node.url, env={"ALL_PROXY": url})
        by_profile = run_verbosely(user, node.url, f'proxy = "{url}"')
        assert connected_through(by_environment) == (strict, "ALL_PROXY")
        assert connected_through(by_profile) == (strict, "the profile")
        for result in (by_environment, by_profile):
            assert not re.search("hunter|%68unter|%32|%6aob", result.err)
        # The password is the proxy's alone.
        assert ["proxy-authorization" in request.headers for request in node.requests] == [False, False]

    @pytest.mark.parametrize("way", ["plain", "secure"])
    @pytest.mark.parametrize("nobody", [True, False])
    def test_is_wanted(self, request: pytest.FixtureRequest, user: User, strict: str, way: str, nobody: bool) -> None:
        node: ScriptedNode = request.getfixturevalue(way)
        result = run_verbosely(user, node.url, env={"ALL_PROXY": strict if nobody else f"http://job:hunter23@{strict}"})
        assert (result.code, result.out, node.requests) == (4, "", [])
        assert result.err.count(f"> GET {node.url}") == 1
        assert "hunter23" not in result.err
        if nobody:
            said = f"\nzsiso: proxy {strict} (ALL_PROXY) requires authentication (407)\n"
            hint = "\nhint: set its user name and password in its URL: http://USER:PASSWORD@HOST:PORT\n"
        elif way == "secure":
            # How tinyproxy refuses a wrong password.
            said = f"\nzsiso: proxy {strict} (ALL_PROXY) requires authentication (401)\n"
            hint = "\nhint: set its user name and password in its URL: http://USER:PASSWORD@HOST:PORT\n"
        else:
            said = f"\nzsiso: proxy {strict} (ALL_PROXY), or the server behind it, returned status 401: credentials rejected"
            hint = "\n"
        assert said in result.err
        assert result.err.endswith(hint)

    @pytest.mark.parametrize(
        ("written", "user_and_password"),
        [
            ("job:p%40ss%3Aw%2Frd%25", "job:p@ss:w/rd%"),
            ("job:p%C3%A4sswort", "job:pässwort"),
            ("token-alone", "token-alone:"),
        ],
    )
    def test_is_percent_encoded(self, user: User, node: ScriptedNode, written: str, user_and_password: str) -> None:
        basic = base64.b64encode(user_and_password.encode()).decode()
        secret = user_and_password.removesuffix(":").removeprefix("job:")
        # A proxy that repeats all that it was told.
        node.respond(f"{written} {secret} {basic}", 502)
        url = f"http://{written}@{node.url.removeprefix('http://')}"
        result = run_verbosely(user, "http://zstack.example.com", "retries = 0", env={"HTTP_PROXY": url})
        assert result.code == 6
        assert node.requests[0].headers["proxy-authorization"] == f"Basic {basic}"
        assert node.requests[0].target == f"http://zstack.example.com{PATH}"
        assert not [said for said in (written.removeprefix("job:"), secret, basic) if said in result.err]

    @pytest.mark.parametrize("password", ["hun/ter22", "hun?ter22", "hun#ter22"])
    @pytest.mark.parametrize("scheme", ["http://", ""])
    def test_is_not_percent_encoded(self, user: User, plain: ScriptedNode, scheme: str, password: str) -> None:
        url = f"{scheme}job:{password}@127.0.0.1:1"
        said = (
            "has a password with a character that must be percent-encoded\n"
            "hint: write %2F for /, %3F for ?, %23 for #, %40 for @ and %25 for %\n"
        )
        result = run_verbosely(user, plain.url, env={"HTTP_PROXY": url})
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: the proxy URL of HTTP_PROXY {said}"
        result = run_verbosely(user, plain.url, f'proxy = "{url}"')
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: the proxy URL of the profile {said}"

    def test_is_not_for_others_to_read(self, user: User, plain: ScriptedNode, proxy: str) -> None:
        profile = (
            f'[profiles.a]\nurl = "{plain.url}"\nsession = {{ env = "TOKEN" }}\nproxy = "http://job:hunter22@{proxy}"\n'
        )
        path = user.write_config(profile, mode=0o644)
        result = user.run("candidates", ISO, env={"TOKEN": SESSION})
        assert (result.code, result.out, plain.requests) == (3, "", [])
        assert result.err == (
            f"zsiso: {path}: profiles.a.proxy: other users can read the secret in {path} (mode 0644)\nhint: chmod 600 {path}\n"
        )
        # Without a password it is no secret.
        user.write_config(profile.replace("job:hunter22@", ""), mode=0o644)
        assert user.run("candidates", ISO, env={"TOKEN": SESSION}).code == 0
