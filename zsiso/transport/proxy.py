"""Which proxy a call goes through: the profile's, or the one that the environment names."""

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
    """A proxy and who named it."""

    url: str
    """Its URL, which may hold a password."""
    named_by: str

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{urlsplit(self.url).netloc.rpartition('@')[2]} ({self.named_by})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown of it: its password as the URL has it, as it is, and as a header carries it."""
        user, _, password = urlsplit(self.url).netloc.rpartition("@")[0].partition(":")
        basic = b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
        # Without a password the name alone lets in.
        return (password or user, unquote(password or user), basic) if user or password else ()


def proxy_for_url(url: str, setting: Secret | bool) -> Proxy | None:
    """Return the proxy for a URL, None for none.

    Args:
        url: what is to be asked.
        setting: the proxy's URL; True for what the environment says, False for none.

    Raises:
        ConfigError: the proxy's URL has a password that can't be told from the rest of it.
    """
    if isinstance(setting, bool):
        return _proxy_from_environment(url) if setting else None
    return _make_proxy(setting.reveal(), "the profile's proxy")


def _proxy_from_environment(url: str) -> Proxy | None:
    parts = urlsplit(url)
    known = getproxies()
    kind = parts.scheme if known.get(parts.scheme) else "all"
    # With its port, for NO_PROXY may name one.
    if not known.get(kind) or proxy_bypass(parts.netloc):
        return None
    return _make_proxy(known[kind], _proxy_variable(kind))


def _proxy_variable(kind: str) -> str:
    """Return what the proxy's variable is called; a lower-case one wins, as in curl."""
    name = f"{kind}_proxy"
    spelt = next((there for there in (name, name.upper()) if os.environ.get(there)), None)
    return spelt or "the system's settings"


def _make_proxy(url: str, named_by: str) -> Proxy:
    url = url if "://" in url else f"http://{url}"
    if "@" in url and "@" not in urlsplit(url).netloc:
        # What stands before the first /, ? or # would be shown as its host.
        raise ConfigError(
            f"the URL that {named_by} gives has a character in its password that must be percent-encoded",
            hint="write %2F for /, %3F for ?, %23 for #, %40 for @ and %25 for %",
        )
    return Proxy(url, named_by)
