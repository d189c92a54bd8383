"""The expected requests and exit code of a run, derived from its plan without any code of zsiso."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tests.soak.plan import TRANSIENT, TRANSIENT_AFTER_LOGIN, CredentialsKind, Fault, Plan, ProfileUrls, StdoutTarget

TRIES = 3

CODES = {
    **dict.fromkeys((Fault.NONE, Fault.SLOW), 0),
    **dict.fromkeys(
        (
            Fault.LOGIN_REJECTED,
            Fault.SESSION_EXPIRED,
            Fault.PERMISSION_DENIED,
            Fault.TOO_MANY_SESSIONS,
            Fault.FORBIDDEN,
        ),
        4,
    ),
    Fault.ISO_NOT_FOUND: 5,
    **dict.fromkeys(
        (
            Fault.BAD_GATEWAY,
            Fault.GATEWAY_TIMEOUT,
            Fault.NODE_STARTING,
            Fault.RETRY_AFTER_A_SECOND,
            Fault.RETRY_AFTER_AN_HOUR,
        ),
        6,
    ),
    **dict.fromkeys(
        (Fault.LOGIN_THEN_BAD_GATEWAY, Fault.INVALID_ARGUMENT, Fault.INTERNAL_ERROR, Fault.NOT_FOUND, Fault.REDIRECT), 6
    ),
    **dict.fromkeys((Fault.RESET, Fault.CLOSED, Fault.RESET_IN_HEAD, Fault.RESET_IN_BODY), 7),
    **dict.fromkeys((Fault.BODY_TRUNCATED, Fault.CHUNKS_TRUNCATED, Fault.LOGIN_THEN_RESET), 7),
    **dict.fromkeys((Fault.SILENCE, Fault.DRIP, Fault.LOGIN_THEN_SILENCE, Fault.LOGIN_THEN_LATE_RESPONSE), 7),
    **dict.fromkeys((Fault.NOT_JSON, Fault.UNEXPECTED_JSON, Fault.JSON_TRUNCATED, Fault.NOT_UTF8), 8),
    **dict.fromkeys((Fault.BROKEN_GZIP, Fault.NOT_HTTP), 8),
}
_RETRIED = frozenset({*TRANSIENT, *TRANSIENT_AFTER_LOGIN})


@dataclass(frozen=True)
class ExpectedRun:
    """The expected requests and exit code of a run.

    Args:
        calls: the requests that the node receives: P for a login, G for a GET, D for a logout.
        code: the exit code.
        retries: the number of retries.
    """

    calls: str
    code: int
    retries: int


def predict_run(plan: Plan, calls: str, expired_gets: Collection[int]) -> ExpectedRun:
    """Return the expected requests and exit code of a run that no signal ends.

    Args:
        plan: the plan of the run.
        calls: the requests that the node received; they show whether another run had already logged in.
        expired_gets: the indexes of its GET requests whose session had reached its lifetime.
    """
    model = _Run(plan, calls, expired_gets)
    code = model.code()
    if code == 0 and plan.output == "absent":
        code = 1
    elif code == 0 and plan.output != "present":
        code = {StdoutTarget.PIPE: 0, StdoutTarget.CLOSED_PIPE: 141, StdoutTarget.FULL_DISK: 9}[plan.stdout_target]
    return ExpectedRun(model.calls_sent, code, model.retries)


@dataclass
class _Run:
    plan: Plan
    observed_calls: str
    expired_gets: Collection[int]
    calls_sent: str = ""
    login_count: int = 0
    retries: int = 0
    urls: list[str] = field(default_factory=list)

    def code(self) -> int:
        profile_urls = self.plan.profile_urls
        self.urls = {
            ProfileUrls.NODE_ONLY: ["node"],
            ProfileUrls.REFUSED_PORT_FIRST: ["refuses", "node"],
            ProfileUrls.RESET_PORT_FIRST: ["resets", "node"],
            ProfileUrls.REFUSED_PORT_ONLY: ["refuses"],
        }[profile_urls]
        code = self.run_requests()
        if self.plan.credentials is CredentialsKind.UNSAVED_ACCOUNT and self.login_count:
            self.calls_sent += "D"
        return code

    def run_requests(self) -> int:
        if self.plan.credentials in {CredentialsKind.ACCESS_KEY, CredentialsKind.SESSION}:
            return self.call("G")[1]
        if self.wants_login() and (code := self.login()):
            return code
        fault, code = self.call("G")
        if fault is not Fault.SESSION_EXPIRED:
            return code
        if self.wants_login() and (code := self.login()):
            return code
        return self.call("G")[1]

    def wants_login(self) -> bool:
        """Return whether this run logs in now; for a shared session, only the node knows."""
        return (
            self.plan.credentials is not CredentialsKind.SHARED_ACCOUNT
            or self.observed_calls[len(self.calls_sent) :][:1] == "P"
        )

    def login(self) -> int:
        code = self.call("P")[1]
        self.login_count += code == 0
        return code

    def call(self, method: str) -> tuple[Fault, int]:
        fault = self.attempt(method)
        for _ in range(TRIES - 1):
            if fault not in _RETRIED:
                break
            self.retries += 1
            # The node that failed becomes the last.
            self.urls = self.urls[1:] + self.urls[:1]
            fault = self.attempt(method)
        return fault, CODES[fault]

    def attempt(self, method: str) -> Fault:
        """Return the fault of one attempt, which uses the first node that accepts the connection."""
        for url in self.urls:
            if url == "refuses":
                continue
            # The node that was reached becomes the first.
            self.urls = sorted(self.urls, key=url.__ne__)
            return Fault.RESET if url == "resets" else self.next_fault(method)
        # Like a reset, a refused connection is retried and has exit code 7.
        return Fault.RESET

    def next_fault(self, method: str) -> Fault:
        number = self.calls_sent.count(method)
        self.calls_sent += method
        if method == "G" and number in self.expired_gets:
            return Fault.SESSION_EXPIRED
        faults = self.plan.login_faults if method == "P" else self.plan.get_faults
        return faults[number] if number < len(faults) else Fault.NONE
