"""The errors for what a proxy does, or does not do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zsiso.errors import ConfigError, ConnectError, CredentialsError

if TYPE_CHECKING:
    from zsiso.errors import ZsisoError
    from zsiso.transport.messages import ApiRequest

UNREACHABLE_HINT = (
    "check that the proxy is running; to connect without it, set proxy = false in the profile, or NO_PROXY"
)
"""The next step for a proxy that cannot be reached, or does not connect to the node."""

# The statuses by which a proxy asks for a user name and password; tinyproxy returns 401 for a wrong password.
_AUTHENTICATION_STATUSES = ("401", "407")
# A status that a retry does not change.
_PERMANENT_REFUSAL = "4(?!29)"


def no_socks_error(proxy: str) -> ConfigError:
    """Return the error for a SOCKS proxy where the library for SOCKS is missing; ``proxy`` has no password in it."""
    return ConfigError(
        f"proxy {proxy} uses SOCKS, which requires the package socksio",
        hint="run `pipx inject zsiso socksio`, or `pip install socksio` where zsiso is installed",
    )


def invalid_url_error(source: str) -> ConfigError:
    """Return the error for a proxy whose URL cannot be used; it shows nothing of the URL, which may hold a password.

    Args:
        source: where the URL comes from.
    """
    return ConfigError(
        f"the proxy URL of {source} is not a valid URL for a proxy",
        hint="write it like http://proxy.example.com:3128 or https://USER:PASSWORD@HOST:PORT, "
        "with special characters percent-encoded",
    )


def refused_error(request: ApiRequest, reason: str) -> ZsisoError:
    """Return the error for a proxy that does not connect to the node; ``reason`` begins with the proxy's status."""
    if reason.startswith(_AUTHENTICATION_STATUSES):
        return authentication_error(request, reason[:3])
    return ConnectError(
        f"proxy {request.proxy} did not forward the request: {reason}",
        details=request.details(),
        hint=UNREACHABLE_HINT,
        retryable=re.match(_PERMANENT_REFUSAL, reason) is None,
    )


def authentication_error(request: ApiRequest, status: str, details: tuple[str, ...] = ()) -> CredentialsError:
    """Return the error for a proxy that asks for a user name and password.

    Args:
        request: the request that it did not forward.
        status: the HTTP status of its response.
        details: lines to show before those about the request.
    """
    proxy = f"proxy {request.proxy}" if request.proxy is not None else "a proxy in front of the management node"
    return CredentialsError(
        f"{proxy} requires authentication ({status})",
        details=details + request.details(),
        hint="set its user name and password in its URL: http://USER:PASSWORD@HOST:PORT",
    )
