"""Pure: a call as shell commands that make the same request, secrets as variables.

The secrets' variables are those of the environment-only profile: what runs with
``ZSISO_SESSION`` set runs here too. ``ZSISO_PROXY`` is the URL of a proxy with a password.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from zsiso.config.credentials import AccessKey, Account, Credentials, Session
from zsiso.config.secrets import InlineSecret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zsiso.api.endpoints import GetRequest
    from zsiso.config.connection import ConnectionSettings
    from zsiso.config.profile import Profile


def curl_commands(call: GetRequest, profile: Profile, who: Credentials, timeout: float) -> str:
    """Return the commands, quoted so that they run as pasted in a POSIX shell.

    Args:
        call: what to ask.
        profile: which node.
        who: the profile's credentials.
        timeout: seconds that each request may take.
    """
    curl = " ".join(
        (f"curl --silent --show-error --globoff --max-time {timeout:g}", *_connection_options(profile.connection))
    )
    url = shlex.quote(profile.connection.urls[0] + call.target)
    if isinstance(who, Session):
        return f'{curl} {url} -H "Authorization: OAuth $ZSISO_SESSION"\n'
    if isinstance(who, Account):
        return f'{_login_commands(profile, who, curl)}{curl} {url} -H "Authorization: OAuth $ZSISO_SESSION"\n'
    return f'{_signing_commands(call, who)}{curl} {url} -H "Date: $ZSISO_DATE" -H {_signature_command(who)}\n'


def _connection_options(route: ConnectionSettings) -> Iterator[str]:
    """Give the words that say whom to trust and which proxy to go through, quoted."""
    trust = route.tls
    files = {"--cacert": trust.ca_file, "--cert": trust.cert_file, "--key": trust.key_file}
    for option, file in files.items():
        if file is not None:
            yield shlex.join((option, str(file)))
    if trust.insecure:
        yield "--insecure"
    if route.proxy is False:
        yield "--noproxy '*'"
    if isinstance(route.proxy, InlineSecret):
        url = route.proxy.secret.reveal()
        # It wins over the environment's NO_PROXY; one with a password is a secret.
        shown = '"$ZSISO_PROXY"' if "@" in url else shlex.quote(url)
        yield f"--noproxy '' --proxy {shown}"


def _login_commands(profile: Profile, who: Account, curl: str) -> str:
    """Return the login (wire page, "Sessions"); the hash goes through a pipe, for the process list shows arguments."""
    start = json.dumps({"logInByAccount": {"accountName": who.name, "password": ""}})
    before, after = start[: -len('"}}')], '"}}'
    url = shlex.quote(f"{profile.connection.urls[0]}/v1/accounts/login")
    return (
        "ZSISO_HASH=$(printf %s \"$ZSISO_PASSWORD\" | openssl dgst -sha512 -r | cut -d' ' -f1)\n"
        f'ZSISO_SESSION=$(printf %s%s%s {shlex.quote(before)} "$ZSISO_HASH" {shlex.quote(after)} |\n'
        f"    {curl} -X PUT {url} --data @- |\n"
        '    grep -o \'"uuid" *: *"[^"]*"\' | cut -d\'"\' -f4)\n'
    )


def _signing_commands(call: GetRequest, who: AccessKey) -> str:
    """Return the signing (wire page, "Access keys"), in the zone of the node's wall clock."""
    zone = shlex.quote(str(who.zone))
    return (
        f"ZSISO_DATE=$(TZ={zone} LC_ALL=C date '+%a, %d %b %Y %H:%M:%S %Z')\n"
        "case $ZSISO_DATE in\n"
        # A zone without a name of letters; Java's z reads it so (credentials.java_date).
        f"*[+-][0-9]*) ZSISO_DATE=$(TZ={zone} LC_ALL=C date '+%a, %d %b %Y %H:%M:%S GMT%:z') ;;\n"
        "esac\n"
        f"ZSISO_SIGNATURE=$(printf 'GET\\n%s\\n%s' \"$ZSISO_DATE\" {shlex.quote(call.path)} |\n"
        '    openssl dgst -sha1 -hmac "$ZSISO_ACCESS_KEY_SECRET" -binary | base64)\n'
    )


def _signature_command(who: AccessKey) -> str:
    return f'{shlex.quote(f"Authorization: ZStack {who.id}:")}"$ZSISO_SIGNATURE"'
