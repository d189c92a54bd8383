"""``zsiso logout``: the end of a kept session."""

from __future__ import annotations

from zsiso.cli.options import ConfigOption, MockOption, ProfileOption, QuietOption, TimeoutOption, VerboseOption


def logout(
    profile: ProfileOption = None,
    config: ConfigOption = None,
    timeout: TimeoutOption = None,
    mock: MockOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """End the kept session of an account, on the node and here.

    \b
    zsiso logout --profile prod
    """
    from zsiso.cli.connect import ConnectionOptions, example_account, open_client, require_account
    from zsiso.output.stderr import Notes

    options = ConnectionOptions(profile, config, timeout, mock, verbose, quiet)
    with open_client(options, example=example_account) as (client, used):
        session = require_account(client, used)
        ended = session.log_out()
    if ended:
        Notes(quiet).say(f"Logged out of {used.route} as {session.account}.")
    else:
        Notes(quiet).say(f"No session is kept for {session.account} on {used.route}.")
