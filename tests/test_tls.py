"""TLS with a real nginx in front of the mock node: whom zsiso trusts, what it shows, and what each failure says."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.cloud import running_cloud
from tests.command import ISO, SESSION, Result, User
from tests.programs import nginx
from zsiso import mock_node
from zsiso.mock_node.cloud import Accepts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.node import Node

NOW = datetime.now(timezone.utc)
A_DAY = timedelta(days=1)
CA_HINT = "a CA of your own goes into a file that the profile's ca_file names, or into the system's trust store"
CLOCK_HINT = "renew the node's certificate, or set this machine's clock right if it is the one that is wrong"
NAME_HINT = "use a name in the url that the certificate has, or have the certificate made for this one"
CLIENT_HINT = "the profile's cert_file and key_file name the certificate to show"
BROKEN_HINT = "`openssl x509 -noout -in FILE` tells whether a certificate can be read, `openssl pkey` whether a key can"
FOLDER_HINT = "a relative path starts at the configuration's folder"
WARNING = 'warning: profile "prod" has insecure = true: whoever answers is believed to be the node\n'


@dataclass
class Site:
    """Somebody who asks a management node that stands behind nginx, and the CA of the place."""

    user: User
    node: str
    folder: Path
    stack: ExitStack
    authority: trustme.CA = field(default_factory=trustme.CA)
    numbers: Iterator[int] = field(default_factory=count)

    def certificate(self, *names: str, begins: datetime | None = None, ends: datetime | None = None) -> bytes:
        """Return a certificate of the place's CA, and its key."""
        issued = self.authority.issue_cert(*(names or ("127.0.0.1",)), not_before=begins, not_after=ends)
        return issued.private_key_and_cert_chain_pem.bytes()

    def serves(self, certificate: bytes | None = None, more: str = "") -> str:
        """Put an nginx in front of the node and return its address."""
        folder = self.folder / f"nginx{next(self.numbers)}"
        return self.stack.enter_context(nginx(folder, self.node, certificate or self.certificate(), more))

    def keeps(self, name: str, content: bytes) -> Path:
        """Write a file beside the configuration."""
        path = self.user.config.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def has(self, url: str, more: str = "") -> None:
        self.user.writes_config(f'[profiles.prod]\nurl = "{url}"\nsession = "{SESSION}"\n{more}\n')

    def asks(self, url: str, more: str = "", *options: str, env: dict[str, str] | None = None) -> Result:
        """Ask with a profile of the url and more; what differs from run to run is put out of sight."""
        self.has(url, more)
        result = self.user.runs("candidates", ISO, "-o", "name", *options, env=env)
        return Result(result.code, result.out, masked(result.err))


def masked(said: str) -> str:
    said = re.sub(r"127\.0\.0\.1(:| port )\d+", r"127.0.0.1\1PORT", said)
    said = re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", said)
    # OpenSSL's own words, which differ from version to version.
    return re.sub(r"(a CA that is not trusted|is for another name|or without one|spoken there): .*", r"\1: …", said)


def failed(what: str, hint: str) -> Result:
    """Return the result of a run that no TLS came about for."""
    asked = f"asked: GET https://127.0.0.1:PORT/zstack/v1/images/iso/{ISO}/vm-candidates"
    return Result(7, "", f"zsiso: {what}\n  {asked}\n  job UUID: JOB\nhint: {hint}\n")


UNKNOWN_CA = failed("the node's certificate is from a CA that is not trusted: …", CA_HINT)
WELL = Result(0, "", "")


def verdict(result: Result) -> Result:
    """Return a result without the names of VM instances that it is to have if it went well."""
    assert result.out.splitlines()[:2] == (["rescue", "Test-VM"] if result.code == 0 else [])
    return Result(result.code, "", result.err)


