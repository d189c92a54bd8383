"""The kinds of credentials that a profile can hold, as data; ``zsiso.api.auth`` says what they do."""

from __future__ import annotations

from datetime import timezone, tzinfo
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

if TYPE_CHECKING:
    from zsiso.config.secret_sources import SecretSource


class Session(NamedTuple):
    """A session that was made elsewhere.

    Args:
        uuid: where the UUID of the session is.
    """

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
        may_log_in: whether a login may be made; otherwise only a saved session can be used.
    """

    name: str
    password: SecretSource | None
    may_log_in: bool = True

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
        """Return the same credentials, with which no login is made: only a saved session can be used."""
        return self._replace(may_log_in=False)


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


def is_header_safe(value: str) -> bool:
    """Return whether ``value`` can stand in a header: visible ASCII characters, at least one."""
    return bool(value) and all("!" <= char <= "~" for char in value)
