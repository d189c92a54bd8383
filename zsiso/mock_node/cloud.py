"""What the embedded node knows and answers; no socket here.

It checks a request as a real node does, in the words of the wire page's
"Failures": transport faults as plain text, every failure of a call itself as a
503 with an ``error`` object.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from zsiso.api import access_keys
from zsiso.api.session import hash_password
from zsiso.mock_node import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from zsiso.config.secrets import Secret

# The UUIDs of the documented curl example (ZStack Dev Guide, GetCandidateVmForAttachingIso).
EXAMPLE_ISO = "3e5e142462c54736b1880b43d49edeba"
EXAMPLE_SESSION = "54ca471114824451b5b3e4cc22f9a927"

_MOST_SKEW = timedelta(minutes=15)
# The form of an access key's Date: letters for a zone, or GMT and an offset; Java's ``z`` parses both.
_DATE = re.compile(r"(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d) (?:[A-Za-z]+|GMT[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Accepts:
    """Whom the node lets in; what is not set is welcome whatever it is.

    Args:
        account: the account that may log in.
        password: its password.
        session: the only session accepted beside those of its own logins.
        access_key_id: the access key that may sign.
        access_key_secret: its secret; without one no signature is checked.
        zone: the zone of the node's wall clock.
        access_keys: whether there are any at all; the open-source node has none.
        lifetime: seconds that a session of a login lives.
        most_sessions: how many sessions may live at once.
    """

    account: str | None = None
    password: Secret | None = None
    session: Secret | None = None
    access_key_id: str | None = None
    access_key_secret: Secret | None = None
    zone: tzinfo = timezone.utc
    access_keys: bool = True
    lifetime: float = 7200.0
    most_sessions: int = 500


@dataclass(frozen=True)
class Asked:
    """A request; the names of ``headers`` are in lower case, ``path`` is without the context path."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """A response to send: its status, its kind and its body."""

    status: int
    content_type: str
    body: bytes


def text(status: int, words: str) -> Answer:
    """Return an answer in plain text."""
    return Answer(status, "text/plain;charset=UTF-8", words.encode("utf-8", "replace"))


def _json(document: object, status: int = 200) -> Answer:
    return Answer(status, "application/json;charset=UTF-8", json.dumps(document, ensure_ascii=False).encode())


def _error(code: str, description: str, details: str) -> Answer:
    return _json({"error": {"code": code, "description": description, "details": details}}, 503)


class Cloud:
    """One cloud: its ISO, its candidates, and the sessions that live.

    Args:
        inventory: the body that every ISO is answered with.
        accepts: whom it lets in.
        now: its clock.
        records: its ``images``, ``user-tags`` and ``system-tags``; the example's when not given.
    """

    def __init__(
        self,
        inventory: bytes,
        accepts: Accepts = Accepts(),
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        records: Mapping[str, list[Mapping[str, Any]]] | None = None,
    ) -> None:
        self._inventory = inventory
        self._accepts = accepts
        self._now = now
        self._records = records if records is not None else queries.example_records()
        self._sessions = _LiveSessions(timedelta(seconds=accepts.lifetime), accepts.most_sessions)
        self._routes: tuple[tuple[str, re.Pattern[str], Callable[..., Answer]], ...] = (
            ("GET", re.compile(r"/v1/images/iso/([^/]+)/vm-candidates"), self._candidates),
            ("GET", re.compile(r"/v1/(images|user-tags|system-tags)"), self._query),
            ("PUT", re.compile(r"/v1/accounts/login"), self._log_in),
            ("GET", re.compile(r"/v1/accounts/sessions/([^/]+)/valid"), self._is_valid),
            ("DELETE", re.compile(r"/v1/accounts/sessions/([^/]+)"), self._log_out),
        )

    def answer(self, asked: Asked) -> Answer:
        """Return what a management node says to a request."""
        path = urlsplit(asked.path).path
        matches = [(method, match, call) for method, route, call in self._routes if (match := route.fullmatch(path))]
        if not matches:
            return self._refused(asked) or text(404, f"no api mapping to /zstack{path}")
        for method, match, call in matches:
            if method == asked.method:
                # Who logs in or asks about a session shows it in the call itself.
                open_to_all = call in (self._log_in, self._is_valid, self._log_out)
                refusal = None if open_to_all else self._refused(asked)
                return refusal or call(asked, *map(unquote, match.groups()))
        return self._refused(asked) or text(405, f"{asked.method} is not allowed here; use {matches[0][0]}")

    def live_sessions(self) -> int:
        """Return how many sessions of logins live."""
        return self._sessions.count(self._now())

    # -- who is asking --------------------------------------------------------

    def _refused(self, asked: Asked) -> Answer | None:
        authorization = asked.headers.get("authorization")
        if authorization is None:
            return text(400, "missing header: Authorization")
        kind, _, value = authorization.partition(" ")
        if kind == "OAuth" and value:
            return self._session_refused(value)
        if kind == "ZStack" and ":" in value:
            return self._signature_refused(asked, *value.split(":", 1))
        return text(400, "invalid header: Authorization must be 'OAuth session-uuid' or 'ZStack key-id:signature'")

    def _session_refused(self, session: str) -> Answer | None:
        lives = self._sessions.lives(session, self._now())
        if lives is None:
            lives = self._accepts.session is None or session == self._accepts.session.reveal()
        return None if lives else _error("ID.1001", "invalid session", "the session is invalid or has expired")

    def _signature_refused(self, asked: Asked, key_id: str, signature: str) -> Answer | None:
        if not self._accepts.access_keys:
            return text(500, "no bean of type RestAuthenticationBackend")
        date = _DATE.fullmatch(asked.headers.get("date", ""))
        if date is None:
            return text(400, "invalid header: Date must be 'EEE, dd MMM yyyy HH:mm:ss z'")
        # With checkTimeZone off, as it is by default, wall clocks are compared and the zone is ignored.
        wall = datetime.strptime(date[1], "%a, %d %b %Y %H:%M:%S")  # noqa: DTZ007
        if abs(wall - self._now().astimezone(self._accepts.zone).replace(tzinfo=None)) > _MOST_SKEW:
            return text(403, "requestTimeTooSkewed")
        if self._accepts.access_key_id not in {None, key_id}:
            return _error("ID.1000", "invalid access key", f"no access key is called {key_id}")
        if self._accepts.access_key_secret is None:
            return None
        expected = access_keys.sign(
            self._accepts.access_key_secret, method=asked.method, date=date[0], uri=urlsplit(asked.path).path
        )
        return (
            None if signature == expected else _error("ID.1000", "invalid access key", "the signature does not match")
        )

    # -- calls ----------------------------------------------------------------

    def _candidates(self, _: Asked, iso: str) -> Answer:
        if iso not in {image["uuid"] for image in self._records["images"]}:
            details = f"no ISO image has the uuid {iso}; the example's is {EXAMPLE_ISO}"
            return _error("SYS.1003", "resource not found", details)
        return Answer(200, "application/json;charset=UTF-8", self._inventory)

    def _query(self, asked: Asked, kind: str) -> Answer:
        try:
            return _json({"inventories": queries.page(self._records[kind], urlsplit(asked.path).query)})
        except ValueError as error:
            return _error("SYS.1007", "invalid argument", str(error))

    def _log_in(self, asked: Asked) -> Answer:
        try:
            login = json.loads(asked.body)["logInByAccount"]
            account, hashed = str(login["accountName"]), str(login["password"])
        except (ValueError, KeyError, TypeError):
            return _error("SYS.1007", "invalid argument", "a login needs logInByAccount, accountName and password")
        password = self._accepts.password
        right = password is None or hashed == hash_password(password)
        if self._accepts.account not in {None, account} or not right:
            return _error("ID.1000", "login refused", "wrong account name or password")
        made = self._sessions.make(self._now())
        if made is None:
            return _error(
                "ID.1006", "too many sessions", f"the account has {self._accepts.most_sessions} sessions already"
            )
        session, expires = made
        written = self._java_text(expires)
        return _json(
            {
                "inventory": {
                    "uuid": session,
                    "accountUuid": "36c27e8ff05c4780bf6d2fa65700f22e",
                    "userUuid": "36c27e8ff05c4780bf6d2fa65700f22e",
                    "expiredDate": written,
                    "createDate": self._java_text(self._now()),
                }
            }
        )

    def _is_valid(self, _: Asked, session: str) -> Answer:
        return _json({"valid": self._session_refused(session) is None})

    def _log_out(self, _: Asked, session: str) -> Answer:
        if (refusal := self._session_refused(session)) is not None:
            return refusal
        self._sessions.end(session)
        return _json({})

    def _java_text(self, moment: datetime) -> str:
        """Return a moment as Java's default text in the node's zone (wire page, "The VM instance")."""
        wall = moment.astimezone(self._accepts.zone)
        return (
            f"{wall:%b} {wall.day}, {wall.year} {wall.hour % 12 or 12}:{wall:%M:%S} {'AM' if wall.hour < 12 else 'PM'}"  # noqa: PLR2004
        )


@dataclass
class _LiveSessions:
    """The sessions that logins made, by UUID; each with the moment it expires, ended ones with none."""

    lifetime: timedelta
    most: int
    _expiry: dict[str, datetime | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, now: datetime) -> int:
        with self._lock:
            return self._count(now)

    def _count(self, now: datetime) -> int:
        return sum(expiry is not None and expiry > now for expiry in self._expiry.values())

    def make(self, now: datetime) -> tuple[str, datetime] | None:
        with self._lock:
            if self._count(now) >= self.most:
                return None
            session, expires = uuid.uuid4().hex, now + self.lifetime
            self._expiry[session] = expires
            return session, expires

    def lives(self, session: str, now: datetime) -> bool | None:
        """Return whether a session lives; None for one that no login made."""
        with self._lock:
            if session not in self._expiry:
                return None
            expiry = self._expiry[session]
            return expiry is not None and expiry > now

    def end(self, session: str) -> None:
        with self._lock:
            self._expiry[session] = None