@pytest.fixture
def site(user: User, tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as stack, running_cloud(Accepts()) as cloud:
        site = Site(user, cloud.url, tmp_path, stack)
        site.keeps("ca.pem", site.authority.cert_pem.bytes())
        with stack:
            yield site


class TestAuthorities:
    def test_a_private_one_is_not_trusted(self, site: Site) -> None:
        assert site.asks(site.serves()) == UNKNOWN_CA

    def test_unless_a_file_says_so(self, site: Site) -> None:
        url = site.serves()
        for place in ("ca.pem", "../zsiso/ca.pem", "~/.config/zsiso/ca.pem", str(site.user.config.parent / "ca.pem")):
            assert verdict(site.asks(url, f'ca_file = "{place}"')) == WELL

    def test_or_the_environment(self, site: Site) -> None:
        env = {"SSL_CERT_FILE": str(site.user.config.parent / "ca.pem")}
        assert verdict(site.asks(site.serves(), env=env)) == WELL

    def test_a_file_is_instead_of_the_system_s(self, site: Site) -> None:
        env = {"SSL_CERT_FILE": str(site.user.config.parent / "ca.pem")}
        site.keeps("other.pem", trustme.CA().cert_pem.bytes())
        assert site.asks(site.serves(), 'ca_file = "other.pem"', env=env) == UNKNOWN_CA

    def test_a_certificate_that_has_signed_itself(self, site: Site, tmp_path: Path) -> None:
        made = tmp_path / "made.pem"
        subject = ("-subj", "/CN=node", "-addext", "subjectAltName=IP:127.0.0.1")
        command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject)
        subprocess.run([*command, "-keyout", made, "-out", tmp_path / "crt.pem"], check=True, capture_output=True)
        certificate = (tmp_path / "crt.pem").read_bytes()
        url = site.serves(made.read_bytes() + certificate)
        assert site.asks(url) == UNKNOWN_CA
        site.keeps("node.pem", certificate)
        assert verdict(site.asks(url, 'ca_file = "node.pem"')) == WELL

    @pytest.mark.parametrize(
        ("content", "said", "hint"),
        [
            (None, "cannot read ca_file FILE: No such file or directory", FOLDER_HINT),
            ("a folder", "cannot read ca_file FILE: Is a directory", FOLDER_HINT),
            (b"", "ca_file FILE holds no certificate", "as PEM it begins with -----BEGIN CERTIFICATE-----"),
            (b"\x30\x82\xff", "ca_file FILE holds no certificate", "as PEM it begins with -----BEGIN CERTIFICATE-----"),
            (
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "ca_file FILE: broken PEM",
                BROKEN_HINT,
            ),
        ],
    )
    def test_a_file_that_can_t_be(self, site: Site, content: bytes | str | None, said: str, hint: str) -> None:
        file = site.user.config.parent / "other.pem"
        if isinstance(content, bytes):
            file.write_bytes(content)
        elif content is not None:
            file.mkdir()
        result = site.asks("https://127.0.0.1:1", 'ca_file = "other.pem"')
        assert result == Result(3, "", f"zsiso: {said.replace('FILE', str(file))}\nhint: {hint}\n")

    def test_a_file_that_makes_no_odds(self, site: Site) -> None:
        result = site.asks("https://127.0.0.1:1", 'ca_file = "ca.pem"\ninsecure = true')
        assert (result.code, result.out) == (3, "")
        assert "profiles.prod.insecure makes ca_file useless\n" in result.err


class TestCertificates:
    def test_that_has_expired(self, site: Site) -> None:
        url = site.serves(site.certificate(begins=NOW - 9 * A_DAY, ends=NOW - A_DAY))
        assert site.asks(url, 'ca_file = "ca.pem"') == failed("the node's certificate has expired", CLOCK_HINT)

    def test_that_is_not_valid_yet(self, site: Site) -> None:
        url = site.serves(site.certificate(begins=NOW + A_DAY, ends=NOW + 9 * A_DAY))
        assert site.asks(url, 'ca_file = "ca.pem"') == failed("the node's certificate is not valid yet", CLOCK_HINT)

    @pytest.mark.parametrize("name", ["zstack.example.com", "127.0.0.2", "*.0.0.1"])
    def test_for_another_name(self, site: Site, name: str) -> None:
        result = site.asks(site.serves(site.certificate(name)), 'ca_file = "ca.pem"')
        assert result == failed("the node's certificate is for another name: …", NAME_HINT)

    def test_for_a_name_that_is_asked(self, site: Site) -> None:
        url = site.serves(site.certificate("localhost", "::1")).replace("127.0.0.1", "localhost")
        assert verdict(site.asks(url, 'ca_file = "ca.pem"')) == WELL


