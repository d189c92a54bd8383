"""Calls through a real proxy: which one is gone through, what it is told, and what it says itself."""

from __future__ import annotations

import base64
import re
import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.cloud import running_cloud
from tests.command import ISO, SESSION, Result, User
from tests.node import Node, running_node, unused_port
from tests.programs import tinyproxy, tls_in_front_of
from zsiso.mock_node.cloud import Accepts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EMPTY = '{"inventories": []}'
PATH = f"/zstack/v1/images/iso/{ISO}/vm-candidates"
# Nobody listens there: whoever goes that way fails.
NOWHERE = "http://127.0.0.1:1"
HINT = "see whether the proxy runs and is well; proxy = false in the profile, or NO_PROXY, goes past it"


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    with tinyproxy(tmp_path) as address:
        yield address


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[str]:
    """A proxy that wants to know who is asking."""
    with tinyproxy(tmp_path, "BasicAuth job hunter22") as address:
        yield address


@pytest.fixture
def authority(user: User) -> trustme.CA:
    """A CA that the profile's ca_file may name."""
    made = trustme.CA()
    user.config.parent.mkdir(parents=True)
    made.cert_pem.write_to_path(user.config.parent / "ca.pem")
    return made


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Node]:
    """A node that speaks TLS."""
    with running_node() as node:
        node.answers(EMPTY)
        node.speaks_tls(speaker(authority))
        yield node


@pytest.fixture
def plain(node: Node) -> Node:
    """A node that does not."""
    node.answers(EMPTY)
    return node


