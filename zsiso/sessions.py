"""The sessions of an account: logged in when needed, kept, renewed, ended.

A session is shared by every run that asks the same cloud as the same account
(``kept_session``); one that can't be kept is ended with the run that made it,
for a cloud has room for some hundreds of them (wire page, "Sessions").
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from zsiso import credentials, reply
from zsiso.deadline import Deadline
from zsiso.errors import ZsisoError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zsiso.kept_session import KeptSession
    from zsiso.reply import Login
    from zsiso.secret import Secret
    from zsiso.sender import Sender

DEAD = "ID.1001"
"""The code of the error that a call gets whose session is invalid or has expired."""

# Seconds for ending a session nobody will use, whatever became of the deadline.
_PARTING = 1.0


class Sessions:
    """The sessions of one account on one cloud, as one run needs them.

    Args:
        account: whose they are.
        password: gives the account's password; called only for a login.
        sender: what sends to the cloud.
        kept: where a session is kept from run to run; None keeps none.
        deadline: the limit over waiting for another run's login.
    """

    def __init__(
        self,
        account: str,
        password: Callable[[], Secret],
        sender: Sender,
        kept: KeptSession | None,
        deadline: Deadline,
    ) -> None:
        self.account = account
        self._password = password
        self._sender = sender
        self._kept = kept
        self._deadline = deadline
        self._unkept: Secret | None = None

    def usable(self, dead: Secret | None = None) -> Secret:
        """Return a session that is not the ``dead`` one: a kept one, or that of a new login.

        Raises:
            CredentialsError: the node refuses the login, or there is no password to be had.
            ZsisoError: as ``Sender.send``.
        """
        if self._unkept is not None and self._unkept != dead:
            return self._unkept
        if self._kept is None:
            return self.log_in().session
        if (session := self._kept_but(dead)) is not None:
            return session
        try:
            with self._kept.locked(self._deadline):
                # Whoever held the lock before has most likely just logged in.
                return self._kept_but(dead) or self._renewed()
        except OSError:
            # Not even a lock can be kept there.
            return self.log_in().session

    def log_in(self, password: Secret | None = None) -> Login:
        """Log in and keep the session, if it can be kept (wire page, "Sessions").

        Args:
            password: the one to use instead of the account's own. Raises as ``usable``.
        """
        password = password or self._password()
        hashed = credentials.password_hash(password)
        self._sender.hide(password.reveal())
        self._sender.hide(hashed)
        body = credentials.login_body(self.account, hashed)
        login = reply.login(self._sender.send("PUT", "/v1/accounts/login", headers={}, body=body))
        self._sender.hide(login.session.reveal())
        self._unkept = login.session
        if self._kept is not None:
            with suppress(OSError):
                self._kept.save(login.session)
                self._unkept = None
        return login

    def log_in_anew(self, password: Secret | None = None) -> Login:
        """Log in whatever is kept, and end what was kept. Args and errors as ``log_in``."""
        before = self._kept_but(None)
        login = self.log_in(password)
        if before is not None and self.is_kept:
            with suppress(ZsisoError):
                self.end(before)
        return login

    def log_out(self) -> bool:
        """End the kept session on the node, then forget it; return whether there was one. Raises as ``end``."""
        session = self._kept_but(None)
        if session is None or self._kept is None:
            return False
        self.end(session)
        self._kept.forget()
        return True

    @property
    def is_kept(self) -> bool:
        """Whether the session of the last login outlives this run."""
        return self._unkept is None

    def end(self, session: Secret, *, deadline: Deadline | None = None) -> None:
        """Log a session out (wire page, "Sessions"); that it was dead already is no error.

        Raises:
            ZsisoError: the node refused, or as ``Sender.send``.
        """
        self._sender.hide(session.reveal())
        answer = self._sender.send(
            "DELETE",
            f"/v1/accounts/sessions/{quote(session.reveal(), safe='')}",
            headers=credentials.session_headers(session),
            deadline=deadline,
        )
        if reply.error_code(answer) != DEAD:
            reply.refuse_failure(answer)

    def close(self) -> None:
        """End the session that could not be kept; no other run will find it."""
        if self._unkept is not None:
            session, self._unkept = self._unkept, None
            with suppress(ZsisoError):
                self.end(session, deadline=Deadline(_PARTING))

    def _kept_but(self, dead: Secret | None) -> Secret | None:
        session = self._kept.load() if self._kept is not None else None
        if session is None or session == dead:
            return None
        self._sender.hide(session.reveal())
        return session

    def _renewed(self) -> Secret:
        if self._kept is not None:
            self._kept.forget()
        return self.log_in().session