class TestNoTls:
    def test_where_it_was_expected(self, site: Site) -> None:
        result = site.asks(site.node.replace("http:", "https:").removesuffix("/zstack"))
        assert result == failed(
            "no TLS is spoken there: …", "see whether the url should begin with http://, or name another port"
        )

    def test_asked_of_nginx_that_speaks_it(self, site: Site) -> None:
        result = site.asks(site.serves().replace("https:", "http:"))
        assert (result.code, result.out) == (6, "")
        assert result.err.startswith(
            "zsiso: the management node speaks TLS there, and was asked without\n  it said: <html>"
        )
        assert result.err.endswith("\nhint: let the url begin with https://\n")

    @pytest.mark.parametrize(
        "page",
        [
            "Bad Request\nThis combination of host and port requires TLS.\n",
            "Client sent an HTTP request to an HTTPS server.\n",
            "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        ],
    )
    def test_asked_of_others_that_speak_it(self, site: Site, node: Node, page: str) -> None:
        node.answers(page, 400)
        assert site.asks(node.url).err.endswith("\nhint: let the url begin with https://\n")

    def test_answered_with_an_alert(self, site: Site, node: Node) -> None:
        node.sends(b"\x15\x03\x01\x00\x02\x02\x46")
        result = site.asks(node.url)
        assert result.code == 8
        assert result.err.endswith("\nhint: see whether the url should begin with https://\n")


class TestInsecure:
    def test_whoever_answers_is_believed(self, site: Site) -> None:
        url = site.serves(trustme.CA().issue_cert("elsewhere").private_key_and_cert_chain_pem.bytes())
        for options in ([], ["--quiet"]):
            assert verdict(site.asks(url, "insecure = true", *options)) == Result(0, "", WARNING)

    def test_false_is_as_if_left_out(self, site: Site) -> None:
        assert site.asks(site.serves(), "insecure = false") == UNKNOWN_CA

    def test_completion_says_nothing(self, site: Site) -> None:
        site.has(site.serves(), "insecure = true")
        result = site.user.runs("candidates", "3e5", env={"_ZSISO_COMPLETE": "words"})
        assert (result.code, result.err) == (0, "")
        assert f"\t{ISO}\t" in result.out


class TestClientCertificates:
    @pytest.fixture
    def wants_one(self, site: Site) -> str:
        """The address of an nginx that wants a certificate of the place's CA."""
        issued = site.authority.issue_cert("job@example.com")
        key, certificate = issued.private_key_pem.bytes(), issued.cert_chain_pems[0].bytes()
        for name, pem in (("job.key", key), ("job.crt", certificate), ("job.pem", certificate + key)):
            site.keeps(name, pem)
        return site.serves(
            more=f"ssl_client_certificate {site.user.config.parent}/ca.pem; ssl_verify_client on;",
        )

    @pytest.mark.parametrize(
        "keys", ['cert_file = "job.pem"', 'cert_file = "job.crt"\nkey_file = "~/.config/zsiso/job.key"']
    )
    def test_that_is_known(self, site: Site, wants_one: str, keys: str) -> None:
        assert verdict(site.asks(wants_one, f'ca_file = "ca.pem"\n{keys}')) == WELL

    @pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
    def test_that_curl_shows_too(self, site: Site, wants_one: str) -> None:
        site.has(wants_one, 'ca_file = "ca.pem"\ncert_file = "job.crt"\nkey_file = "job.key"')
        command = site.user.runs("candidates", ISO, "--curl").out
        done = subprocess.run(
            ["sh", "-c", command], env={**site.user.environ, "ZSISO_SESSION": SESSION}, capture_output=True, check=True
        )
        assert (done.stdout, done.stderr) == (mock_node.example_inventory(), b"")

    def test_none(self, site: Site, wants_one: str) -> None:
        result = site.asks(wants_one, 'ca_file = "ca.pem"')
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: the management node wants a client certificate that it knows\n")
        assert "No required SSL certificate was sent" in result.err
        assert result.err.endswith(f"\nhint: {CLIENT_HINT}\n")

    def test_that_is_not_known(self, site: Site, wants_one: str) -> None:
        site.keeps("other.pem", trustme.CA().issue_cert("job").private_key_and_cert_chain_pem.bytes())
        result = site.asks(wants_one, 'ca_file = "ca.pem"\ncert_file = "other.pem"')
        assert (result.code, result.out) == (4, "")
        assert "The SSL certificate error" in result.err
        assert result.err.endswith(f"\nhint: {CLIENT_HINT}\n")

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    @pytest.mark.parametrize("keys", ["", 'cert_file = "other.pem"'])
    def test_refused_with_an_alert(self, site: Site, node: Node, version: ssl.TLSVersion, keys: str) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = version
        site.authority.issue_cert("127.0.0.1").configure_cert(context)
        site.authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        node.speaks_tls(context)
        site.keeps("other.pem", trustme.CA().issue_cert("job").private_key_and_cert_chain_pem.bytes())
        result = site.asks(node.url, f'ca_file = "ca.pem"\n{keys}')
        assert result == failed("the node refused TLS with the certificate shown, or without one: …", CLIENT_HINT)

    @pytest.mark.parametrize(
        ("keys", "said", "hint"),
        [
            ('cert_file = "no.crt"', "cannot read cert_file FOLDER/no.crt: No such file or directory", FOLDER_HINT),
            (
                'cert_file = "job.crt"\nkey_file = "."',
                "cannot read key_file FOLDER: Is a directory",
                FOLDER_HINT,
            ),
            (
                'cert_file = "job.key"',
                "cert_file FOLDER/job.key holds no certificate",
                "as PEM it begins with -----BEGIN CERTIFICATE-----",
            ),
            (
                'cert_file = "job.crt"',
                "cert_file FOLDER/job.crt holds no private key",
                "a key in a file of its own is named by key_file",
            ),
            (
                'cert_file = "job.crt"\nkey_file = "ca.pem"',
                "key_file FOLDER/ca.pem holds no private key",
                "as PEM it begins with -----BEGIN PRIVATE KEY-----",
            ),
            (
                'cert_file = "ca.pem"\nkey_file = "job.key"',
                "cert_file FOLDER/ca.pem, key_file FOLDER/job.key: the certificate and the private key are no pair",
                "name the private key that the certificate was made for",
            ),
            (
                'cert_file = "job.crt"\nkey_file = "torn.key"',
                "cert_file FOLDER/job.crt, key_file FOLDER/torn.key: broken PEM",
                BROKEN_HINT,
            ),
        ],
    )
    def test_that_can_t_be(self, site: Site, wants_one: str, keys: str, said: str, hint: str) -> None:
        folder = site.user.config.parent
        site.keeps("torn.key", (folder / "job.key").read_bytes()[:60])
        told = f"zsiso: {said}\nhint: {hint}\n".replace("FOLDER", str(folder))
        assert site.asks(wants_one, keys) == Result(3, "", told)

    @pytest.mark.parametrize("form", [[], ["-traditional"]])
    def test_whose_key_is_encrypted(self, site: Site, wants_one: str, form: list[str]) -> None:
        folder = site.user.config.parent
        command = ["openssl", "pkey", "-in", "job.key", "-aes256", "-passout", "pass:x", *form, "-out", "locked.key"]
        subprocess.run(command, cwd=folder, check=True)
        told = (
            f"zsiso: the private key in {folder}/locked.key is encrypted, which zsiso does not read\n"
            "hint: keep a copy without a passphrase that only you can read: `openssl pkey -in KEY -out FILE`\n"
        )
        keys = 'cert_file = "job.crt"\nkey_file = "locked.key"'
        assert site.asks(wants_one, keys) == Result(3, "", told)
        # Nor is anything asked where there is a terminal.
        seen = site.user.sees("candidates", ISO)
        assert (seen.code, seen.out, seen.err) == (3, "", told)

    def test_a_key_without_a_certificate(self, site: Site) -> None:
        result = site.asks("https://127.0.0.1:1", 'key_file = "job.key"')
        assert (result.code, result.out) == (3, "")
        assert "profiles.prod.key_file goes with cert_file, which is missing\n" in result.err
