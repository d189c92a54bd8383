"""A management node behind nginx, its CA, and the results of requests to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import trustme

from tests.helpers.runner import ISO, SESSION, Result, User
from tests.helpers.servers import run_nginx

NOW = datetime.now(timezone.utc)
ONE_DAY = timedelta(days=1)
CA_HINT = "set ca_file in the profile to the certificate of its CA, or add that to the system's trust store; for a self-signed certificate, set ca_file to the certificate itself"
CLIENT_HINT = "set cert_file and key_file in the profile to your client certificate"
BROKEN_HINT = "`openssl x509 -noout -in FILE` checks a certificate, `openssl pkey -noout -in FILE` a private key"
FOLDER_HINT = "a relative path starts at the folder of the configuration file"


@dataclass
class Site:
    """A user, a management node behind nginx, and the CA that issues the certificates."""

    user: User
    node: str
    folder: Path
    stack: ExitStack
    authority: trustme.CA = field(default_factory=trustme.CA)
    numbers: Iterator[int] = field(default_factory=count)

    def certificate(self, *names: str, begins: datetime | None = None, ends: datetime | None = None) -> bytes:
        """Return a private key and a certificate of the site's CA, as PEM."""
        issued = self.authority.issue_cert(*(names or ("127.0.0.1",)), not_before=begins, not_after=ends)
        return issued.private_key_and_cert_chain_pem.bytes()

    def start_nginx(self, certificate: bytes | None = None, settings: str = "") -> str:
        """Start an nginx in front of the node and return its URL."""
        folder = self.folder / f"nginx{next(self.numbers)}"
        return self.stack.enter_context(run_nginx(folder, self.node, certificate or self.certificate(), settings))

    def write_file(self, name: str, content: bytes) -> Path:
        """Write a file beside the configuration file."""
        path = self.user.config.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def write_profile(self, url: str, settings: str = "") -> None:
        self.user.write_config(f'[profiles.prod]\nurl = "{url}"\nsession = "{SESSION}"\n{settings}\n')

    def run(self, url: str, settings: str = "", *options: str, env: dict[str, str] | None = None) -> Result:
        """Run ``candidates`` with a profile of this URL and settings; mask ports and job UUIDs in stderr."""
        self.write_profile(url, settings)
        result = self.user.run("candidates", ISO, "-o", "name", *options, env=env)
        return Result(result.code, result.out, mask_addresses(result.err))


def mask_addresses(message: str) -> str:
    message = re.sub(r"127\.0\.0\.1(:| port )\d+", r"127.0.0.1\1PORT", message)
    message = re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", message)
    # OpenSSL's own text differs from version to version.
    return re.sub(r"(is not trusted|is for another name|or requires one|TLS on this port): .*", r"\1: …", message)


def expect_tls_failure(message: str, hint: str) -> Result:
    """Return the result of a run whose TLS handshake failed."""
    request_line = f"request: GET https://127.0.0.1:PORT/zstack/v1/images/iso/{ISO}/vm-candidates"
    return Result(7, "", f"zsiso: {message}\n  {request_line}\n  job UUID: JOB\nhint: {hint}\n")


UNKNOWN_CA = expect_tls_failure("the certificate of the management node is not trusted: …", CA_HINT)
SUCCESS = Result(0, "", "")


def check_names(result: Result) -> Result:
    """Check the names of VM instances in a successful result; return the result without them."""
    assert result.out.splitlines()[:2] == (["rescue", "Test-VM"] if result.code == 0 else [])
    return Result(result.code, "", result.err)
