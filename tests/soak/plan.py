"""The plan of a run: its options and the faults it meets, drawn from a seed and the run's number."""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

T = TypeVar("T")

LIFETIME = 20.0
"""The lifetime of a login's session in seconds."""


OUTPUT_FORMATS = ("table", "json", "csv", "uuid")


class Fault(Enum):
    """What the node, or a server in front of it, does with one request."""

    NONE = "nothing"
    SLOW = "complete and slow"
    RESET = "reset before the response"
    CLOSED = "closed before the response"
    RESET_IN_HEAD = "reset within the headers"
    RESET_IN_BODY = "reset within the body"
    BODY_TRUNCATED = "body truncated"
    CHUNKS_TRUNCATED = "chunked body truncated"
    BAD_GATEWAY = "502"
    GATEWAY_TIMEOUT = "504"
    NODE_STARTING = "503 in HTML"
    RETRY_AFTER_A_SECOND = "429, Retry-After 1"
    RETRY_AFTER_AN_HOUR = "429, Retry-After 3600"
    LOGIN_REJECTED = "ID.1000"
    SESSION_EXPIRED = "ID.1001"
    PERMISSION_DENIED = "ID.1002"
    TOO_MANY_SESSIONS = "ID.1006"
    ISO_NOT_FOUND = "SYS.1003"
    INVALID_ARGUMENT = "SYS.1007"
    INTERNAL_ERROR = "500"
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    REDIRECT = "302"
    NOT_JSON = "HTML with 200"
    UNEXPECTED_JSON = "unexpected JSON"
    JSON_TRUNCATED = "JSON truncated by its Content-Length"
    NOT_UTF8 = "not UTF-8"
    BROKEN_GZIP = "broken gzip"
    NOT_HTTP = "not HTTP"
    SILENCE = "no response"
    DRIP = "one byte at a time"
    # Logins that the mock node has accepted.
    LOGIN_THEN_RESET = "login, then reset"
    LOGIN_THEN_BAD_GATEWAY = "login, then 502"
    LOGIN_THEN_SILENCE = "login, then no response"
    LOGIN_THEN_LATE_RESPONSE = "login, then a response after the deadline"


TRANSIENT = (
    *(
        Fault.RESET,
        Fault.CLOSED,
        Fault.RESET_IN_HEAD,
        Fault.RESET_IN_BODY,
        Fault.BODY_TRUNCATED,
        Fault.CHUNKS_TRUNCATED,
    ),
    *(Fault.BAD_GATEWAY, Fault.GATEWAY_TIMEOUT, Fault.NODE_STARTING, Fault.RETRY_AFTER_A_SECOND),
)
PERMANENT = (
    *(
        Fault.RETRY_AFTER_AN_HOUR,
        Fault.LOGIN_REJECTED,
        Fault.PERMISSION_DENIED,
        Fault.TOO_MANY_SESSIONS,
        Fault.ISO_NOT_FOUND,
        Fault.INVALID_ARGUMENT,
        Fault.INTERNAL_ERROR,
    ),
    *(Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REDIRECT, Fault.NOT_JSON, Fault.UNEXPECTED_JSON, Fault.JSON_TRUNCATED),
    *(Fault.NOT_UTF8, Fault.BROKEN_GZIP, Fault.NOT_HTTP),
)
TRANSIENT_AFTER_LOGIN = (Fault.LOGIN_THEN_RESET, Fault.LOGIN_THEN_BAD_GATEWAY)
UNTIL_DEADLINE = (Fault.SILENCE, Fault.DRIP, Fault.LOGIN_THEN_SILENCE, Fault.LOGIN_THEN_LATE_RESPONSE)


class CredentialsKind(Enum):
    """The kind of credentials of a run."""

    SHARED_ACCOUNT = "account whose saved session other runs share"
    OWN_ACCOUNT = "account of this run only"
    UNSAVED_ACCOUNT = "account whose session cannot be saved"
    ACCESS_KEY = "access key"
    SESSION = "session"


class ProfileUrls(Enum):
    """The list in the profile's ``url``."""

    NODE_ONLY = "the node"
    REFUSED_PORT_FIRST = "a port that refuses connections, then the node"
    RESET_PORT_FIRST = "a port that resets connections, then the node"
    REFUSED_PORT_ONLY = "only a port that refuses connections"


class StdoutTarget(Enum):
    """The target of stdout."""

    PIPE = "a pipe"
    CLOSED_PIPE = "a pipe that is closed"
    FULL_DISK = "a full disk"


@dataclass(frozen=True)
class PlannedSignal:
    """A signal, sent some seconds after the start or after the first request of a run."""

    signal: signal.Signals
    seconds: float
    after_request: bool


