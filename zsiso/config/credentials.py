"""How a request is authorised: by a session, an account, or an access key. Nothing here sends."""

from __future__ import annotations

from datetime import timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from zsiso.config.secret_command import SecretSource
    from zsiso.config.secrets import Secret


class Session(NamedTuple):
    """A session UUID that somebody else's login made."""

    uuid: SecretSource


class Account(NamedTuple):
    """An account that zsiso logs in to; without a password, somebody does it with ``zsiso login``."""

    name: str
    password: SecretSource | None


class AccessKey(NamedTuple):
    """An access key, which signs every request; ``zone`` is that of the node's wall clock."""

    id: str
    secret: SecretSource
    zone: tzinfo = timezone.utc


Credentials: TypeAlias = Union[Session, Account, AccessKey]


def credentials_kind(credentials: Credentials | None) -> str | None:
    """Return the public name of a kind of credentials, None for none at all."""
    names = {Session: "session", Account: "account", AccessKey: "access key"}
    return names[type(credentials)] if credentials is not None else None


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
