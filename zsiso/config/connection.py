"""How a cloud is reached: the URLs of its management nodes, TLS, the proxy, retries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from zsiso.config.paths import expand_path
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.config.toml_table import ConfigTable

CONTEXT_PATH = "/zstack"
"""The context path of the management node's servlet, added to a URL that has no path of its own."""

KEYS = ("url", "retries", "max_body", "connect_timeout", "ca_file", "insecure", "cert_file", "key_file", "proxy")
"""The keys of a profile that say how its cloud is reached."""

CERTIFICATE_HINT = "set cert_file and key_file in the profile to your client certificate"
"""What to do where the other side requires a client certificate."""

_DEFAULT_CONNECT_TIMEOUT = 10.0
_DEFAULT_RETRIES = 2
_DEFAULT_MAX_BODY = 2**30


class TlsSettings(NamedTuple):
    """How TLS verifies the node, and the client certificate.

    Args:
        ca_file: the certificates (PEM) to trust instead of the system's.
        insecure: whether the node's certificate is not verified.
        cert_file: the client certificate (PEM).
        key_file: its private key (PEM), where ``cert_file`` does not hold it too.
    """

    ca_file: Path | None = None
    insecure: bool = False
    cert_file: Path | None = None
    key_file: Path | None = None


class ConnectionSettings(NamedTuple):
    """How one cloud is reached.

    Args:
        urls: of each management node the scheme, host, port and context path, without a slash at the end.
        tls: how TLS verifies the node.
        proxy: the URL of the proxy, which may hold a password; True for the proxy of the environment, False for none.
        retries: how often a request is retried.
        max_body: the size of the largest response that is accepted, in bytes.
        connect_timeout: how long reaching one node may take, in seconds: name, TCP, proxy and TLS.
    """

    urls: tuple[str, ...]
    tls: TlsSettings = TlsSettings()
    proxy: InlineSecret | bool = True
    retries: int = _DEFAULT_RETRIES
    max_body: int = _DEFAULT_MAX_BODY
    connect_timeout: float = _DEFAULT_CONNECT_TIMEOUT

    def __str__(self) -> str:
        return ", ".join(self.urls)


def read_connection(table: ConfigTable) -> ConnectionSettings:
    """Return the connection settings in the keys of ``table``.

    Raises:
        ConfigError: a value is wrong, or there is no URL.
    """
    return ConnectionSettings(
        urls=_read_urls(table),
        tls=_read_tls(table),
        proxy=_read_proxy(table),
        retries=table.count("retries", _DEFAULT_RETRIES),
        max_body=table.count("max_body", _DEFAULT_MAX_BODY, minimum=1),
        connect_timeout=table.seconds("connect_timeout", _DEFAULT_CONNECT_TIMEOUT),
    )


def _read_urls(table: ConfigTable) -> tuple[str, ...]:
    value = table.value.get("url")
    if value is None:
        hint = 'add the address of the management node: url = "http://10.0.0.5:8080"'
        raise table.error("url", "is missing", hint=hint)
    urls = table.texts("url") if isinstance(value, list) else (table.text("url") or "",)
    if not urls:
        raise table.error("url", "is an empty list", hint="list the URL of each management node")
    try:
        # A node that is named twice is tried once.
        return tuple(dict.fromkeys(map(normalize_url, urls)))
    except ValueError as error:
        raise table.error("url", f"{error}", hint="write it like https://zstack.example.com:8080") from None


def normalize_url(url: str) -> str:
    """Return ``url`` as the URL of each request begins: with ``/zstack`` where it has no path.

    Raises:
        ValueError: it is no http or https URL of a host and a path alone. The text says
            what the URL must be, and does not repeat the URL, which may hold a password.
    """
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise ValueError("must not contain a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be a URL with a valid host and port") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("must not contain a user name or a password")
    if "?" in url or "#" in url:
        raise ValueError("must not contain a query or a fragment")
    if not host or port == 0:
        raise ValueError("must contain a host; a port must be from 1 to 65535")
    path = parts.path.rstrip("/") or CONTEXT_PATH
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _read_tls(table: ConfigTable) -> TlsSettings:
    tls = TlsSettings(
        ca_file=_read_path(table, "ca_file"),
        insecure=table.switch("insecure"),
        cert_file=_read_path(table, "cert_file"),
        key_file=_read_path(table, "key_file"),
    )
    if tls.insecure and tls.ca_file is not None:
        raise table.error(
            "insecure", "can't be combined with ca_file", hint="remove insecure: ca_file verifies the node"
        )
    if tls.key_file is not None and tls.cert_file is None:
        raise table.error("key_file", "requires cert_file, which is missing")
    return tls


def _read_path(table: ConfigTable, key: str) -> Path | None:
    path = table.text(key)
    if path is None:
        return None
    if not path:
        raise table.error(key, "is empty")
    try:
        return expand_path(path, table.folder)
    except ValueError as error:
        raise table.error(key, f"{error}") from None


def _read_proxy(table: ConfigTable) -> InlineSecret | bool:
    value = table.value.get("proxy")
    if value is None:
        return True
    if value is False:
        return False
    if not isinstance(value, str) or not value:
        hint = 'write proxy = "http://proxy.example.com:3128", or false for no proxy'
        raise table.error("proxy", "must be the URL of a proxy, or false", hint=hint)
    return InlineSecret(table.where("proxy"), Secret(value), table.file)
