"""How a request is authorised: by a session, an account, or an access key. Nothing here sends."""

from __future__ import annotations

from datetime import timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from zsiso.config.secret_sources import SecretSource
    from zsiso.config.secrets import Secret


class Session(NamedTuple):
    """A session UUID that someone else's login made."""

    uuid: SecretSource

    @property
    def kind(self) -> str:
        """The public name of this kind of credentials."""
        return "session"

    @property
    def account_name(self) -> str | None:
        """The account that logs in: none."""
        return None

    @property
    def clock_zone(self) -> tzinfo | None:
        """The time zone of the node's clock: of no importance, the node does not compare it with a request's time."""
        return None

    def secret_sources(self) -> tuple[SecretSource, ...]:
        """Return where the secrets are."""
        return (self.uuid,)

    def describe(self) -> dict[str, str]:
        """Return what each key of a profile says, a secret as where it is."""
        return {"session": str(self.uuid)}

    def without_login(self) -> Session:
        """Return the same credentials, with which no login is made."""
        return self


class Account(NamedTuple):
    """An account that logs in.

    Args:
        name: the name of the account.
        password: where the password is; None where a user logs in by ``zsiso login``.
    """

    name: str
    password: SecretSource | None

    @property
    def kind(self) -> str:
        """The public name of this kind of credentials."""
        return "account"

    @property
    def account_name(self) -> str | None:
        """The account that logs in."""
        return self.name

    @property
    def clock_zone(self) -> tzinfo | None:
        """The time zone of the node's clock: of no importance, the node does not compare it with a request's time."""
        return None

    def secret_sources(self) -> tuple[SecretSource, ...]:
        """Return where the secrets are."""
        return () if self.password is None else (self.password,)

    def describe(self) -> dict[str, str]:
        """Return what each key of a profile says, a secret as where it is."""
        return {"account": self.name, "password": str(self.password or "asked for by `zsiso login`")}

    def without_login(self) -> Account:
        """Return the same credentials, with which no login is made: only a saved session serves."""
        return self._replace(password=None)


class AccessKey(NamedTuple):
    """An access key, which signs every request.

    Args:
        id: the public part of the key.
        secret: where the secret part is.
        zone: the time zone of the node's clock.
    """

    id: str
    secret: SecretSource
    zone: tzinfo = timezone.utc

    @property
    def kind(self) -> str:
        """The public name of this kind of credentials."""
        return "access key"

    @property
    def account_name(self) -> str | None:
        """The account that logs in: none."""
        return None

    @property
    def clock_zone(self) -> tzinfo | None:
        """The time zone of the node's clock, which the node compares with a request's time."""
        return self.zone

    def secret_sources(self) -> tuple[SecretSource, ...]:
        """Return where the secrets are."""
        return (self.secret,)

    def describe(self) -> dict[str, str]:
        """Return what each key of a profile says, a secret as where it is."""
        return {"access_key_id": self.id, "access_key_secret": str(self.secret), "timezone": str(self.zone)}

    def without_login(self) -> AccessKey:
        """Return the same credentials, with which no login is made."""
        return self


Credentials: TypeAlias = Union[Session, Account, AccessKey]


def session_headers(session: Secret) -> Mapping[str, str]:
    """Return the headers of a request within a session (wire page, "The call")."""
    return {"Authorization": f"OAuth {session.reveal()}"}


def signed_headers(key: AccessKey, secret: Secret, *, method: str, uri: str, now: datetime) -> Mapping[str, str]:
    """Return the headers of a request that an access key signs (wire page, "Access keys").

    Args:
        key: the key that signs.
        secret: the key's secret.
        method: the request's method.
        uri: its path from ``/v1`` on, decoded, without the query.
        now: the time, of any zone.
    """
    date = format_java_date(now.astimezone(key.zone))
    signed = signature(secret, method=method, date=date, uri=uri)
    return {"Date": date, "Authorization": f"ZStack {key.id}:{signed}"}


def signature(secret: Secret, *, method: str, date: str, uri: str) -> str:
    """Return what an access key signs a request with, in base64; ``date`` is the very text of its header."""
    # Here and below: what many a run has no use for.
    import base64
    import hmac

    signed = f"{method}\n{date}\n{uri}".encode()
    key = secret.reveal().encode("utf-8", "surrogateescape")
    return base64.b64encode(hmac.new(key, signed, "sha1").digest()).decode()


def format_java_date(moment: datetime) -> str:
    """Return a moment as Java's ``EEE, dd MMM yyyy HH:mm:ss z`` reads it, in English whatever the locale.

    A zone without a name of letters (``-03``) becomes ``GMT-03:00``, which ``z`` parses; ``-0300`` it does not.
    """
    wall = format_datetime(moment.replace(tzinfo=None)).removesuffix(" -0000")
    name = moment.tzname() or ""
    offset = moment.strftime("%z")
    return f"{wall} {name if name.isalpha() else f'GMT{offset[:3]}:{offset[3:5]}'}"


def password_hash(password: Secret) -> str:
    """Return what a login sends for a password: sha512, in hex, of its UTF-8 (wire page, "Sessions")."""
    import hashlib

    return hashlib.sha512(password.reveal().encode("utf-8", "surrogateescape")).hexdigest()


def login_body(account: str, hashed: str) -> bytes:
    """Return the body of a login (wire page, "Sessions")."""
    import json

    return json.dumps({"logInByAccount": {"accountName": account, "password": hashed}}).encode()


def is_header_safe(value: str) -> bool:
    """Tell whether a header can carry ``value``: visible ASCII, and not empty."""
    return bool(value) and all("!" <= char <= "~" for char in value)
