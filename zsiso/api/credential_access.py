"""What authenticators use while they authorise the requests of one run: its secrets and its session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from zsiso.config.secrets import Secret
from zsiso.errors import CredentialsError

if TYPE_CHECKING:
    from zsiso.api.session import AccountSession
    from zsiso.api.session_store import SessionStore
    from zsiso.config.credentials import Account
    from zsiso.config.profile import Profile
    from zsiso.config.secret_sources import SecretSource
    from zsiso.deadline import Deadline
    from zsiso.transport.failover import Transport

AskPassword: TypeAlias = Callable[[str], Secret]
"""Asks a person for the password of an account."""


class CredentialAccess:
    """Reads each secret of a profile once, and opens the session of its account.

    Args:
        profile: the profile whose credentials they are.
        transport: sends logins, and learns which secrets its messages must not show.
        deadline: the time limit for reading a secret.
        environ: the environment that secrets may come from.
        session_store: where the account's session is saved; None to save none.
        ask_password: asks a person for the account's password; None where no person can be asked.
    """

    def __init__(
        self,
        profile: Profile,
        transport: Transport,
        deadline: Deadline,
        *,
        environ: Mapping[str, str],
        session_store: SessionStore | None,
        ask_password: AskPassword | None,
    ) -> None:
        self._profile = profile
        self._transport = transport
        self._deadline = deadline
        self._environ = environ
        self._session_store = session_store
        self._ask_password = ask_password
        self._secrets: dict[SecretSource, Secret] = {}
        self._session: AccountSession | None = None

    def read_secret(self, source: SecretSource) -> Secret:
        """Return the secret of a source, which is read the first time only.

        Raises:
            ConfigError: it cannot be read.
            DeadlineExceededError: the deadline passed before it was read.
        """
        if source not in self._secrets:
            secret = source.read(self._environ, self._deadline)
            self._transport.register_secret(secret.reveal())
            self._secrets[source] = secret
        return self._secrets[source]

    def read_proxy(self) -> Secret | bool:
        """Return the URL of the profile's proxy; True for the environment's proxy, False for none.

        Raises:
            ConfigError: the URL holds a password, and other users can read the file that it is in.
        """
        proxy = self._profile.connection.proxy
        if isinstance(proxy, bool):
            return proxy
        # Without a password, the URL is no secret: other users may read it.
        return self.read_secret(proxy) if "@" in proxy.secret.reveal() else proxy.secret

    def open_session(self, account: Account) -> AccountSession:
        """Return the session of the profile's account; the same one each time."""
        # Imported here: only an account has a session of its own.
        from zsiso.api.session import AccountSession

        if self._session is None:
            self._session = AccountSession(
                account.name,
                lambda: self._read_password(account),
                self._transport,
                self._session_store,
                self._deadline,
                asks_person=account.password is None,
            )
        return self._session

    def _read_password(self, account: Account) -> Secret:
        if account.password is not None:
            return self.read_secret(account.password)
        if self._ask_password is None:
            raise CredentialsError(
                f"{self._profile} has no password for account {account.name}, and there is no saved session",
                hint=f"run {self._login_command()} to save a session; for cron, set a password in the profile",
            )
        with self._deadline.paused():
            password = self._ask_password(account.name)
        self._transport.register_secret(password.reveal())
        return password

    def _login_command(self) -> str:
        import shlex

        name = self._profile.name
        return "`zsiso login`" if name is None else f"`zsiso login --profile {shlex.quote(name)}`"
