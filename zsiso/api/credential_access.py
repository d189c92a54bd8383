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

AskPassword: TypeAlias = Callable[[str, str], Secret]
"""Asks a person for the password of an account: its name, then the cloud's URLs."""


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
            store = self._session_store
            self._session = AccountSession(
                account.name,
                lambda: self._read_password(account),
                self._transport,
                store and store.for_credentials(lambda: self._identify_password(account.password)),
                self._deadline,
                asks_person=account.password is None or not account.may_log_in,
            )
        return self._session

    def _identify_password(self, source: SecretSource | None) -> tuple[str, ...]:
        """Return what tells a password from others: its source and, unless a command prints it, the password itself.

        A command may take long, or ask for a passphrase: it is run for a login only. Where it prints
        another password, this is noticed at the next login.
        """
        if source is None:
            return ()
        return (source.identity,) if source.runs_command else (source.identity, self.read_secret(source).reveal())

    def _read_password(self, account: Account) -> Secret:
        if account.password is not None and account.may_log_in:
            return self.read_secret(account.password)
        if self._ask_password is None:
            raise CredentialsError(
                f"{self._profile} has no password for account {account.name}, and there is no saved session",
                hint=self._password_hint(),
            )
        with self._deadline.paused():
            password = self._ask_password(account.name, str(self._profile.connection))
        self._transport.register_secret(password.reveal())
        return password

    def _password_hint(self) -> str:
        """Return how the account's password can be given where there is nobody to ask."""
        import shlex

        from zsiso.config.environment import password_variable

        if (variable := password_variable(self._profile)) is not None:
            return f"set {variable}"
        return (
            f"run `zsiso login --profile {shlex.quote(self._profile.name or '')}` on a terminal, or with "
            "--password-stdin and the password on stdin; for cron, set a password in the profile"
        )
