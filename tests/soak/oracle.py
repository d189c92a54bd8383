"""What a run has to do, told from its plan alone; knows nothing of zsiso's own code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tests.soak.plan import LOST_PASSING, PASSING, Fault, Front, Out, Plan, Who

TRIES = 3

CODES = {
    **dict.fromkeys((Fault.NONE, Fault.SLOW), 0),
    **dict.fromkeys((Fault.REFUSED, Fault.DEAD, Fault.DENIED, Fault.TOO_MANY, Fault.FORBIDDEN), 4),
    Fault.NO_ISO: 5,
    **dict.fromkeys((Fault.BAD_GATEWAY, Fault.GATEWAY_TIMEOUT, Fault.STARTING, Fault.BUSY, Fault.BUSY_TODAY), 6),
    **dict.fromkeys((Fault.LOST_BAD_GATEWAY, Fault.INVALID, Fault.FAILED, Fault.NOT_FOUND, Fault.REDIRECT), 6),
    **dict.fromkeys((Fault.RESET, Fault.HANG_UP, Fault.RESET_IN_HEAD, Fault.RESET_IN_BODY), 7),
    **dict.fromkeys((Fault.CUT, Fault.CUT_CHUNKS, Fault.LOST_RESET), 7),
    **dict.fromkeys((Fault.HANG, Fault.DRIP, Fault.LOST_HANG, Fault.LATE), 7),
    **dict.fromkeys((Fault.NOT_JSON, Fault.OTHER_JSON, Fault.SHORT, Fault.NOT_UTF8), 8),
    **dict.fromkeys((Fault.BROKEN_GZIP, Fault.NOT_HTTP), 8),
}
_AGAIN = frozenset({*PASSING, *LOST_PASSING})


@dataclass(frozen=True)
class Expected:
    """What the node has to see of a run (P a login, G a call, D a session's end), and how it ends.

    Args:
        calls: what the node sees.
        code: the exit code.
        again: how often something was tried again.
    """

    calls: str
    code: int
    again: int


def expected(plan: Plan, calls: str, deaths: Collection[int]) -> Expected:
    """Return what a run has to do, if nobody ends it.

    Args:
        plan: its plan.
        calls: what the node saw of it, which tells whether another run had logged in for it.
        deaths: which of its calls found a session that had died by itself, the first being 0.
    """
    model = _Run(plan, calls, deaths)
    code = model.code()
    if code == 0 and plan.show == "absent":
        code = 1
    elif code == 0 and plan.show != "present":
        code = {Out.READ: 0, Out.GONE: 141, Out.FULL: 9}[plan.out]
    return Expected(model.sent, code, model.again)


@dataclass
class _Run:
    plan: Plan
    seen: str
    deaths: Collection[int]
    sent: str = ""
    logins: int = 0
    again: int = 0
    urls: list[str] = field(default_factory=list)

    def code(self) -> int:
        front = self.plan.front
        self.urls = {
            Front.NOTHING: ["node"],
            Front.REFUSES: ["refuses", "node"],
            Front.RESETS: ["resets", "node"],
            Front.ALONE: ["refuses"],
        }[front]
        code = self.asked()
        if self.plan.who is Who.UNKEPT and self.logins:
            self.sent += "D"
        return code

    def asked(self) -> int:
        if self.plan.who in {Who.KEY, Who.SESSION}:
            return self.call("G")[1]
        if self.wants_login() and (code := self.login()):
            return code
        fault, code = self.call("G")
        if fault is not Fault.DEAD:
            return code
        if self.wants_login() and (code := self.login()):
            return code
        return self.call("G")[1]

    def wants_login(self) -> bool:
        """Tell whether this run logs in now; of a shared session nobody but the node can know."""
        return self.plan.who is not Who.SHARED or self.seen[len(self.sent) :][:1] == "P"

    def login(self) -> int:
        code = self.call("P")[1]
        self.logins += code == 0
        return code

    def call(self, method: str) -> tuple[Fault, int]:
        fault = self.tried(method)
        for _ in range(TRIES - 1):
            if fault not in _AGAIN:
                break
            self.again += 1
            # Whoever failed is asked last.
            self.urls = self.urls[1:] + self.urls[:1]
            fault = self.tried(method)
        return fault, CODES[fault]

    def tried(self, method: str) -> Fault:
        """Return what comes of going through the nodes until one is reached."""
        for url in self.urls:
            if url == "refuses":
                continue
            # Whoever was reached is asked first.
            self.urls = sorted(self.urls, key=url.__ne__)
            return Fault.RESET if url == "resets" else self.next(method)
        # As good as: it is tried again, and ends with 7.
        return Fault.RESET

    def next(self, method: str) -> Fault:
        number = self.sent.count(method)
        self.sent += method
        if method == "G" and number in self.deaths:
            return Fault.DEAD
        faults = self.plan.logins if method == "P" else self.plan.gets
        return faults[number] if number < len(faults) else Fault.NONE
