"""``zsiso init``: create a configuration."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from zsiso.cli.options import ConfigOption, MessageOptions
from zsiso.errors import ConfigError, ZsisoError
from zsiso.output.stderr import Notes
from zsiso.text import quote

_PROFILE_NAME = "prod"

_STARTER_CONFIG = """\
# The configuration of zsiso. It is TOML: https://toml.io describes the format.

# The profile used when neither --profile nor ZSISO_PROFILE names one.
default_profile = "prod"

[profiles.prod]
# The management node; /zstack is added when the URL has no path.
url = "https://zstack.example.com:8080"

# The credentials: an account, an access key, or a session; one of the three.
account = "admin"
# A secret is a string, while only you can read this file (mode 0600), or names its source.
# Without a password, `zsiso login` asks for it and saves the session.
# password = { file = "prod.password" }
# password = { env = "CLOUD_PASSWORD" }
# password = { command = "pass show zstack" }

# access_key_id = "put-the-id-here"
# access_key_secret = { file = "prod.key" }
# timezone = "Asia/Shanghai"    # the time zone of the node

# session = "put-a-session-uuid-here"

# Time limit for the whole command, in seconds.
# timeout = 120

# Tags to send when no --system-tag or --user-tag is given.
# system_tags = []
# user_tags = []
# List only VM instances that have every tag, or to which the ISO can be attached.
# verify_tags = true
# attachable = true

# How a list is shown when no option says otherwise.
# output = "table"
# columns = ["name", "uuid", "cdrom", "ips"]
# sort = "name"

# More clouds, each selected with --profile NAME:
# [profiles.staging]
# url = "http://10.0.0.5:8080"
# account = "admin"
"""

_HEADER = """\
# The configuration of zsiso. The README describes every key.
"""


def init(config: ConfigOption = None) -> None:
    """Create a configuration.

    On a terminal it asks for the URL and the credentials, and tries them. Elsewhere it
    writes a template with comments. An existing file is not changed. Prints the path of
    the file.

    \b
    zsiso init
    """
    from zsiso.cli import prompt
    from zsiso.cli.config_file import config_path
    from zsiso.output import stdout

    path = config_path(config)
    if os.path.lexists(path):
        raise _existing_file_error(path)
    _create_file(path, _ask_profile(Notes()) if prompt.is_interactive() else _STARTER_CONFIG)
    stdout.write_text(f"{path}\n")
    if not prompt.is_interactive():
        Notes().write("Set url and the credentials in it; then run `zsiso doctor` to check them.")


# -- asking the user ----------------------------------------------------------


def _ask_profile(notes: Notes) -> str:
    """Return the configuration made of the user's answers, once the node accepts it or the user insists."""
    import tomli_w

    from zsiso.cli import prompt

    url = _ask_valid("URL of the management node", "http://127.0.0.1:8080", _check_url, notes)
    kinds = {"account": _ask_account, "access key": _ask_access_key, "session": _ask_session}
    kind = _ask_valid("Credentials: account, access key or session", "account", _checker_of(tuple(kinds)), notes)
    values = {"url": url, **kinds[kind](notes)}
    try:
        _try_profile(values, notes)
    except ZsisoError as error:
        notes.write(f"That failed: {error.message}.")
        if prompt.ask_text("Write the configuration anyway?", "no") not in {"y", "yes"}:
            raise
    return f"{_HEADER}\n{tomli_w.dumps({'default_profile': _PROFILE_NAME, 'profiles': {_PROFILE_NAME: values}})}"


def _ask_valid(question: str, default: str, check: Callable[[str], None], notes: Notes) -> str:
    """Ask until ``check`` raises no ``ValueError``; a note says what is wrong with an answer."""
    from zsiso.cli import prompt

    while True:
        answer = prompt.ask_text(question, default)
        try:
            check(answer)
        except ValueError as error:
            notes.write(f"{error}.")
        else:
            return answer


def _check_url(url: str) -> None:
    from zsiso.config.connection import normalize_url

    try:
        normalize_url(url)
    except ValueError as error:
        raise ValueError(f"The URL {error}") from None


def _checker_of(choices: tuple[str, ...]) -> Callable[[str], None]:
    def check(answer: str) -> None:
        if answer not in choices:
            raise ValueError(f'"{answer}" is not one of {", ".join(choices)}')

    return check


def _check_timezone(name: str) -> None:
    from zsiso.config.profile_credentials import find_timezone

    try:
        find_timezone(name)
    except ValueError:
        raise ValueError(f"There is no time zone {quote(name)}; use a name such as Asia/Shanghai") from None


def _ask_account(notes: Notes) -> dict[str, str]:
    from zsiso.cli import prompt

    notes.write("You are asked for the password once, and the session is saved; the file gets no password.")
    return {"account": prompt.ask_text("Account", "admin")}


def _ask_access_key(notes: Notes) -> dict[str, str]:
    from zsiso.cli import prompt

    return {
        "access_key_id": prompt.ask_text("Access key ID", ""),
        "access_key_secret": prompt.ask_secret("Access key secret").reveal(),
        "timezone": _ask_valid("Time zone of the node's clock", "UTC", _check_timezone, notes),
    }


def _ask_session(_notes: Notes) -> dict[str, str]:
    from zsiso.cli import prompt

    return {"session": prompt.ask_secret("Session UUID").reveal()}


def _try_profile(values: dict[str, str], notes: Notes) -> None:
    """Send a request with the credentials; raises as ``Client.check_credentials``."""
    from zsiso.cli.connect import open_client
    from zsiso.cli.settings import Settings
    from zsiso.config.profile import read_profile
    from zsiso.config.toml_table import ConfigTable

    profile = read_profile(ConfigTable(values, None, variables={key: key for key in values}), _PROFILE_NAME)
    with open_client(Settings(profile, "zsiso init"), MessageOptions()) as (client, _):
        client.check_credentials()
    notes.write(f"{profile.connection} accepts these credentials.")


# -- writing the file ---------------------------------------------------------


def _existing_file_error(path: Path) -> ConfigError:
    return ConfigError(
        f"{path} already exists; it was not changed", hint="edit it, or name another file with --config FILE"
    )


def _create_file(path: Path, content: str) -> None:
    """Write the file, readable only by its owner, unless it exists."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        if not os.path.lexists(path):
            raise ConfigError(f"cannot write {path}: a parent folder is a file") from error
        raise _existing_file_error(path) from error
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
