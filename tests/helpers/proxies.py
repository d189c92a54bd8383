"""Requests through a proxy."""

from __future__ import annotations

import re
import ssl

import trustme

from tests.helpers.runner import ISO, SESSION, Result, User

EMPTY_RESPONSE = '{"inventories": []}'
PATH = f"/zstack/v1/images/iso/{ISO}/vm-candidates"
# No server listens on this port.
CLOSED_PORT_URL = "http://127.0.0.1:1"
HINT = "check that the proxy is running; to connect without it, set proxy = false in the profile, or NO_PROXY"


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def run_verbosely(user: User, url: str, settings: str = "", *options: str, env: dict[str, str] | None = None) -> Result:
    trust = 'ca_file = "ca.pem"' if url.startswith("https:") else ""
    user.write_config(f'[profiles.prod]\nurl = "{url}"\nsession = "{SESSION}"\n{trust}\n{settings}\n')
    return user.run("candidates", ISO, "-v", *options, env=env)


def find_connection(result: Result) -> tuple[str | None, str | None]:
    """Return the address that a successful run connected to, and where its proxy was configured."""
    assert (result.code, result.out) == (0, ""), result.err
    port = re.search(r"bytes from 127\.0\.0\.1 port (\d+)$", result.err, re.MULTILINE)
    proxy_line = re.search(r"^\* proxy: (\S+) \((.*)\)$", result.err, re.MULTILINE)
    assert port is not None
    assert proxy_line is None or proxy_line[1] == f"127.0.0.1:{port[1]}"
    return f"127.0.0.1:{port[1]}", proxy_line[2] if proxy_line else None
