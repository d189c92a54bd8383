"""``zsiso init``: create a configuration."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zsiso.cli.options import ConfigOption, MessageOptions
from zsiso.errors import ConfigError, ZsisoError
from zsiso.output.stderr import Notes
from zsiso.text import quote

if TYPE_CHECKING:
    from zsiso.config.loader import ConfigFile

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

# The key by which a profile's kind of credentials can be recognised.
_KEYS_OF_KINDS = {"account": "account", "access key": "access_key_id", "session": "session"}

_HEADER = """\
# The configuration of zsiso. The README describes every key.
"""


def init(config: ConfigOption = None) -> None:
    """Create a configuration.

    On a terminal it asks for the URL and the credentials, and tries them. Where there is a
    configuration, it adds a profile, and changes nothing else. Without a terminal it writes
    a template with comments, and changes no existing file. Prints the path of the file.

    \b
    zsiso init
    """
    from zsiso.cli import prompt
    from zsiso.cli.config_file import config_path, has_file
    from zsiso.config.writer import create_file, existing_file_error
    from zsiso.output import stdout

    path = config_path(config)
    exists = has_file(path, purpose="write")
    if prompt.is_interactive():
        next_step = _ask_and_write(path, exists=exists, config=config)
    elif exists:
        raise existing_file_error(path)
    else:
        create_file(path, _STARTER_CONFIG)
        next_step = "Set url and the credentials in it; then run `zsiso doctor` to check them."
    stdout.write_text(f"{path}\n")
    Notes().write(next_step)


def _ask_and_write(path: Path, *, exists: bool, config: Path | None) -> str:
    """Write what the user answers, and return what to do next."""
    import tomli_w

    from zsiso.config import loader, writer

    before = _load_existing(path) if exists else None
    name = _PROFILE_NAME if before is None else _ask_name(before)
    values, is_accepted = _ask_profile(name, path, Notes())
    if before is None:
        document = {"default_profile": name, "profiles": {name: values}}
        writer.create_file(path, f"{_HEADER}\n{tomli_w.dumps(document)}")
    else:
        writer.add_profile(path, name, values)
        _note_lost_default(before, loader.load_config(path))
    options = [] if config is None else ["--config", str(path)]
    if loader.load_config(path).default != name:
        options += ["--profile", name]
    return _describe_next_step(options, is_accepted=is_accepted)


def _load_existing(path: Path) -> ConfigFile:
    from zsiso.config import loader, writer

    try:
        return loader.load_config(path)
    except ConfigError as error:
        raise writer.existing_file_error(path, error) from error


def _note_lost_default(before: ConfigFile, after: ConfigFile) -> None:
    if before.default is not None and after.default is None:
        Notes().write(
            f"The file has several profiles and no default now: select one with --profile, or write "
            f"default_profile = {quote(before.default)} at its beginning."
        )


def _describe_next_step(options: Sequence[str], *, is_accepted: bool) -> str:
    if is_accepted:
        return f"Next, run `{shlex.join(['zsiso', 'isos', *options])}` to list the ISO images."
    return f"Next, run `{shlex.join(['zsiso', 'doctor', *options])}` to see what does not work."


# -- asking the user ----------------------------------------------------------


def _ask_name(file: ConfigFile) -> str:
    """Return a name for a new profile in a configuration; a ``ConfigError`` where none can be added to the file."""
    from zsiso.config.writer import extended_content

    def check(name: str) -> None:
        if not name:
            raise ValueError("The name is empty")
        if name in file.tables:
            raise ValueError(f"There is a profile {quote(name)} already")
        # Before further questions.
        extended_content(file.path, name, {})

    notes = Notes()
    names = ", ".join(map(quote, file.tables)) or "none"
    notes.write(f"A profile is added to {file.path}. Profiles in it: {names}.")
    return _ask_valid("Name of the new profile", "" if _PROFILE_NAME in file.tables else _PROFILE_NAME, check, notes)


def _ask_profile(name: str, path: Path, notes: Notes) -> tuple[dict[str, str], bool]:
    """Return the user's answers, and whether the node accepts them; asks again until it does, or the user insists."""
    values: dict[str, str] = {}
    while True:
        values = _ask_values(values, name, path, notes)
        try:
            _try_profile(name, values, notes)
        except ZsisoError as error:
            notes.write(f"That failed: {error.message}.")
            if error.hint is not None:
                notes.write(f"Hint: {error.hint}.")
            choice = _ask_choice("Try again, save anyway or quit", ("try again", "save anyway", "quit"), notes)
            if choice == "quit":
                raise
            if choice == "save anyway":
                return values, False
        else:
            return values, True