def speaker(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def asks(user: User, url: str, more: str = "", *options: str, env: dict[str, str] | None = None) -> Result:
    trust = 'ca_file = "ca.pem"' if url.startswith("https:") else ""
    user.writes_config(f'[profiles.prod]\nurl = "{url}"\nsession = "{SESSION}"\n{trust}\n{more}\n')
    return user.runs("candidates", ISO, "-v", *options, env=env)


def went_through(result: Result) -> tuple[str | None, str | None]:
    """Return the address that a run that went well was connected to, and who named the proxy it went through."""
    assert (result.code, result.out) == (0, ""), result.err
    port = re.search(r"bytes from 127\.0\.0\.1 port (\d+)$", result.err, re.MULTILINE)
    named = re.search(r"^\* through the proxy (\S+) \((.*)\)$", result.err, re.MULTILINE)
    assert port is not None
    assert named is None or named[1] == f"127.0.0.1:{port[1]}"
    return f"127.0.0.1:{port[1]}", named[2] if named else None


class TestWhich:
    @pytest.mark.parametrize(
        ("env", "named_by"),
        [
            ({}, None),
            ({"HTTP_PROXY": "http://PROXY"}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "PROXY"}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "http://PROXY/"}, "HTTP_PROXY"),
            ({"http_proxy": "http://PROXY"}, "http_proxy"),
            ({"http_proxy": "http://PROXY", "HTTP_PROXY": NOWHERE}, "http_proxy"),
            ({"ALL_PROXY": "http://PROXY"}, "ALL_PROXY"),
            ({"all_proxy": "http://PROXY"}, "all_proxy"),
            ({"HTTP_PROXY": "http://PROXY", "ALL_PROXY": NOWHERE}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "http://PROXY", "HTTPS_PROXY": NOWHERE}, "HTTP_PROXY"),
            ({"HTTPS_PROXY": NOWHERE}, None),
            ({"HTTP_PROXY": "", "ALL_PROXY": ""}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1"}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "example.com, 127.0.0.1"}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "NODE"}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "*"}, None),
            ({"ALL_PROXY": NOWHERE, "no_proxy": "127.0.0.1"}, None),
            ({"HTTP_PROXY": "http://PROXY", "NO_PROXY": "127.0.0.1:1,7.0.0.1,example.com"}, "HTTP_PROXY"),
        ],
    )
    def test_by_the_environment(
        self, user: User, proxy: str, plain: Node, env: dict[str, str], named_by: str | None
    ) -> None:
        node = plain.url.removeprefix("http://")
        env = {name: value.replace("PROXY", proxy).replace("NODE", node) for name, value in env.items()}
        assert went_through(asks(user, plain.url, env=env)) == (proxy if named_by else node, named_by)
        assert ("via" in plain.seen[0].headers) == (named_by is not None)

    @pytest.mark.parametrize(
        ("env", "named_by"),
        [
            ({"HTTPS_PROXY": "http://PROXY"}, "HTTPS_PROXY"),
            ({"https_proxy": "PROXY"}, "https_proxy"),
            ({"ALL_PROXY": "http://PROXY", "HTTP_PROXY": NOWHERE}, "ALL_PROXY"),
            ({"HTTP_PROXY": NOWHERE}, None),
            ({"HTTPS_PROXY": NOWHERE, "NO_PROXY": "NODE"}, None),
        ],
    )
    def test_for_https(self, user: User, proxy: str, secure: Node, env: dict[str, str], named_by: str | None) -> None:
        node = secure.url.removeprefix("https://")
        env = {name: value.replace("PROXY", proxy).replace("NODE", node) for name, value in env.items()}
        assert went_through(asks(user, secure.url, env=env)) == (proxy if named_by else node, named_by)
        # What goes through a tunnel is not seen, nor added to.
        assert "via" not in secure.seen[0].headers
        assert secure.seen[0].target == PATH

    def test_the_profile_s_wins(self, user: User, proxy: str, plain: Node) -> None:
        env = {"HTTP_PROXY": NOWHERE, "NO_PROXY": "*"}
        result = asks(user, plain.url, f'proxy = "http://{proxy}"', env=env)
        assert went_through(result) == (proxy, "the profile's proxy")

    def test_the_profile_may_want_none(self, user: User, plain: Node) -> None:
        result = asks(user, plain.url, "proxy = false", env={"HTTP_PROXY": NOWHERE, "ALL_PROXY": NOWHERE})
        assert went_through(result) == (plain.url.removeprefix("http://"), None)

    @pytest.mark.parametrize("more", ["", f'proxy = "{NOWHERE}"'])
    def test_the_mock_node_needs_none(self, user: User, more: str) -> None:
        result = asks(
            user, "http://zstack.example.com", more, "--mock", env={"HTTP_PROXY": NOWHERE, "ALL_PROXY": NOWHERE}
        )
        assert (result.code, "proxy" in result.err) == (0, False)

    @pytest.mark.parametrize("value", ["true", '""', "3", '["http://h"]'])
    def test_that_is_none(self, user: User, value: str) -> None:
        result = asks(user, "http://127.0.0.1:1", f"proxy = {value}")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {user.config}: profiles.prod.proxy must be the URL of a proxy, or false\n"
            'hint: write proxy = "http://proxy.example.com:3128", or false for none\n'
        )


