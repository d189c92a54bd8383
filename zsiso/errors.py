"""What can go wrong, and the exit code each failure has.

The tree, one sentence a class:

* ``ZsisoError``: anything the world can do to a run of zsiso.

  * ``ConditionNotMetError`` (1): the condition asked for doesn't hold.
  * ``UsageError`` (2): the command line asks for something that can't be.
  * ``ConfigError`` (3): the configuration is missing or wrong.
  * ``CredentialsError`` (4): the node does not accept who is asking.
  * ``IsoNotFoundError`` (5): the node knows no such ISO.
  * ``ApiError`` (6): the node refused the call, or failed at it.
  * ``UnreachableError`` (7): no whole answer came.

    * ``ConnectError`` (7): no connection came about.
    * ``TlsError`` (7): it was reached, and no TLS came about with it.
    * ``ConnectionLostError`` (7): the connection broke before the answer was whole.
    * ``DeadlineExceededError`` (7): no whole answer came in time.

  * ``UnexpectedResponseError`` (8): what came is not the API's answer.
  * ``OutputError`` (9): the result could not be written.
  * ``ClosedPipeError`` (141): whoever read the result has stopped reading.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self


class ExitCode(IntEnum):
    """The public exit codes; ``meaning`` is their text in every document."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """Make a member of its number and its meaning."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DONE = 0, "done"
    CONDITION = 1, "the condition asked for doesn't hold"
    USAGE = 2, "usage"
    CONFIG = 3, "configuration"
    CREDENTIALS = 4, "credentials or permission"
    NO_SUCH_ISO = 5, "no such ISO"
    NODE = 6, "the node refused or failed"
    UNREACHABLE = 7, "the node could not be reached or did not finish in time"
    UNEXPECTED_ANSWER = 8, "an answer that is not the API's"
    OUTPUT = 9, "the result could not be written"
    BUG = 70, "a bug of ours"
    INTERRUPTED = 130, "interrupted"
    CLOSED_PIPE = 141, "closed pipe"
    TERMINATED = 143, "terminated"


class ZsisoError(Exception):
    """A failure to tell the user about.

    Args:
        what: one line: what happened, and where.
        details: further lines, the node's own words among them.
        hint: the next step; the class's own when not given.
    """

    exit_code = ExitCode.BUG
    hint: str | None = None

    def __init__(self, what: str, *, details: tuple[str, ...] = (), hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.details = details
        if hint is not None:
            self.hint = hint


class ConditionNotMetError(ZsisoError):
    """The condition asked for doesn't hold; everything else went well."""

    exit_code = ExitCode.CONDITION


class UsageError(ZsisoError):
    """The command line asks for something that can't be; nothing was sent."""

    exit_code = ExitCode.USAGE
    hint = "`zsiso --help` lists the commands, `zsiso COMMAND --help` what one takes"


class ConfigError(ZsisoError):
    """The configuration is missing or wrong; nothing was sent."""

    exit_code = ExitCode.CONFIG
    hint = "once it is put right, `zsiso profiles` shows what zsiso reads"


class CredentialsError(ZsisoError):
    """The node does not accept who is asking."""

    exit_code = ExitCode.CREDENTIALS
    hint = "check the profile's credentials; `zsiso profiles` shows which kind it has"


class IsoNotFoundError(ZsisoError):
    """The node knows no such ISO."""

    exit_code = ExitCode.NO_SUCH_ISO
    hint = "check the ISO's UUID, and with `zsiso profiles` that this is the right cloud"


class ApiError(ZsisoError):
    """The node refused the call, or failed at it."""

    exit_code = ExitCode.NODE
    hint = "search the management node's log for the job UUID"


class UnreachableError(ZsisoError):
    """No whole answer came."""

    exit_code = ExitCode.UNREACHABLE
    hint = "check the profile's url, and that the management node runs and can be reached from here"


class ConnectError(UnreachableError):
    """No connection came about; ``passes`` tells whether trying again may help."""

    def __init__(
        self, what: str, *, details: tuple[str, ...] = (), hint: str | None = None, passes: bool = True
    ) -> None:
        super().__init__(what, details=details, hint=hint)
        self.passes = passes


class TlsError(UnreachableError):
    """The node was reached, and no TLS came about with it."""

    hint = "check the node's certificate, and that the url should be https"


class ConnectionLostError(UnreachableError):
    """The connection broke before the answer was whole."""


class DeadlineExceededError(UnreachableError):
    """No whole answer came in time."""


class UnexpectedResponseError(ZsisoError):
    """What came is not the API's answer."""

    exit_code = ExitCode.UNEXPECTED_ANSWER
    hint = "check that the profile's url is a management node's API, /zstack or a proxy's path included"


class OutputError(ZsisoError):
    """The result could not be written."""

    exit_code = ExitCode.OUTPUT
    hint = "check where stdout goes, and that there is room"


class ClosedPipeError(ZsisoError):
    """Whoever read the result has stopped reading; nothing is said about it."""

    exit_code = ExitCode.CLOSED_PIPE
