"""``zsiso login``: log an account in, and save the session for later runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from zsiso.cli.options import ConnectionOptions, MessageOptions
from zsiso.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from zsiso.config.secrets import Secret


def login(
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
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
    from zsiso.output.stderr import Notes

    password = _read_password() if password_stdin else None
    with open_client(resolve_settings(connection), messages, example=example_account) as (client, profile):
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


def _read_password() -> Secret:
    from zsiso.config.secrets import Secret, strip_newline

    # As bytes, so that the password is the same in any locale.
    data = sys.stdin.buffer.read() if sys.stdin is not None else b""
    password = strip_newline(data.decode("utf-8", "surrogateescape"))
    if not password:
        raise ConfigError(
            "--password-stdin: no password on stdin", hint="pass show zstack | zsiso login --password-stdin"
        )
    return Secret(password)