class TestWhoIsAsking:
    @pytest.mark.parametrize("way", ["plain", "secure"])
    @pytest.mark.parametrize("user_and_password", ["job:hunter22", "job:%68unter22", "%6aob:hunter%32%32"])
    def test_is_told(
        self, request: pytest.FixtureRequest, user: User, strict: str, way: str, user_and_password: str
    ) -> None:
        node: Node = request.getfixturevalue(way)
        url = f"http://{user_and_password}@{strict}"
        by_environment = asks(user, node.url, env={"ALL_PROXY": url})
        by_profile = asks(user, node.url, f'proxy = "{url}"')
        assert went_through(by_environment) == (strict, "ALL_PROXY")
        assert went_through(by_profile) == (strict, "the profile's proxy")
        for result in (by_environment, by_profile):
            assert not re.search("hunter|%68unter|%32|%6aob", result.err)
        # The password is the proxy's alone.
        assert ["proxy-authorization" in seen.headers for seen in node.seen] == [False, False]

    @pytest.mark.parametrize("way", ["plain", "secure"])
    @pytest.mark.parametrize("nobody", [True, False])
    def test_is_wanted(self, request: pytest.FixtureRequest, user: User, strict: str, way: str, nobody: bool) -> None:
        node: Node = request.getfixturevalue(way)
        result = asks(user, node.url, env={"ALL_PROXY": strict if nobody else f"http://job:hunter23@{strict}"})
        assert (result.code, result.out, node.seen) == (4, "", [])
        assert result.err.count(f"> GET {node.url}") == 1
        assert "hunter23" not in result.err
        if nobody:
            said = f"\nzsiso: the proxy {strict} (ALL_PROXY) wants to know who is asking (407)\n"
            hint = "\nhint: give its user name and password in its URL: http://USER:PASSWORD@HOST:PORT\n"
        elif way == "secure":
            # How tinyproxy refuses a wrong password.
            said = f"\nzsiso: the proxy {strict} (ALL_PROXY) wants to know who is asking (401)\n"
            hint = "\nhint: give its user name and password in its URL: http://USER:PASSWORD@HOST:PORT\n"
        else:
            said = (
                f"\nzsiso: the proxy {strict} (ALL_PROXY), or who is behind it, answered 401: it does not accept these"
            )
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
    def test_is_percent_encoded(self, user: User, node: Node, written: str, user_and_password: str) -> None:
        basic = base64.b64encode(user_and_password.encode()).decode()
        secret = user_and_password.removesuffix(":").removeprefix("job:")
        # A proxy that repeats all that it was told.
        node.answers(f"{written} {secret} {basic}", 502)
        url = f"http://{written}@{node.url.removeprefix('http://')}"
        result = asks(user, "http://zstack.example.com", "retries = 0", env={"HTTP_PROXY": url})
        assert result.code == 6
        assert node.seen[0].headers["proxy-authorization"] == f"Basic {basic}"
        assert node.seen[0].target == f"http://zstack.example.com{PATH}"
        assert not [said for said in (written.removeprefix("job:"), secret, basic) if said in result.err]

    @pytest.mark.parametrize("password", ["hun/ter22", "hun?ter22", "hun#ter22"])
    @pytest.mark.parametrize("scheme", ["http://", ""])
    def test_is_not_percent_encoded(self, user: User, plain: Node, scheme: str, password: str) -> None:
        url = f"{scheme}job:{password}@127.0.0.1:1"
        said = (
            "has a character in its password that must be percent-encoded\n"
            "hint: write %2F for /, %3F for ?, %23 for #, %40 for @ and %25 for %\n"
        )
        result = asks(user, plain.url, env={"HTTP_PROXY": url})
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: the URL that HTTP_PROXY gives {said}"
        result = asks(user, plain.url, f'proxy = "{url}"')
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: the URL that the profile's proxy gives {said}"

    def test_is_not_for_others_to_read(self, user: User, plain: Node, proxy: str) -> None:
        profile = (
            f'[profiles.a]\nurl = "{plain.url}"\nsession = {{ env = "TOKEN" }}\nproxy = "http://job:hunter22@{proxy}"\n'
        )
        path = user.writes_config(profile, mode=0o644)
        result = user.runs("candidates", ISO, env={"TOKEN": SESSION})
        assert (result.code, result.out, plain.seen) == (3, "", [])
        assert result.err == (
            f"zsiso: {path}: profiles.a.proxy: others can read the secret in {path} (mode 0644)\nhint: chmod 600 {path}\n"
        )
        # Without a password it is no secret.
        user.writes_config(profile.replace("job:hunter22@", ""), mode=0o644)
        assert user.runs("candidates", ISO, env={"TOKEN": SESSION}).code == 0


