"""How a cloud is reached: its management nodes, whom to trust, which proxy, how often."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from zsiso.config.secrets import InlineSecret, Secret

if TYPE_CHECKING:
    from zsiso.config.toml_table import ConfigTable

CONTEXT_PATH = "/zstack"
"""The servlet's context path, added to a URL that has no path of its own."""

KEYS = ("url", "retries", "max_body", "ca_file", "insecure", "cert_file", "key_file", "proxy")
"""The keys of a profile that are about its route."""

CERTIFICATE_HINT = "the profile's cert_file and key_file name the certificate to show"
"""What to do where the other side does not know who is asking."""

_RETRIES = 2
_MAX_BODY = 2**30


class TlsSettings(NamedTuple):
    """Whom TLS trusts, and the certificate it shows.

    Args:
        ca_file: the certificates (PEM) to trust instead of the system's.
        insecure: anybody is trusted.
        cert_file: the certificate (PEM) that this side shows.
        key_file: its private key (PEM), where the certificate's own file does not hold it.
    """

    ca_file: Path | None = None
    insecure: bool = False
    cert_file: Path | None = None
    key_file: Path | None = None


class ConnectionSettings(NamedTuple):
    """The way to one cloud."""

    urls: tuple[str, ...]
    """Each management node's scheme, host, port and context path, without a slash at the end."""
    trust: TlsSettings = TlsSettings()
    proxy: InlineSecret | bool = True
    """The URL of the proxy, which may hold a password; True for what the environment says, False for none."""
    retries: int = _RETRIES
    """How often a call is tried again."""
    max_body: int = _MAX_BODY
    """The longest answer that is taken, in bytes."""

    def __str__(self) -> str:
        return ", ".join(self.urls)


def read_connection(table: ConfigTable) -> ConnectionSettings:
    """Return the route that the keys of ``table`` describe; a ``ConfigError`` says what is wrong with it."""
    return ConnectionSettings(
        urls=_read_urls(table),
        trust=_read_tls(table),
        proxy=_read_proxy(table),
        retries=table.count("retries", _RETRIES),
        max_body=table.count("max_body", _MAX_BODY, least=1),
    )


def _read_urls(table: ConfigTable) -> tuple[str, ...]:
    given = table.value.get("url")
    if given is None:
        hint = 'add the management node\'s address, as url = "http://10.0.0.5:8080"'
        raise table.error("url", "is missing", hint=hint)
    urls = table.texts("url") if isinstance(given, list) else (table.text("url") or "",)
    if not urls:
        raise table.error("url", "is an empty list", hint="name every management node of the cloud, or one")
    try:
        # One that is named twice is asked once.
        return tuple(dict.fromkeys(map(normalize_url, urls)))
    except ValueError as error:
        raise table.error("url", f"{error}", hint="a url looks like https://zstack.example.com:8080") from None


def normalize_url(url: str) -> str:
    """Return ``url`` as every call begins: ``/zstack`` added where it has no path.

    Raises:
        ValueError: not an http(s) URL of a host and a path alone. The text says
            what must be so, and never repeats the URL: it may hold a password.
    """
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise ValueError("must have no space, backslash or control character")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be a URL with a valid host and port") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("must have no user name or password in it")
    if "?" in url or "#" in url:
        raise ValueError("must have no query and no fragment")
    if not host or port == 0:
        raise ValueError("must name a host, and a port from 1 to 65535 if any")
    path = parts.path.rstrip("/") or CONTEXT_PATH
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _read_tls(table: ConfigTable) -> TlsSettings:
    trust = TlsSettings(
        ca_file=_read_path(table, "ca_file"),
        insecure=table.switch("insecure"),
        cert_file=_read_path(table, "cert_file"),
        key_file=_read_path(table, "key_file"),
    )
    if trust.insecure and trust.ca_file is not None:
        raise table.error("insecure", "makes ca_file useless", hint="keep ca_file, and leave insecure out")
    if trust.key_file is not None and trust.cert_file is None:
        raise table.error("key_file", "goes with cert_file, which is missing")
    return trust


def _read_path(table: ConfigTable, key: str) -> Path | None:
    place = table.text(key)
    if place is None:
        return None
    if not place:
        raise table.error(key, "is empty")
    # A relative path starts at the configuration's folder; pathlib's expanduser raises where it knows no home.
    return (table.file.parent if table.file else Path()) / os.path.expanduser(place)  # noqa: PTH111


def _read_proxy(table: ConfigTable) -> InlineSecret | bool:
    given = table.value.get("proxy", True)
    if given is False or "proxy" not in table.value:
        return bool(given)
    url = table.text("proxy") if isinstance(given, str) else None
    if not url:
        hint = 'write proxy = "http://proxy.example.com:3128", or false for none'
        raise table.error("proxy", "must be the URL of a proxy, or false", hint=hint)
    return InlineSecret(table.where("proxy"), Secret(url), table.file)
