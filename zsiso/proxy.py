"""Which proxy a call goes through: the profile's, or the one that the environment names."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from zsiso.secret import Secret


@dataclass(frozen=True)
class Proxy:
    """A proxy and who named it."""

    url: str = field(repr=False)
    """Its URL, which may hold a password."""
    named_by: str

    def __str__(self) -> str:
        return f"{urlsplit(self.url).netloc.rpartition('@')[2]} ({self.named_by})"

    @property
    def password(self) -> str:
        """What must not be shown of it, as it stands in the URL; empty for nothing."""
        return urlsplit(self.url).netloc.rpartition("@")[0].partition(":")[2]


def for_url(url: str, setting: Secret | bool) -> Proxy | None:
    """Return the proxy for a URL, None for none.

    Args:
        url: what is to be asked.
        setting: the proxy's URL; True for what the environment says, False for none.
    """
    if isinstance(setting, bool):
        return _of_the_environment(url) if setting else None
    return Proxy(_with_scheme(setting.reveal()), "the profile's proxy")


def _of_the_environment(url: str) -> Proxy | None:
    parts = urlsplit(url)
    known = getproxies()
    kind = parts.scheme if known.get(parts.scheme) else "all"
    # With its port, for NO_PROXY may name one.
    if not known.get(kind) or proxy_bypass(parts.netloc):
        return None
    return Proxy(_with_scheme(known[kind]), _variable(kind))


def _variable(kind: str) -> str:
    """Return what the proxy's variable is called; a lower-case one wins, as in curl."""
    name = f"{kind}_proxy"
    spelt = next((there for there in (name, name.upper()) if os.environ.get(there)), None)
    return spelt or "the system's settings"


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"http://{url}"
