"""``zsiso login``: an account's session, made by hand and kept for the runs to come."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from zsiso.cli.options import ConfigOption, MockOption, ProfileOption, QuietOption, TimeoutOption, VerboseOption
from zsiso.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from zsiso.config.secrets import Secret


def login(
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    profile: ProfileOption = None,
    config: ConfigOption = None,
    timeout: TimeoutOption = None,
    mock: MockOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """Log an account in and keep its session for the runs to come.

    The password is the profile's, or asked for without echo. What is kept is the
    session, never the password.

    \b
    zsiso login --profile prod
    pass show zstack | zsiso login --password-stdin
    """
    from zsiso.cli.connect import ConnectionOptions, example_account, open_client, require_account
    from zsiso.output.stderr import Notes

    options = ConnectionOptions(profile, config, timeout, mock, verbose, quiet)
    password = _read_password() if password_stdin else None
    with open_client(options, example=example_account) as (client, used):
        session = require_account(client, used)
        made = session.log_in(password)
        if not session.is_saved and not mock:
            raise OutputError(
                "the session can't be kept, and is ended again",
                hint="see that the folder zsiso in $XDG_STATE_HOME, or ~/.local/state, can be written",
            )
    until = f", which lives until {made.expires} by the node's clock" if made.expires else ""
    Notes(quiet).say(f"Logged in to {used.route} as {session.account}: a session{until}.")


def _read_password() -> Secret:
    from zsiso.config.secrets import Secret, strip_newline

    # Bytes, so that the password is the same in any locale.
    typed = sys.stdin.buffer.read() if sys.stdin is not None else b""
    password = strip_newline(typed.decode("utf-8", "surrogateescape"))
    if not password:
        raise ConfigError(
            "--password-stdin: there is no password on stdin", hint="pass show zstack | zsiso login --password-stdin"
        )
    return Secret(password)
