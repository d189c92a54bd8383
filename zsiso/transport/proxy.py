"""Chooses the proxy for a request: the profile's, or the environment's."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from zsiso.errors import ConfigError
from zsiso.transport.no_proxy import is_excluded
from zsiso.transport.proxy_errors import invalid_url_error

if TYPE_CHECKING:
    from zsiso.config.secrets import Secret

_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})


class Proxy(NamedTuple):
    """A proxy.

    Args:
        url: its URL, which may hold a password.
        source: where the URL comes from, for messages.
    """

    url: str
    source: str

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{urlsplit(self.url).netloc.rpartition('@')[2]} ({self.source})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What messages must not show: the password as it stands in the URL, decoded, and in a header."""
        user, _, password = urlsplit(self.url).netloc.rpartition("@")[0].partition(":")
        if not user and not password:
            return ()
        basic = b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
        # Without a password, the user name alone gives access.
        return (password or user, unquote(password or user), basic)


def proxy_for_url(url: str, setting: Secret | bool) -> Proxy | None:
    """Return the proxy for a URL, None for none.

    Args:
        url: the URL of a request.
        setting: the URL of the profile's proxy; True for the environment's, False for none.

    Raises:
        ConfigError: the proxy's URL cannot be used.
    """
    if isinstance(setting, bool):
        return _proxy_from_environment(url, os.environ) if setting else None
    return _parse_proxy(setting.reveal(), "the profile")


def _proxy_from_environment(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy that the variables name, in the order in which curl reads them."""
    scheme = urlsplit(url).scheme
    variable = _set_variable(f"{scheme}_proxy", environ) or _set_variable("all_proxy", environ)
    exclusions = _set_variable("no_proxy", environ)
    if variable is None or (exclusions is not None and is_excluded(url, environ[exclusions])):
        return None
    return _parse_proxy(environ[variable], variable)


def _set_variable(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the spelling of a variable that is set and not empty; the lower-case one has priority, as in curl."""
    spellings = [name, name.upper()]
    if name == "http_proxy" and "REQUEST_METHOD" in environ:
        # In a CGI script, HTTP_PROXY is the header Proxy of a stranger's request.
        spellings.remove("HTTP_PROXY")
    return next((spelling for spelling in spellings if environ.get(spelling)), None)


def _parse_proxy(url: str, source: str) -> Proxy:
    url = url if "://" in url else f"http://{url}"
    if "@" in url and "@" not in re.split("[/?#]", url.partition("://")[2])[0]:
        # The text before the first /, ? or # would be taken for the host, and shown in messages.
        raise ConfigError(
            f"the proxy URL of {source} has a password with a character that must be percent-encoded",
            hint="write %2F for /, %3F for ?, %23 for #, %40 for @ and %25 for %",
        )
    parts = _split_url(url)
    if parts is None or parts.scheme not in _SCHEMES or not re.fullmatch(r"\S+", parts.hostname or ""):
        raise invalid_url_error(source)
    return Proxy(url, source)


def _split_url(url: str) -> SplitResult | None:
    """Return the parts of a URL, None where it cannot be split or encoded, or its port is none."""
    try:
        # Bytes of the environment that are not UTF-8 cannot be encoded.
        url.encode()
        parts = urlsplit(url)
        port = parts.port
        # As the resolver will encode it.
        (parts.hostname or "").encode("idna")
    except ValueError:
        return None
    return parts if port != 0 else None
