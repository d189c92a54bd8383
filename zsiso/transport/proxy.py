"""Chooses the proxy for a request: the profile's, or the environment's."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from zsiso.errors import ConfigError

if TYPE_CHECKING:
    from zsiso.config.secrets import Secret


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
        ConfigError: the proxy's URL has a password with a character that ends the host.
    """
    if isinstance(setting, bool):
        return _proxy_from_environment(url) if setting else None
    return _parse_proxy(setting.reveal(), "the profile")


def _proxy_from_environment(url: str) -> Proxy | None:
    parts = urlsplit(url)
    proxies = getproxies()
    kind = parts.scheme if proxies.get(parts.scheme) else "all"
    # With the port: an entry of NO_PROXY may have one.
    if not proxies.get(kind) or proxy_bypass(parts.netloc):
        return None
    return _parse_proxy(proxies[kind], _proxy_variable(kind))


def _proxy_variable(kind: str) -> str:
    """Return the name of the variable that a proxy comes from; the lower-case one has priority, as in curl."""
    name = f"{kind}_proxy"
    variable = next((spelling for spelling in (name, name.upper()) if os.environ.get(spelling)), None)
    return variable or "the system's settings"


def _parse_proxy(url: str, source: str) -> Proxy:
    url = url if "://" in url else f"http://{url}"
    if "@" in url and "@" not in urlsplit(url).netloc:
        # The text before the first /, ? or # would be taken for the host, and shown in messages.
        raise ConfigError(
            f"the proxy URL of {source} has a password with a character that must be percent-encoded",
            hint="write %2F for /, %3F for ?, %23 for #, %40 for @ and %25 for %",
        )
    return Proxy(url, source)
