"""The kinds of credentials that a profile can hold, as data; ``zsiso.api.auth`` says what they do."""

from __future__ import annotations

from datetime import timezone, tzinfo
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

if TYPE_CHECKING:
    from zsiso.config.secret_command import SecretSource


class Session(NamedTuple):
    """A session that was made elsewhere.

    Args:
        uuid: where the session's UUID is.
    """

    uuid: SecretSource

    @property
    def kind(self) -> str:
        """The public name of this kind."""
        return "session"


class Account(NamedTuple):
    """An account that zsiso logs in to.

    Args:
        name: the account's name.
        password: where the password is; None where a person types it for ``zsiso login``.
    """

    name: str
    password: SecretSource | None

    @property
    def kind(self) -> str:
        """The public name of this kind."""
        return "account"


class AccessKey(NamedTuple):
    """An access key, which signs every request.

    Args:
        id: the access key's id.
        secret: where its secret is.
        zone: the time zone of the node's clock.
    """

    id: str
    secret: SecretSource
    zone: tzinfo = timezone.utc

    @property
    def kind(self) -> str:
        """The public name of this kind."""
        return "access key"


Credentials: TypeAlias = Union[Session, Account, AccessKey]


def credentials_kind(credentials: Credentials | None) -> str | None:
    """Return the public name of a kind of credentials, None for none at all."""
    return credentials.kind if credentials is not None else None


def is_header_safe(value: str) -> bool:
    """Return whether ``value`` can stand in a header: visible ASCII characters, at least one."""
    return bool(value) and all("!" <= char <= "~" for char in value)
