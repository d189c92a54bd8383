"""How requests are authorised: an authenticator for each kind of credentials."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NoReturn, Protocol
from urllib.parse import unquote

from zsiso.api import endpoints
from zsiso.config.credentials import Account, Session, is_header_safe
from zsiso.config.profile import no_credentials_error
from zsiso.errors import ConfigError

if TYPE_CHECKING:
    from zsiso.api.credential_access import CredentialAccess
    from zsiso.api.session import AccountSession
    from zsiso.config.credentials import AccessKey
    from zsiso.config.profile import Profile
    from zsiso.transport.messages import ApiRequest, Authorize

_SESSION_CURL_OPTIONS = '-H "Authorization: OAuth $ZSISO_SESSION"'


class Authenticator(Protocol):
    """Authorises requests, and curl commands that send the same, by one kind of credentials.

    What can be shown of the credentials, and where their secrets are, says ``zsiso.config.credentials``.
    """

    def open_session(self, access: CredentialAccess) -> AccountSession | None:
        """Return the session that the requests are sent in, None where zsiso does not log in."""

    def authorizations(self, access: CredentialAccess) -> Iterator[Authorize]:
        """Yield what authorises requests; the next one where the node says that the session is invalid.

        Raises:
            ConfigError, CredentialsError: the credentials cannot be used.
            ZsisoError: as ``AccountSession.get``.
        """

    def curl_setup(self, request: ApiRequest, base_url: str, curl: str) -> str:
        """Return the shell commands to run before the request's own.

        Args:
            request: the request.
            base_url: the node that it is sent to.
            curl: the beginning of a curl command, connection options included.
        """

    def curl_options(self) -> str:
        """Return the options of curl that authorise the request, quoted for a shell."""


def create_authenticator(profile: Profile) -> Authenticator:
    """Return the authenticator for a profile's credentials."""
    credentials = profile.credentials
    if credentials is None:
        return NoAuthenticator(profile)
    if isinstance(credentials, Session):
        return SessionAuthenticator(credentials)
    if isinstance(credentials, Account):
        return AccountAuthenticator(credentials)
    return AccessKeyAuthenticator(credentials)


class SessionAuthenticator:
    """Authorises requests by a session that was made elsewhere."""

    def __init__(self, credentials: Session) -> None:
        self.credentials = credentials

    def open_session(self, _access: CredentialAccess) -> None:
        """Return None: there is no account to log in."""

    def authorizations(self, access: CredentialAccess) -> Iterator[Authorize]:
        """Yield the session's header once; see ``Authenticator``."""
        session = access.read_secret(self.credentials.uuid)
        if not is_header_safe(session.reveal()):
            raise ConfigError(
                f"{self.credentials.uuid.where} has a character that is not allowed in a header",
                hint="a session UUID has 32 hexadecimal digits",
            )
        yield lambda _request: (endpoints.session_header(session),)

    def curl_setup(self, _request: ApiRequest, _base_url: str, _curl: str) -> str:
        """Return no commands."""
        return ""

    def curl_options(self) -> str:
        """Return the session's header."""
        return _SESSION_CURL_OPTIONS


class AccountAuthenticator:
    """Authorises requests by a session that zsiso logs in to."""

    def __init__(self, credentials: Account) -> None:
        self.credentials = credentials

    def open_session(self, access: CredentialAccess) -> AccountSession:
        """Return the account's session; logs in when it is first needed."""
        return access.open_session(self.credentials)

    def authorizations(self, access: CredentialAccess) -> Iterator[Authorize]:
        """Yield the header of a session, then that of a new one; see ``Authenticator``."""
        account_session = self.open_session(access)
        session = account_session.get()
        yield lambda _request: (endpoints.session_header(session),)
        renewed = account_session.get(invalid=session)
        yield lambda _request: (endpoints.session_header(renewed),)

    def curl_setup(self, _request: ApiRequest, base_url: str, curl: str) -> str:
        """Return the login; the hash goes through a pipe, since the process list shows arguments."""
        login = endpoints.login_request(self.credentials.name, "")
        before, end = (login.body or b"").decode().rsplit('"', 1)
        return (
            "ZSISO_HASH=$(printf %s \"$ZSISO_PASSWORD\" | openssl dgst -sha512 -r | cut -d' ' -f1)\n"
            f'ZSISO_SESSION=$(printf %s%s%s {shlex.quote(before)} "$ZSISO_HASH" {shlex.quote(chr(34) + end)} |\n'
            f"    {curl} -X {login.method} {shlex.quote(base_url + login.target)} --data @- |\n"
            '    grep -o \'"uuid" *: *"[^"]*"\' | cut -d\'"\' -f4)\n'
        )

    def curl_options(self) -> str:
        """Return the header of the session that ``curl_setup`` logs in to."""
        return _SESSION_CURL_OPTIONS


class AccessKeyAuthenticator:
    """Authorises requests by a signature of each."""

    def __init__(self, credentials: AccessKey) -> None:
        self.credentials = credentials

    def open_session(self, _access: CredentialAccess) -> None:
        """Return None: there is no account to log in."""

    def authorizations(self, access: CredentialAccess) -> Iterator[Authorize]:
        """Yield what signs a request with the time of each attempt; see ``Authenticator``."""
        # Imported here: no other kind of credentials signs.
        from zsiso.api.access_keys import signed_headers

        secret = access.read_secret(self.credentials.secret)
        yield lambda request: signed_headers(self.credentials, secret, request, datetime.now(timezone.utc))

    def curl_setup(self, request: ApiRequest, _base_url: str, _curl: str) -> str:
        """Return the commands that sign the request, in the time zone of the node's wall clock."""
        zone = str(self.credentials.zone)
        date_format = shlex.quote(f"+%a, %d %b %Y %H:%M:%S {zone}")
        return (
            f"ZSISO_DATE=$(TZ={shlex.quote(zone)} LC_ALL=C date {date_format})\n"
            f"ZSISO_SIGNATURE=$(printf '{request.method}\\n%s\\n%s' \"$ZSISO_DATE\" "
            f"{shlex.quote(unquote(request.path))} |\n"
            '    openssl dgst -sha1 -hmac "$ZSISO_ACCESS_KEY_SECRET" -binary | base64)\n'
        )

    def curl_options(self) -> str:
        """Return the headers with the date and the signature that ``curl_setup`` makes."""
        prefix = shlex.quote(f"Authorization: ZStack {self.credentials.id}:")
        return f'-H "Date: $ZSISO_DATE" -H {prefix}"$ZSISO_SIGNATURE"'


class NoAuthenticator:
    """Stands for a profile without credentials: it authorises no request."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def open_session(self, _access: CredentialAccess) -> None:
        """Return None: there is no account to log in."""

    def authorizations(self, _access: CredentialAccess) -> NoReturn:
        """Raise the ``ConfigError`` for missing credentials."""
        raise no_credentials_error(self.profile)

    def curl_setup(self, _request: ApiRequest, _base_url: str, _curl: str) -> NoReturn:
        """Raise the ``ConfigError`` for missing credentials."""
        raise no_credentials_error(self.profile)

    def curl_options(self) -> NoReturn:
        """Raise the ``ConfigError`` for missing credentials."""
        raise no_credentials_error(self.profile)
