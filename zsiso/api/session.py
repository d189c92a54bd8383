"""The session of an account: logs in when one is needed, saves it, renews it, logs out.

A session is shared by every run that asks the same cloud as the same account
(``session_store``). One that cannot be saved is logged out by the run that made it,
since a cloud allows some hundreds of them only (docs/zstack-api.md#sessions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from zsiso.api import endpoints
from zsiso.api.error_codes import SESSION_INVALID
from zsiso.api.failures import error_code
from zsiso.api.pending_login import PendingLogin
from zsiso.api.responses import raise_for_error, read_login
from zsiso.deadline import Deadline
from zsiso.errors import OutputError, ZsisoError

if TYPE_CHECKING:
    from zsiso.api.responses import LoginResult
    from zsiso.api.session_store import SessionStore
    from zsiso.config.secrets import Secret
    from zsiso.transport.failover import Transport


class AccountSession:
    """The session of one account on one cloud, for one run.

    Args:
        account: the account's name.
        read_password: returns the account's password; called only for a login.
        transport: sends to the cloud.
        session_store: where the session is saved for later runs; None to save none.
        deadline: the time limit for waiting while another run logs in.
        asks_person: whether ``read_password`` asks a person, for the profile has no password.
    """

    def __init__(
        self,
        account: str,
        read_password: Callable[[], Secret],
        transport: Transport,
        session_store: SessionStore | None,
        deadline: Deadline,
        *,
        asks_person: bool,
    ) -> None:
        self.account = account
        self._read_password = read_password
        self._transport = transport
        self._session_store = session_store
        self._deadline = deadline
        self._asks_person = asks_person
        self._pending_login = PendingLogin()
        # To be logged out by this run: no later run will find them.
        self._unsaved: Secret | None = None
        self._replaced: Secret | None = None

    def get(self, invalid: Secret | None = None) -> Secret:
        """Return a session: a saved one, or that of a new login.

        Args:
            invalid: a session that the node has rejected.

        Raises:
            CredentialsError: the node rejects the login, or there is no password.
            ZsisoError: as ``Transport.send``.
        """
        if self._unsaved is not None and self._unsaved != invalid:
            return self._unsaved
        if (session := self._load_except(invalid)) is not None:
            return session
        # Asked for before the lock: a person may take minutes, and other runs must not wait for that.
        password = self._read_password() if self._asks_person else None
        with self._lock():
            # Another run may have logged in while this one waited for the lock.
            return self._load_except(invalid) or self._renew(invalid, password)

    def log_in(self, password: Secret | None = None) -> LoginResult:
        """Log in even if a session is saved, save the new one, and log the old one out.

        Args:
            password: the password to use instead of the account's own.

        Raises:
            ZsisoError: as ``get``.
        """
        password = password or (self._read_password() if self._asks_person else None)
        with self._lock():
            previous = self._load_except(None)
            login = self._log_in(password)
            if previous is not None and self.is_saved:
                self._replaced = previous
                with suppress(ZsisoError):
                    self._log_out(previous)
                self._replaced = None
        return login

    @contextmanager
    def temporary_login(self) -> Iterator[Secret]:
        """Log in, give the new session, and log out of it; a saved session stays as it is.

        Raises:
            ZsisoError: as ``get``.
        """
        session = self._log_in(None, is_kept=False).session
        yield session
        self._log_out(session)
        self._unsaved = None

    def load_saved(self) -> Secret | None:
        """Return the saved session, valid or not; None where there is none."""
        return self._load_except(None)

    def log_out(self) -> bool:
        """Log the saved session out and delete its file; return whether there was one.

        Raises:
            OutputError: it is logged out, and its file cannot be deleted.
            ZsisoError: the node rejects the request, or as ``Transport.send``.
        """
        with self._lock():
            session = self._load_except(None)
            if session is None or self._session_store is None:
                return False
            try:
                self._log_out(session)
            except ZsisoError as error:
                error.hint = (
                    f"{error.hint}; to forget the session on this machine only, delete {self._session_store.file}"
                )
                raise
            try:
                self._session_store.forget(session)
            except OSError as error:
                raise OutputError(
                    f"the session is logged out, but its file cannot be deleted: {error.strerror}",
                    hint=f"delete {self._session_store.folder}",
                ) from error
        return True

    @property
    def has_password(self) -> bool:
        """Whether the profile has a password, so that no person need be asked."""
        return not self._asks_person

    @property
    def is_saved(self) -> bool:
        """Whether the session of the last login is there for later runs."""
        return self._unsaved is None

    def close(self) -> None:
        """Log out of the sessions that no later run will find; those of a late login included."""
        deadline = Deadline(PendingLogin.grace_seconds)
        try:
            self._log_out_leftovers(deadline)
        except BaseException:
            # A signal interrupted it. The session may still exist, and a second logout does no harm.
            self._log_out_leftovers(deadline)
            raise

    def _log_out_leftovers(self, deadline: Deadline) -> None:
        with suppress(ZsisoError):
            if (login := self._pending_login.wait(deadline)) is not None:
                self._unsaved = login.session
                self._pending_login.discard()
        for session in (self._unsaved, self._replaced):
            with suppress(ZsisoError):
                if session is not None:
                    self._log_out(session, deadline)

    def _log_in(self, password: Secret | None, *, is_kept: bool = True) -> LoginResult:
        password = password or self._read_password()
        hashed = hash_password(password)
        self._transport.register_secret(password.reveal())
        self._transport.register_secret(hashed)
        response = self._transport.send(
            endpoints.login_request(self.account, hashed),
            on_start=self._pending_login.track,
            grace_seconds=PendingLogin.grace_seconds,
        )
        login = read_login(response)
        self._transport.register_secret(login.session.reveal())
        # In this order: a signal may come between any two of these lines.
        self._unsaved = login.session
        self._pending_login.discard()
        if self._session_store is not None and is_kept:
            with suppress(OSError):
                self._session_store.save(login.session)
                self._unsaved = None
        return login

    def _log_out(self, session: Secret, deadline: Deadline | None = None) -> None:
        """Log a session out; that it is invalid already is no error.

        Raises:
            ZsisoError: the node rejects the request, or as ``Transport.send``.
        """
        request = endpoints.logout_request(session)
        self._transport.register_secret(session.reveal())
        self._transport.register_secret(request.path.rpartition("/")[2])
        response = self._transport.send(request, deadline=deadline)
        if error_code(response) != SESSION_INVALID:
            raise_for_error(response)

    # -- the saved session ----------------------------------------------------

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep other runs from changing the saved session, where a session can be saved and locked at all."""
        with ExitStack() as stack:
            if self._session_store is not None:
                with suppress(OSError):
                    stack.enter_context(self._session_store.lock(self._deadline))
            yield

    def _load_except(self, invalid: Secret | None) -> Secret | None:
        session = self._session_store.load() if self._session_store is not None else None
        if session is None or session == invalid:
            return None
        self._transport.register_secret(session.reveal())
        return session

    def _renew(self, invalid: Secret | None, password: Secret | None) -> Secret:
        if self._session_store is not None and invalid is not None:
            with suppress(OSError):
                self._session_store.forget(invalid)
        return self._log_in(password).session


def hash_password(password: Secret) -> str:
    """Return what a login sends for a password: the SHA-512 of its UTF-8 in hex (docs/zstack-api.md#log-in)."""
    # Imported here: only a login needs it.
    import hashlib

    return hashlib.sha512(password.reveal().encode("utf-8", "surrogateescape")).hexdigest()
