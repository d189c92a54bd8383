"""A request as shell commands that send the same with curl. Pure.

Secrets are variables, those of the environment's profile: a shell in which ZSISO_SESSION
is set for zsiso can run the commands, too. ``ZSISO_PROXY`` is the URL of a proxy with a password.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from zsiso.api.auth import create_authenticator
from zsiso.config.secrets import InlineSecret

if TYPE_CHECKING:
    from zsiso.config.connection import ConnectionSettings
    from zsiso.config.profile import Profile
    from zsiso.transport.messages import ApiRequest


def curl_commands(request: ApiRequest, profile: Profile, timeout: float) -> str:
    """Return the commands, quoted for a POSIX shell.

    Args:
        request: the request.
        profile: the cloud, and the credentials that authorise the request.
        timeout: the time limit of each command in seconds.

    Raises:
        ConfigError: the profile has no credentials.
    """
    authenticator = create_authenticator(profile)
    base_url = profile.connection.urls[0]
    options = _connection_options(profile.connection)
    curl = " ".join((f"curl --silent --show-error --globoff --max-time {timeout:g}", *options))
    setup = authenticator.curl_setup(request, base_url, curl)
    return f"{setup}{curl} {shlex.quote(base_url + request.target)} {authenticator.curl_options()}\n"


def _connection_options(settings: ConnectionSettings) -> Iterator[str]:
    """Yield the options for TLS and the proxy, quoted."""
    tls = settings.tls
    files = {"--cacert": tls.ca_file, "--cert": tls.cert_file, "--key": tls.key_file}
    for option, file in files.items():
        if file is not None:
            yield shlex.join((option, str(file)))
    if tls.insecure:
        yield "--insecure"
    if settings.proxy is False:
        yield "--noproxy '*'"
    if isinstance(settings.proxy, InlineSecret):
        url = settings.proxy.secret.reveal()
        # The profile's proxy has priority over NO_PROXY. A URL with a password is a secret.
        argument = '"$ZSISO_PROXY"' if "@" in url else shlex.quote(url)
        yield f"--noproxy '' --proxy {argument}"