@dataclass(frozen=True)
class Plan:
    """The options of one run, and the faults it meets.

    Args:
        number: the number of the run; the seed and the number determine the plan.
        credentials: the kind of credentials.
        account: the name of the account, if the credentials are an account.
        output: an output format, or ``present`` or ``absent`` for a ``--check``.
        stdout_target: the target of stdout.
        profile_urls: the list in the profile's ``url``.
        login_faults: the faults of its login requests, in order; further requests have none.
        get_faults: the same for its GET requests.
        timeout: the value of ``--timeout`` in seconds.
        planned_signal: the signal that ends it, None for no signal.
    """

    number: int
    credentials: CredentialsKind
    account: str
    output: str
    stdout_target: StdoutTarget
    profile_urls: ProfileUrls
    login_faults: tuple[Fault, ...]
    get_faults: tuple[Fault, ...]
    timeout: float
    planned_signal: PlannedSignal | None

    @property
    def tag(self) -> str:
        """The tag that identifies its GET requests."""
        return f"run-{self.number}"

    @property
    def password(self) -> str:
        """The password that identifies its login requests; the node accepts any password."""
        return f"päss wörd of {self.tag}"

    @property
    def waits_for_deadline(self) -> bool:
        return any(fault in UNTIL_DEADLINE for fault in (*self.login_faults, *self.get_faults))


def draw_plan(seed: int, number: int) -> Plan:
    """Return the plan of one run."""
    rng = random.Random(f"{seed} {number}")  # noqa: S311 - the plan must be reproducible
    credentials = _choose_weighted(
        rng,
        {
            CredentialsKind.SHARED_ACCOUNT: 45,
            CredentialsKind.OWN_ACCOUNT: 13,
            CredentialsKind.UNSAVED_ACCOUNT: 16,
            CredentialsKind.ACCESS_KEY: 13,
            CredentialsKind.SESSION: 13,
        },
    )
    logs_in = credentials in {
        CredentialsKind.SHARED_ACCOUNT,
        CredentialsKind.OWN_ACCOUNT,
        CredentialsKind.UNSAVED_ACCOUNT,
    }
    login_faults = _draw_faults(rng, 0.7, after_login=True) if logs_in else ()
    get_faults = _draw_faults(rng, 0.5, after_login=False, can_expire=logs_in)
    waits_for_deadline = any(fault in UNTIL_DEADLINE for fault in (*login_faults, *get_faults))
    return Plan(
        number=number,
        credentials=credentials,
        account=f"shared-{rng.randrange(4)}"
        if credentials is CredentialsKind.SHARED_ACCOUNT
        else f"{credentials.name.lower()}-{number}",
        output=rng.choice((*OUTPUT_FORMATS, "json", "csv", "present", "absent")),
        stdout_target=_choose_weighted(
            rng, {StdoutTarget.PIPE: 92, StdoutTarget.CLOSED_PIPE: 4, StdoutTarget.FULL_DISK: 4}
        ),
        profile_urls=_choose_weighted(
            rng,
            {
                ProfileUrls.NODE_ONLY: 86,
                ProfileUrls.REFUSED_PORT_FIRST: 8,
                ProfileUrls.RESET_PORT_FIRST: 4,
                ProfileUrls.REFUSED_PORT_ONLY: 2,
            },
        )
        # All runs of a shared account must use the same URLs.
        if credentials is not CredentialsKind.SHARED_ACCOUNT
        else ProfileUrls.NODE_ONLY,
        login_faults=login_faults,
        get_faults=get_faults,
        timeout=rng.choice((1.0, 1.0, 1.5, 2.0)) if waits_for_deadline else 30.0,
        planned_signal=_draw_signal(rng) if rng.random() < 0.1 else None,
    )


def _draw_signal(rng: random.Random) -> PlannedSignal:
    after_request = rng.random() < 0.5
    seconds = rng.uniform(0, 0.3 if after_request else 1.0)
    return PlannedSignal(rng.choice((signal.SIGTERM, signal.SIGINT)), seconds, after_request)


def _draw_faults(
    rng: random.Random, success_rate: float, *, after_login: bool, can_expire: bool = False
) -> tuple[Fault, ...]:
    """Return the faults of one kind of request, up to the first fault that is not retried."""
    faults: list[Fault] = []
    while rng.random() > success_rate and len(faults) < 4:
        kind = _choose_weighted(
            rng, {"transient": 60, "permanent": 22, "expired": 10 if can_expire else 0, "until deadline": 6, "slow": 2}
        )
        if kind in {"transient", "expired"}:
            transient = (*TRANSIENT, *(TRANSIENT_AFTER_LOGIN * 2 if after_login else ()))
            faults.append(rng.choice(transient) if kind == "transient" else Fault.SESSION_EXPIRED)
            # After the first fault, another one is likely.
            success_rate = 0.45
            continue
        permanent = (*PERMANENT, *(() if can_expire else (Fault.SESSION_EXPIRED,)))
        until_deadline = (
            Fault.SILENCE,
            Fault.DRIP,
            *((Fault.LOGIN_THEN_SILENCE, Fault.LOGIN_THEN_LATE_RESPONSE) if after_login else ()),
        )
        faults.append(
            rng.choice(
                permanent if kind == "permanent" else until_deadline if kind == "until deadline" else (Fault.SLOW,)
            )
        )
        break
    return tuple(faults)


def _choose_weighted(rng: random.Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]