def _ask_values(before: Mapping[str, str], name: str, path: Path, notes: Notes) -> dict[str, str]:
    """Return the keys and values of a profile; what was answered ``before`` is the default now."""
    from zsiso.config.secrets import check_file_mode

    url = _ask_valid("URL of the management node", before.get("url", "http://127.0.0.1:8080"), _check_url, notes)
    kinds = {"account": _ask_account, "access key": _ask_access_key, "session": _ask_session}
    default = next((kind for kind, key in _KEYS_OF_KINDS.items() if key in before), "account")
    kind = _ask_choice("Credentials: account, access key or session", tuple(kinds), notes, default)
    if kind != "account":
        # The secret is written out in the file.
        check_file_mode(f"the {kind} of profile {quote(name)}", path)
    return {"url": url, **kinds[kind](before, notes)}


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


def _ask_choice(question: str, choices: Sequence[str], notes: Notes, default: str | None = None) -> str:
    """Return one of ``choices``, of which the user types enough letters; the first by default."""

    def find(answer: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(answer.lower())]

    def check(answer: str) -> None:
        if len(find(answer)) != 1:
            raise ValueError(f"{quote(answer)} is not one of {', '.join(choices)}")

    return find(_ask_valid(question, default or choices[0], check, notes))[0]


def _check_url(url: str) -> None:
    from zsiso.config.connection import normalize_url

    try:
        normalize_url(url)
    except ValueError as error:
        raise ValueError(f"The URL {error}") from None


def _check_key_id(key_id: str) -> None:
    from zsiso.config.credentials import is_header_safe

    if not is_header_safe(key_id) or ":" in key_id:
        raise ValueError("The access key ID is empty, or has a character that is not allowed in a header")


def _check_timezone(name: str) -> None:
    from zsiso.config.profile_credentials import find_timezone

    try:
        find_timezone(name)
    except ValueError:
        raise ValueError(f"There is no time zone {quote(name)}; use a name such as Asia/Shanghai") from None


def _ask_account(before: Mapping[str, str], notes: Notes) -> dict[str, str]:
    from zsiso.cli import prompt

    notes.write("You are asked for the password once, and the session is saved; the file gets no password.")
    return {"account": prompt.ask_text("Account", before.get("account", "admin"))}


def _ask_access_key(before: Mapping[str, str], notes: Notes) -> dict[str, str]:

    return {
        "access_key_id": _ask_valid("Access key ID", before.get("access_key_id", ""), _check_key_id, notes),
        "access_key_secret": _ask_secret("Access key secret", notes),
        "timezone": _ask_valid("Time zone of the node's clock", before.get("timezone", "UTC"), _check_timezone, notes),
    }


def _ask_session(_before: Mapping[str, str], notes: Notes) -> dict[str, str]:
    return {"session": _ask_secret("Session UUID", notes)}


def _ask_secret(question: str, notes: Notes) -> str:
    """Ask until something is typed."""
    from zsiso.cli import prompt
    from zsiso.errors import CredentialsError

    try:
        return prompt.ask_secret(question).reveal()
    except CredentialsError as error:
        notes.write(f"{error.message}.".capitalize())
    return _ask_secret(question, notes)


def _try_profile(name: str, values: dict[str, str], notes: Notes) -> None:
    """Send a request with the credentials; raises as ``Client.check_credentials``."""
    from zsiso.cli.connect import open_client
    from zsiso.cli.settings import Settings
    from zsiso.config.profile import read_profile
    from zsiso.config.toml_table import ConfigTable

    profile = read_profile(ConfigTable(values, None, variables={key: key for key in values}), name)
    with open_client(Settings(profile, "zsiso init"), MessageOptions()) as (client, _):
        client.check_credentials()
    notes.write(f"{profile.connection} accepts these credentials.")
