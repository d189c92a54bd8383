"""The sessions of the mock node: made by logins, renewed by calls, ended by logouts and time."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from zsiso.mock_node.errors import ApiError, invalid_session
from zsiso.mock_node.visibility import ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from zsiso.mock_node.auth_config import MockAuthConfig
    from zsiso.mock_node.visibility import Account

_SWEEP_INTERVAL = timedelta(hours=1)


class Session:
    """A session of a login: whose it is, and when it expires."""

    def __init__(self, account: Account, expires: datetime) -> None:
        self.uuid = uuid.uuid4().hex
        self.account = account
        self.expires = expires


class SessionStore:
    """The sessions there are.

    Args:
        config: which sessions are accepted, how long one lives and how many a user may have.
        accept_any: whether a session that no login made is accepted, as the admin's.
        now: the node's clock.
    """

    def __init__(self, config: MockAuthConfig, *, accept_any: bool, now: Callable[[], datetime]) -> None:
        self._lifetime = timedelta(seconds=config.session_lifetime)
        self._max_sessions = config.max_sessions
        self._fixed = None if config.session is None else config.session.reveal()
        self._accept_any = accept_any and self._fixed is None
        self._now = now
        self._sessions: dict[str, Session] = {}
        self._ended: set[str] = set()
        self._first_sweep: datetime | None = None

    def create(self, account: Account) -> Session:
        """Return a new session of an account; an ``ApiError`` where it has as many as it may have."""
        self._sweep()
        taken = sum(session.account.uuid == account.uuid for session in self._sessions.values())
        if taken >= self._max_sessions:
            raise ApiError("ID.1006", f"the account has {taken} sessions already")
        session = Session(account, self._now() + self._lifetime)
        self._sessions[session.uuid] = session
        return session

    def use(self, session_uuid: str) -> Account:
        """Return whose session it is, and renew it; an ``ApiError`` where it is not valid."""
        key = session_uuid.lower()
        if not self.is_valid(session_uuid):
            # The call that finds an expired session removes it.
            if self._sessions.pop(key, None) is not None:
                self._ended.add(key)
            raise invalid_session()
        session = self._sessions.get(key)
        if session is None:
            return ADMIN
        session.expires = self._now() + self._lifetime
        return session.account

    def is_valid(self, session_uuid: str) -> bool:
        """Return whether a call with the session would be accepted; this does not renew it."""
        session = self._sessions.get(session_uuid.lower())
        if session is not None:
            return session.expires > self._now()
        if not session_uuid or session_uuid.lower() in self._ended:
            return False
        return self._accept_any or session_uuid == self._fixed

    def end(self, session_uuid: str) -> None:
        """End a session, if it is one."""
        self._sessions.pop(session_uuid.lower(), None)
        self._ended.add(session_uuid.lower())

    def count_live(self) -> int:
        """Return how many sessions of logins have not expired."""
        now = self._now()
        return sum(session.expires > now for session in self._sessions.values())

    def _sweep(self) -> None:
        """Remove what had expired when the node last swept, as it does every hour; until then it counts."""
        now = self._now()
        self._first_sweep = self._first_sweep or now
        last = now - (now - self._first_sweep) % _SWEEP_INTERVAL
        self._sessions = {key: session for key, session in self._sessions.items() if session.expires > last}
