"""``zsiso login``: log an account in, and save the session for later runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from zsiso.cli.options import ConnectionOptions, MessageOptions
from zsiso.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from zsiso.config.secrets import Secret
    from zsiso.deadline import Deadline

_STDIN_HINT = "pass show zstack | zsiso login --password-stdin"
_MAX_LINE_BYTES = 64 * 1024


def login(
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
    ] = False,
    *,
    connection: ConnectionOptions,
    messages: MessageOptions,
) -> None:
    """Log in and save the session.

    The password is the profile's, or you are asked for it. Only the session is saved,
    never the password.

    \b
    zsiso login --profile prod
    pass show zstack | zsiso login --password-stdin
    """
    from zsiso.cli.connect import example_account, open_client, require_account
    from zsiso.cli.settings import resolve_settings
    from zsiso.deadline import Deadline
    from zsiso.output.stderr import Notes

    settings = resolve_settings(connection)
    deadline = Deadline(settings.profile.timeout)
    password = _read_password(deadline) if password_stdin else None
    with open_client(settings, messages, example=example_account, deadline=deadline) as (client, profile):
        session = require_account(client, profile)
        result = session.log_in(password)
        if not session.is_saved and not connection.mock:
            raise OutputError(
                "the session can't be saved, and was ended",
                hint="make sure that the folder zsiso in $XDG_STATE_HOME (default: ~/.local/state) is writable",
            )
    expiry = (
        f" The session expires at {result.expires}, or two hours after its last use, by the node's clock."
        if result.expires
        else ""
    )
    Notes(messages.quiet).write(f"Logged in to {profile.connection} as {session.account}.{expiry}")


def _read_password(deadline: Deadline) -> Secret:
    """Return the password on stdin, as bytes of any encoding: it is the same in each locale."""
    from zsiso.config.secrets import Secret, decode_first_line
    from zsiso.deadline import Awaited

    awaited = Awaited("the password on stdin", "end the password with a newline, or close stdin")
    line = deadline.run(_read_first_line, awaited)
    if len(line) > _MAX_LINE_BYTES:
        raise ConfigError(f"--password-stdin: the first line is longer than {_MAX_LINE_BYTES} bytes", hint=_STDIN_HINT)
    password = decode_first_line(line)
    if not password:
        raise ConfigError("--password-stdin: no password on stdin", hint=_STDIN_HINT)
    return Secret(password)


def _read_first_line() -> bytes:
    """Return the beginning of stdin: the first line, or a little more than ``_MAX_LINE_BYTES``."""
    data = b""
    try:
        # Not through the buffer of sys.stdin: a thread that still waits here at exit would hold its lock.
        while b"\n" not in data and len(data) <= _MAX_LINE_BYTES and (more := _read_stdin()):
            data += more
    except OSError as error:
        raise ConfigError(f"--password-stdin: cannot read stdin: {error.strerror}", hint=_STDIN_HINT) from error
    return data.partition(b"\n")[0]


def _read_stdin() -> bytes:
    return os.read(sys.stdin.fileno(), 4096) if sys.stdin is not None else b""