class TestFailures:
    @staticmethod
    def masked(result: Result, **names: str) -> str:
        said = re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", result.err)
        for name, address in names.items():
            said = said.replace(address, name)
        return said[said.index("zsiso: ") :]

    def test_a_node_that_the_proxy_can_t_reach(self, user: User, proxy: str) -> None:
        node = f"127.0.0.1:{unused_port()}"
        result = asks(user, f"http://{node}", env={"HTTP_PROXY": proxy})
        assert (result.code, result.out) == (6, "")
        said = self.masked(result, PROXY=proxy, NODE=node)
        assert said.startswith("zsiso: the proxy PROXY (HTTP_PROXY), or who is behind it, answered 500\n  it said: ")
        assert "Tinyproxy was unable to connect to the remote web server." in said
        assert f"  asked: GET http://NODE{PATH}\n  through the proxy PROXY (HTTP_PROXY)\n  job UUID: JOB\n" in said

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_that_other_proxies_tell_of(self, user: User, node: Node, status: int) -> None:
        node.answers("<html>no route", status)
        proxy = node.url.removeprefix("http://")
        result = asks(user, "http://zstack.example.com", "retries = 0", env={"HTTP_PROXY": proxy})
        assert result.code == 6
        assert self.masked(result, PROXY=proxy) == (
            f"zsiso: the proxy PROXY (HTTP_PROXY), or who is behind it, answered {status}\n"
            "  it said: <html>no route\n"
            f"  asked: GET http://zstack.example.com{PATH}\n"
            "  through the proxy PROXY (HTTP_PROXY)\n"
            "  job UUID: JOB\n"
            "hint: see whether the management node runs and is well, then try again\n"
        )

    def test_what_the_node_itself_says_is_its_own(self, user: User, node: Node, proxy: str) -> None:
        node.answers('{"error": {"code": "SYS.1006"}}', 503)
        result = asks(user, node.url, env={"HTTP_PROXY": proxy})
        assert "zsiso: the management node refused the call (SYS.1006)\n" in result.err

    @pytest.mark.usefixtures("authority")
    def test_no_tunnel(self, user: User, proxy: str) -> None:
        node = f"127.0.0.1:{unused_port()}"
        result = asks(user, f"https://{node}", "retries = 1", env={"HTTPS_PROXY": proxy})
        assert (result.code, result.out) == (7, "")
        assert self.masked(result, PROXY=proxy, NODE=node) == (
            "zsiso: the proxy PROXY (HTTPS_PROXY) did not pass the call on: 500 Unable to connect\n"
            f"  asked: GET https://NODE{PATH}\n"
            "  through the proxy PROXY (HTTPS_PROXY)\n"
            "  tried: 2 times\n"
            "  job UUID: JOB\n"
            f"hint: {HINT}\n"
        )

    @pytest.mark.parametrize(
        ("status", "code", "tries"), [(403, 7, 1), (404, 7, 1), (407, 4, 1), (429, 7, 2), (502, 7, 2), (503, 7, 2)]
    )
    @pytest.mark.usefixtures("authority")
    def test_no_tunnel_for_another_reason(self, user: User, node: Node, status: int, code: int, tries: int) -> None:
        node.answers("<html>", status)
        result = asks(user, "https://zstack.example.com", "retries = 1", env={"HTTPS_PROXY": node.url})
        assert (result.code, result.out) == (code, "")
        # Whoever can be heard on the way to the proxy hears no session.
        assert [(seen.method, "authorization" in seen.headers) for seen in node.seen] == [("CONNECT", False)] * tries

    @pytest.mark.parametrize("way", ["plain", "secure"])
    def test_no_proxy_there(self, request: pytest.FixtureRequest, user: User, way: str) -> None:
        node: Node = request.getfixturevalue(way)
        proxy = f"127.0.0.1:{unused_port()}"
        result = asks(user, node.url, "retries = 0", env={"ALL_PROXY": f"http://{proxy}"})
        assert (result.code, result.out, node.seen) == (7, "", [])
        assert self.masked(result, PROXY=proxy, URL=node.url) == (
            "zsiso: the proxy PROXY (ALL_PROXY) could not be reached: Connection refused\n"
            f"  asked: GET URL{PATH}\n"
            "  through the proxy PROXY (ALL_PROXY)\n"
            "  job UUID: JOB\n"
            f"hint: {HINT}\n"
        )

    def test_a_certificate_behind_the_proxy(self, user: User, secure: Node, proxy: str) -> None:
        trustme.CA().cert_pem.write_to_path(user.config.parent / "ca.pem")
        result = asks(user, secure.url, env={"ALL_PROXY": proxy})
        assert (result.code, result.out, secure.seen) == (7, "", [])
        assert "\nzsiso: the node's certificate is from a CA that is not trusted: " in result.err

    @pytest.mark.parametrize("scheme", ["socks4", "socks5", "socks5h"])
    def test_socks(self, user: User, plain: Node, scheme: str) -> None:
        result = asks(user, plain.url, f'proxy = "{scheme}://127.0.0.1:1080"')
        assert (result.code, result.out, plain.seen) == (3, "", [])
        if scheme == "socks4":
            assert "can't be used: " in result.err
        else:
            assert result.err.endswith(
                "zsiso: the proxy 127.0.0.1:1080 (the profile's proxy) speaks SOCKS, for which a library is missing\n"
                "hint: `pipx inject zsiso socksio`, or `pip install socksio` where zsiso is installed\n"
            )


