"""``zsiso logout``: end the saved session of an account."""

from __future__ import annotations

from zsiso.cli.options import ConnectionOptions, MessageOptions


def logout(*, connection: ConnectionOptions, messages: MessageOptions) -> None:
    """Log out and delete the saved session.

    \b
    zsiso logout --profile prod
    """
    from zsiso.cli.connect import example_account, open_client, require_account
    from zsiso.cli.settings import resolve_settings
    from zsiso.output.stderr import Notes

    with open_client(resolve_settings(connection), messages, example=example_account) as (client, profile):
        session = require_account(client, profile)
        was_saved = session.log_out()
    if was_saved:
        Notes(messages.quiet).write(f"Logged out of {profile.connection} as {session.account}.")
    else:
        Notes(messages.quiet).write(f"No session is saved for {session.account} on {profile.connection}.")
