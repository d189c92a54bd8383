"""What goes wrong in a run, drawn beforehand: number and seed make the plan."""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

T = TypeVar("T")

LIFETIME = 20.0
"""Seconds that a session of a login lives."""


FORMATS = ("table", "json", "csv", "uuid")


class Fault(Enum):
    """What a node, or whatever stands in front of it, does with one request."""

    NONE = "nothing"
    SLOW = "whole, and slow"
    RESET = "reset before an answer"
    HANG_UP = "hung up before an answer"
    RESET_IN_HEAD = "reset within the head"
    RESET_IN_BODY = "reset within the body"
    CUT = "body cut"
    CUT_CHUNKS = "chunked body cut"
    BAD_GATEWAY = "502"
    GATEWAY_TIMEOUT = "504"
    STARTING = "503 in HTML"
    BUSY = "429, Retry-After 1"
    BUSY_TODAY = "429, Retry-After 3600"
    REFUSED = "ID.1000"
    DEAD = "ID.1001"
    DENIED = "ID.1002"
    TOO_MANY = "ID.1006"
    NO_ISO = "SYS.1003"
    INVALID = "SYS.1007"
    FAILED = "500"
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    REDIRECT = "302"
    NOT_JSON = "HTML with 200"
    OTHER_JSON = "JSON of another shape"
    SHORT = "JSON cut by its Content-Length"
    NOT_UTF8 = "not UTF-8"
    BROKEN_GZIP = "broken gzip"
    NOT_HTTP = "not HTTP"
    HANG = "silence"
    DRIP = "a byte now and then"
    # A login that the cloud knows of.
    LOST_RESET = "logged in, and reset"
    LOST_BAD_GATEWAY = "logged in, and 502"
    LOST_HANG = "logged in, and silence"
    LATE = "logged in, and answered a little late"


PASSING = (
    *(Fault.RESET, Fault.HANG_UP, Fault.RESET_IN_HEAD, Fault.RESET_IN_BODY, Fault.CUT, Fault.CUT_CHUNKS),
    *(Fault.BAD_GATEWAY, Fault.GATEWAY_TIMEOUT, Fault.STARTING, Fault.BUSY),
)
LASTING = (
    *(Fault.BUSY_TODAY, Fault.REFUSED, Fault.DENIED, Fault.TOO_MANY, Fault.NO_ISO, Fault.INVALID, Fault.FAILED),
    *(Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REDIRECT, Fault.NOT_JSON, Fault.OTHER_JSON, Fault.SHORT),
    *(Fault.NOT_UTF8, Fault.BROKEN_GZIP, Fault.NOT_HTTP),
)
LOST_PASSING = (Fault.LOST_RESET, Fault.LOST_BAD_GATEWAY)
ENDLESS = (Fault.HANG, Fault.DRIP, Fault.LOST_HANG, Fault.LATE)


class Who(Enum):
    """Whom a run asks as."""

    SHARED = "account, its session shared with other runs"
    OWN = "account of its own"
    UNKEPT = "account whose session can't be kept"
    KEY = "access key"
    SESSION = "session"


class Front(Enum):
    """What stands in the profile's ``url`` before the node."""

    NOTHING = "nothing"
    REFUSES = "a port where nobody listens"
    RESETS = "a port where everybody is hung up on"
    ALONE = "nothing but a port where nobody listens"


class Out(Enum):
    """Where stdout goes."""

    READ = "to a reader"
    GONE = "to a reader who has gone"
    FULL = "to a full disk"


@dataclass(frozen=True)
class Blow:
    """A signal, and how many seconds after its start, or after its first request, a run gets it."""

    signal: signal.Signals
    seconds: float
    after_request: bool


@dataclass(frozen=True)
class Plan:
    """One run, and what is done to it.

    Args:
        number: which run of the soak; with ``seed`` the plan's whole identity.
        who: whom it asks as.
        account: the account, where it is one.
        show: an output format, or ``present`` and ``absent`` for a ``--check``.
        out: where its stdout goes.
        front: what stands before the node.
        logins: what is done with its logins, one after another; nothing with the rest.
        gets: the same for its calls.
        timeout: its ``--timeout``, in seconds.
        blow: what ends it.
    """

    number: int
    who: Who
    account: str
    show: str
    out: Out
    front: Front
    logins: tuple[Fault, ...]
    gets: tuple[Fault, ...]
    timeout: float
    blow: Blow | None

    @property
    def tag(self) -> str:
        """What marks its calls."""
        return f"run-{self.number}"

    @property
    def password(self) -> str:
        """What marks its logins; the account takes any."""
        return f"päss wörd of {self.tag}"

    @property
    def endless(self) -> bool:
        return any(fault in ENDLESS for fault in (*self.logins, *self.gets))


def draw(seed: int, number: int) -> Plan:
    """Return the plan of one run."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - it is to be drawn again alike
    who = _weighed(chance, {Who.SHARED: 45, Who.OWN: 13, Who.UNKEPT: 16, Who.KEY: 13, Who.SESSION: 13})
    logs_in = who in {Who.SHARED, Who.OWN, Who.UNKEPT}
    logins = _faults(chance, 0.7, lost=True) if logs_in else ()
    gets = _faults(chance, 0.5, lost=False, dies=logs_in)
    endless = any(fault in ENDLESS for fault in (*logins, *gets))
    return Plan(
        number=number,
        who=who,
        account=f"shared-{chance.randrange(4)}" if who is Who.SHARED else f"{who.name.lower()}-{number}",
        show=chance.choice((*FORMATS, "json", "csv", "present", "absent")),
        out=_weighed(chance, {Out.READ: 92, Out.GONE: 4, Out.FULL: 4}),
        front=_weighed(chance, {Front.NOTHING: 86, Front.REFUSES: 8, Front.RESETS: 4, Front.ALONE: 2})
        # All runs of one account have to name one cloud.
        if who is not Who.SHARED
        else Front.NOTHING,
        logins=logins,
        gets=gets,
        timeout=chance.choice((1.0, 1.0, 1.5, 2.0)) if endless else 30.0,
        blow=_blow(chance) if chance.random() < 0.1 else None,
    )


def _blow(chance: random.Random) -> Blow:
    after_request = chance.random() < 0.5
    seconds = chance.uniform(0, 0.3 if after_request else 1.0)
    return Blow(chance.choice((signal.SIGTERM, signal.SIGINT)), seconds, after_request)


def _faults(chance: random.Random, well: float, *, lost: bool, dies: bool = False) -> tuple[Fault, ...]:
    """Return what happens to the tries of one kind of call, up to the first that is not tried again."""
    faults: list[Fault] = []
    while chance.random() > well and len(faults) < 4:
        kind = _weighed(chance, {"passing": 60, "lasting": 22, "dies": 10 if dies else 0, "endless": 6, "slow": 2})
        if kind in {"passing", "dies"}:
            passing = (*PASSING, *(LOST_PASSING * 2 if lost else ()))
            faults.append(chance.choice(passing) if kind == "passing" else Fault.DEAD)
            # Having begun, it goes on more often than not.
            well = 0.45
            continue
        lasting = (*LASTING, *(() if dies else (Fault.DEAD,)))
        endless = (Fault.HANG, Fault.DRIP, *((Fault.LOST_HANG, Fault.LATE) if lost else ()))
        faults.append(chance.choice(lasting if kind == "lasting" else endless if kind == "endless" else (Fault.SLOW,)))
        break
    return tuple(faults)


def _weighed(chance: random.Random, weights: dict[T, int]) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]