class TestTlsToTheProxy:
    @pytest.fixture
    def theirs(self) -> trustme.CA:
        """The CA of the proxy, which is another than the node's."""
        return trustme.CA()

    @pytest.fixture
    def secret_way(self, proxy: str, theirs: trustme.CA, user: User) -> Iterator[dict[str, str]]:
        """The environment that names a proxy that speaks TLS, and trusts its CA."""
        theirs.cert_pem.write_to_path(user.home / "theirs.pem")
        with tls_in_front_of(proxy, speaker(theirs)) as address:
            yield {"ALL_PROXY": f"https://{address}", "SSL_CERT_FILE": str(user.home / "theirs.pem")}

    @pytest.mark.parametrize("way", ["plain", "secure"])
    def test_that_is_trusted(
        self, request: pytest.FixtureRequest, user: User, way: str, secret_way: dict[str, str]
    ) -> None:
        node: Node = request.getfixturevalue(way)
        result = asks(user, node.url, env=secret_way)
        assert went_through(result) == (secret_way["ALL_PROXY"].removeprefix("https://"), "ALL_PROXY")

    @pytest.mark.parametrize("way", ["plain", "secure"])
    def test_that_is_not_trusted(
        self, request: pytest.FixtureRequest, user: User, way: str, secret_way: dict[str, str]
    ) -> None:
        node: Node = request.getfixturevalue(way)
        result = asks(user, node.url, env={"ALL_PROXY": secret_way["ALL_PROXY"]})
        assert (result.code, result.out, node.seen) == (7, "", [])
        assert "\nzsiso: the proxy's certificate is from a CA that is not trusted: " in result.err
        assert result.err.endswith(
            "\nhint: a proxy is trusted as the system trusts; SSL_CERT_FILE names other certificates\n"
        )
        assert "once more in" not in result.err

    def test_that_is_not_spoken(self, user: User, plain: Node) -> None:
        with running_cloud(Accepts()) as elsewhere:
            proxy = elsewhere.url.removeprefix("http://").removesuffix("/zstack")
            result = asks(user, plain.url, env={"ALL_PROXY": f"https://{proxy}"})
        assert (result.code, result.out) == (7, "")
        assert "\nzsiso: no TLS is spoken there: " in result.err
        assert result.err.endswith(
            "\nhint: see whether the proxy's URL should begin with http://, as that of most proxies for https\n"
        )

    @pytest.mark.parametrize("way", ["plain", "secure"])
    def test_what_doctor_sees(
        self, request: pytest.FixtureRequest, user: User, way: str, secret_way: dict[str, str]
    ) -> None:
        node: Node = request.getfixturevalue(way)
        asks(user, node.url, env=secret_way)
        shown = user.runs("doctor", env=secret_way).out
        tls = {
            "plain": "skipped  TLS:            not used: the url is http\n",
            "secure": "well     TLS:            certificate of",
        }
        assert tls[way] in shown
        untrusted = user.runs("doctor", env={"ALL_PROXY": secret_way["ALL_PROXY"]})
        assert untrusted.code == 7
        assert "failed   node:           the proxy's certificate is from a CA that is not trusted: " in untrusted.out


def test_doctor_tells_of_the_proxy(user: User, plain: Node, proxy: str) -> None:
    user.has_profile(plain)
    shown = user.runs("doctor", env={"HTTP_PROXY": proxy}).out
    node = plain.url.removeprefix("http://")
    line = rf"^well     node:           {node} answered in \d+ ms through the proxy {proxy} \(HTTP_PROXY\)$"
    assert re.search(line, shown, re.MULTILINE)
