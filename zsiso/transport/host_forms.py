"""The forms in which a URL can name a host: brackets around IPv6, a zone, a dot at the end.

httpcore passes a host on as it stands in the URL. Its ``trace`` extension is called before
each step with the step's own arguments; they are corrected there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    import httpcore

Trace: TypeAlias = Callable[[str, dict[str, Any]], None]
"""Is called with the name of an event of httpcore and what it is about."""


def host_headers(url: str) -> list[tuple[str, str]]:
    """Return the header Host where httpx would send a wrong one: with a zone, which has a meaning here only."""
    return [("Host", _authority(url))] if "%" in urlsplit(url).netloc else []


def trace_with_host_forms(record: Trace, url: str) -> Trace:
    """Return a trace that corrects the host in the arguments of a step, then calls ``record``.

    Args:
        record: the trace to call.
        url: the URL of the request.
    """

    def trace(event: str, arguments: dict[str, Any]) -> None:
        step = event.partition(".")[2]
        if step == "connect_tcp.started":
            arguments["host"] = _resolver_name(arguments["host"])
        elif step == "start_tls.started":
            arguments["server_hostname"] = _certificate_name(arguments["server_hostname"])
        elif step == "send_request_headers.started" and "[" in url:
            _write_brackets(arguments["request"], url)
        record(event, arguments)

    return trace


def _authority(url: str) -> str:
    """Return host and port of a URL without a zone."""
    host, zone, rest = urlsplit(url).netloc.partition("%")
    return f"{host}]{rest.partition(']')[2]}" if zone else host


def _resolver_name(host: str) -> str:
    """Return a host as the resolver expects it."""
    if host == "localhost.":
        # Not in the DNS, and a hosts file has no dot at the end; curl resolves it, too.
        return "localhost"
    # In a URL, the % before a zone is written %25 (RFC 6874).
    return unquote(host) if ":" in host else host


def _certificate_name(host: str) -> str:
    """Return a host without what neither SNI nor a certificate has: a zone, and a dot at the end (RFC 6066)."""
    return host.partition("%")[0].removesuffix(".")


def _write_brackets(request: httpcore.Request, url: str) -> None:
    """Write the brackets around an IPv6 address in what a proxy receives: host and port, or a whole URL."""
    authority = _authority(url).encode()
    target = request.url.target
    if request.method == b"CONNECT":
        target = authority if re.search(rb"\]:\d", authority) else authority.rstrip(b":") + b":443"
        request.headers = [(name, target if name == b"Host" else value) for name, value in request.headers]
    elif b"://" in target.partition(b"?")[0]:
        target = b"http://%b/%b" % (authority, target.split(b"/", 3)[3])
    request.url.target = target
