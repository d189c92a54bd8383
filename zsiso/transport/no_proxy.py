"""Tells which hosts ``NO_PROXY`` excludes from the proxy, as curl reads it, and ports besides."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple, Union
from urllib.parse import unquote, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SEPARATORS = r"[,\s]+"


class _Target(NamedTuple):
    """What is connected to: a host name or an address, and a port."""

    host: str
    address: Union[IPv4Address, IPv6Address, None]
    port: int | None


def is_excluded(url: str, no_proxy: str) -> bool:
    """Return whether the host of a URL is reached without the proxy.

    Args:
        url: the URL of a request.
        no_proxy: entries with commas or blanks between them: a domain with all that is
            below it, an address, a network such as ``10.0.0.0/8``, each with or
            without a port; ``*`` for every host.
    """
    parts = urlsplit(url)
    host = _normalize_host(parts.hostname or "")
    target = _Target(host, _parse_address(host), parts.port or _DEFAULT_PORTS.get(parts.scheme))
    return any(_matches(entry, target) for entry in re.split(_SEPARATORS, no_proxy) if entry)


def _matches(entry: str, target: _Target) -> bool:
    if entry == "*":
        return True
    host, port = _split_port(entry)
    if port is not None and port != target.port:
        return False
    if target.address is not None:
        return _is_in_network(target.address, host)
    domain = _normalize_host(host.removeprefix("*.").lstrip("."))
    return bool(domain) and f".{target.host}".endswith(f".{domain}")


def _split_port(entry: str) -> tuple[str, int | None]:
    """Return the host of an entry without brackets, and its port, None without one."""
    match = re.fullmatch(r"\[(?P<ipv6>[^]]*)\](:(?P<port6>[0-9]{1,5}))?|(?P<host>[^:]*):(?P<port>[0-9]{1,5})", entry)
    if match is None:
        return entry, None
    port = match["port6"] or match["port"]
    return match["ipv6"] or match["host"] or "", int(port) if port else None


def _normalize_host(host: str) -> str:
    """Return a host name in ASCII and lower case without the dot at its end, or an address without its zone."""
    name = unquote(host).partition("%")[0].lower().removesuffix(".")
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _parse_address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        # The resolver takes 127.1 and 2130706433 for addresses, too.
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _is_in_network(address: IPv4Address | IPv6Address, entry: str) -> bool:
    try:
        return address in ip_network(_normalize_host(entry), strict=False)
    except ValueError:
        return False
