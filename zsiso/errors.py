"""The errors of zsiso, and the exit code of each.

The tree of classes:

* ``ZsisoError``: a failure outside zsiso, which is reported without a traceback.

  * ``ConditionNotMetError`` (1): a condition such as ``--check`` is not met.
  * ``UsageError`` (2): the command line is wrong.
  * ``ConfigError`` (3): the configuration is missing or wrong.
  * ``CredentialsError`` (4): the management node rejects the credentials, or permits no access.
  * ``IsoNotFoundError`` (5): the management node does not have the ISO.
  * ``ApiError`` (6): the management node rejected the request, or failed.
  * ``UnreachableError`` (7): no complete response was received.

    * ``ConnectError`` (7): no connection was established.
    * ``TlsError`` (7): the TLS handshake failed.
    * ``ConnectionLostError`` (7): the connection was closed before the response was complete.
    * ``DeadlineExceededError`` (7): the response was not complete in time.

  * ``UnexpectedResponseError`` (8): the response is not one of ZStack's API.
  * ``OutputError`` (9): the result could not be written.
  * ``ClosedPipeError`` (141): the program that reads the result has closed the pipe.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self


class ExitCode(IntEnum):
    """The public exit codes; help and README show their ``meaning``."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """Return a member with its number and its meaning."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    SUCCESS = 0, "success"
    CONDITION_NOT_MET = 1, "condition not met"
    USAGE = 2, "usage error"
    CONFIG = 3, "configuration error"
    CREDENTIALS = 4, "credentials rejected or permission denied"
    ISO_NOT_FOUND = 5, "ISO not found"
    API = 6, "management node rejected the request or failed"
    UNREACHABLE = 7, "management node unreachable or timed out"
    UNEXPECTED_RESPONSE = 8, "unexpected response"
    OUTPUT = 9, "output could not be written"
    INTERNAL = 70, "internal error"
    INTERRUPTED = 130, "interrupted"
    CLOSED_PIPE = 141, "closed pipe"
    TERMINATED = 143, "terminated"


class ZsisoError(Exception):
    """A failure to report to the user.

    Args:
        message: one line: what failed, where, and why.
        details: further lines, among them what the management node sent.
        hint: the next step, as an imperative; that of the class by default.
    """

    exit_code = ExitCode.INTERNAL
    hint: str | None = None

    def __init__(self, message: str, *, details: tuple[str, ...] = (), hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        if hint is not None:
            self.hint = hint


class ConditionNotMetError(ZsisoError):
    """A condition that the command line sets is not met; the command has succeeded otherwise."""

    exit_code = ExitCode.CONDITION_NOT_MET


class UsageError(ZsisoError):
    """The command line is wrong; no request was sent."""

    exit_code = ExitCode.USAGE
    hint = "run `zsiso --help` for the commands, `zsiso COMMAND --help` for the options of one"


class ConfigError(ZsisoError):
    """The configuration is missing or wrong; no request was sent."""

    exit_code = ExitCode.CONFIG
    hint = "correct the configuration, then run `zsiso profiles` to see what zsiso reads"


class CredentialsError(ZsisoError):
    """The management node rejects the credentials, or permits no access."""

    exit_code = ExitCode.CREDENTIALS
    hint = "check the profile's credentials; run `zsiso profiles` to see their kind"


class IsoNotFoundError(ZsisoError):
    """The management node does not have the ISO."""

    exit_code = ExitCode.ISO_NOT_FOUND
    hint = "run `zsiso isos` to list the ISO images of this cloud"


class ApiError(ZsisoError):
    """The management node rejected the request, or failed."""

    exit_code = ExitCode.API
    hint = "search the management node's log for the request"


class UnreachableError(ZsisoError):
    """No complete response was received."""

    exit_code = ExitCode.UNREACHABLE
    hint = "check the profile's url, and that the management node is running and reachable from this machine"


class ConnectError(UnreachableError):
    """No connection was established; ``retryable`` tells whether another attempt may succeed."""

    def __init__(
        self, message: str, *, details: tuple[str, ...] = (), hint: str | None = None, retryable: bool = True
    ) -> None:
        super().__init__(message, details=details, hint=hint)
        self.retryable = retryable


class TlsError(UnreachableError):
    """The TLS handshake failed."""

    hint = "check the management node's certificate, and that the profile's url should begin with https://"


class ConnectionLostError(UnreachableError):
    """The connection was closed before the response was complete."""


class DeadlineExceededError(UnreachableError):
    """The response was not complete in time."""


class UnexpectedResponseError(ZsisoError):
    """The response is not one of ZStack's API."""

    exit_code = ExitCode.UNEXPECTED_RESPONSE
    hint = "check that the profile's url is that of a management node, with /zstack or the path of a proxy at its end"


class OutputError(ZsisoError):
    """The result could not be written."""

    exit_code = ExitCode.OUTPUT
    hint = "check where stdout is redirected to, and the free space there"


class ClosedPipeError(ZsisoError):
    """The program that reads the result has closed the pipe; no message is written."""

    exit_code = ExitCode.CLOSED_PIPE
