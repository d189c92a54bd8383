"""The sessions of an account: logged in when needed, kept, renewed, ended.

A session is shared by every run that asks the same cloud as the same account
(``session_store``); one that can't be kept is ended with the run that made it,
for a cloud has room for some hundreds of them (wire page, "Sessions").
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from zsiso.api import responses
from zsiso.config import credentials
from zsiso.deadline import Deadline
from zsiso.errors import OutputError, ZsisoError
from zsiso.transport.failover import OutgoingCall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zsiso.api.responses import LoginResult
    from zsiso.api.session_store import SessionStore
    from zsiso.config.secrets import Secret
    from zsiso.transport.failover import Transport

SESSION_INVALID = "ID.1001"
"""The code of the error that a call gets whose session is invalid or has expired."""

LOGOUT_GRACE_SECONDS = 1.0
"""Seconds for ending a session nobody will use, whatever became of the deadline."""


class AccountSession:
    """The sessions of one account on one cloud, as one run needs them.

    Args:
        account: whose they are.
        password: gives the account's password; called only for a login.
        sender: what sends to the cloud.
        kept: where a session is kept from run to run; None keeps none.
        deadline: the limit over waiting for another run's login.
        typed: the password is asked of a person, or of nobody.
    """

    def __init__(
        self,
        account: str,
        password: Callable[[], Secret],
        sender: Transport,
        kept: SessionStore | None,
        deadline: Deadline,
        *,
        typed: bool,
    ) -> None:
        self.account = account
        self._password = password
        self._sender = sender
        self._kept = kept
        self._deadline = deadline
        self._typed = typed
        self._unkept: Secret | None = None
        self._replaced: Secret | None = None

    def usable(self, dead: Secret | None = None) -> Secret:
        """Return a session that is not the ``dead`` one: a kept one, or that of a new login.

        Raises:
            CredentialsError: the node refuses the login, or there is no password to be had.
            ZsisoError: as ``Transport.send``.
        """
        if self._unkept is not None and self._unkept != dead:
            return self._unkept
        if (session := self._kept_but(dead)) is not None:
            return session
        # A person may take their time; nobody else is to wait for them.
        password = self._password() if self._typed else None
        with self._locked():
            # Whoever held the lock before has most likely just logged in.
            return self._kept_but(dead) or self._renewed(dead, password)

    def log_in(self, password: Secret | None = None) -> LoginResult:
        """Log in whatever is kept, keep the session, and end the one that was kept (wire page, "Sessions").

        Args:
            password: the one to use instead of the account's own. Raises as ``usable``.
        """
        password = password or (self._password() if self._typed else None)
        with self._locked():
            before = self._kept_but(None)
            login = self._log_in(password)
            if before is not None and self.is_kept:
                self._replaced = before
                with suppress(ZsisoError):
                    self.end(before)
                self._replaced = None
        return login

    def log_out(self) -> bool:
        """End the kept session on the node, then forget it; return whether there was one.

        Raises:
            OutputError: it is ended, and can't be forgotten.
            ZsisoError: as ``end``.
        """
        with self._locked():
            session = self._kept_but(None)
            if session is None or self._kept is None:
                return False
            self.end(session)
            try:
                self._kept.forget(session)
            except OSError as error:
                raise OutputError(
                    f"the session is ended, and its file can't be removed: {error.strerror}",
                    hint=f"remove {self._kept.folder}",
                ) from error
        return True

    @property
    def is_kept(self) -> bool:
        """Whether the session of the last login outlives this run."""
        return self._unkept is None

    def end(self, session: Secret, *, deadline: Deadline | None = None) -> None:
        """Log a session out (wire page, "Sessions"); that it was dead already is no error.

        Raises:
            ZsisoError: the node refused, or as ``Transport.send``.
        """
        in_url = quote(session.reveal(), safe="")
        self._sender.hide(session.reveal())
        self._sender.hide(in_url)
        headers = credentials.session_headers(session)
        answer = self._sender.send(OutgoingCall("DELETE", f"/v1/accounts/sessions/{in_url}", lambda: headers), deadline)
        if responses.error_code(answer) != SESSION_INVALID:
            responses.raise_for_error(answer)

    def close(self) -> None:
        """End the session that could not be kept, or that came too late; no other run will find it."""
        parting = Deadline(LOGOUT_GRACE_SECONDS)
        try:
            self._end_what_nobody_finds(parting)
        except BaseException:
            # A signal in the middle: the session may not have ended yet, and to end it twice does no harm.
            self._end_what_nobody_finds(parting)
            raise

    def _end_what_nobody_finds(self, parting: Deadline) -> None:
        with suppress(ZsisoError):
            if (late := self._sender.late(parting)) is not None:
                self._unkept = responses.read_login(late).session
                self._sender.seen_to()
        for session in (self._unkept, self._replaced):
            with suppress(ZsisoError):
                if session is not None:
                    self.end(session, deadline=parting)

    def _log_in(self, password: Secret | None) -> LoginResult:
        password = password or self._password()
        hashed = credentials.password_hash(password)
        self._sender.hide(password.reveal())
        self._sender.hide(hashed)
        body = credentials.login_body(self.account, hashed)
        # Where its answer comes too late, somebody has to see to the session it may bring.
        login = responses.read_login(
            self._sender.send(OutgoingCall("PUT", "/v1/accounts/login", content=body, parting=LOGOUT_GRACE_SECONDS))
        )
        self._sender.hide(login.session.reveal())
        self._unkept = login.session
        self._sender.seen_to()
        if self._kept is not None:
            with suppress(OSError):
                self._kept.save(login.session)
                self._unkept = None
        return login

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other runs from changing the kept session, where it can be kept and locked at all."""
        with ExitStack() as stack:
            if self._kept is not None:
                with suppress(OSError):
                    stack.enter_context(self._kept.locked(self._deadline))
            yield

    def _kept_but(self, dead: Secret | None) -> Secret | None:
        session = self._kept.load() if self._kept is not None else None
        if session is None or session == dead:
            return None
        self._sender.hide(session.reveal())
        return session

    def _renewed(self, dead: Secret | None, password: Secret | None) -> Secret:
        if self._kept is not None and dead is not None:
            with suppress(OSError):
                self._kept.forget(dead)
        return self._log_in(password).session
