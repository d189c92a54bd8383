"""A profile: one cloud and how to ask it, read from a table of keys and values."""

from __future__ import annotations

from datetime import timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from zsiso.config import connection
from zsiso.config.connection import ConnectionSettings, read_connection
from zsiso.config.credentials import AccessKey, Account, Credentials, Session, is_header_safe
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.errors import ConfigError
from zsiso.inventory.columns import VM_INSTANCES, parse_columns
from zsiso.inventory.sorting import parse_sort
from zsiso.output.options import OutputDefaults, OutputFormat
from zsiso.text import quote, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from zsiso.config.secret_command import SecretSource
    from zsiso.config.toml_table import ConfigTable
    from zsiso.inventory.columns import ResourceSchema

T = TypeVar("T")

DEFAULT_TIMEOUT = 30.0
"""Seconds a whole call may take where neither option nor profile says."""

ENVIRONMENT_KEYS = "the environment"

# The keys of each kind of credentials; the first of them tells the kind.
_KINDS = (("session",), ("account", "password"), ("access_key_id", "access_key_secret", "timezone"))
KEYS = (
    *(*connection.KEYS, *(key for keys in _KINDS for key in keys), "timeout", "system_tags", "user_tags"),
    *("verify_tags", "attachable", "output", "columns", "sort"),
)
"""Every key a profile may have."""

_SOURCE_HINT = 'write "…", { env = "NAME" }, { file = "PATH" } or { command = "WORDS" }'


class Profile(NamedTuple):
    """One cloud and how to ask it; ``timeout`` in seconds."""

    name: str | None
    """None for the profile that the environment makes."""
    route: ConnectionSettings
    credentials: Credentials | None
    timeout: float = DEFAULT_TIMEOUT
    system_tags: tuple[str, ...] = ()
    user_tags: tuple[str, ...] = ()
    verify_tags: bool = False
    attachable: bool = False
    habits: OutputDefaults = OutputDefaults()
    """How the VM instances are shown where no option says."""
    origins: Mapping[str, str] = {}
    """Where each value given came from, by its key: the file, or a variable."""

    def __str__(self) -> str:
        return f"profile {quote(self.name)}" if self.name is not None else ENVIRONMENT_KEYS


def read_profile(table: ConfigTable, name: str | None) -> Profile:
    """Return the profile that ``table`` describes; a ``ConfigError`` says what is wrong with it."""
    table.refuse_unknown(KEYS)
    return Profile(
        name=name,
        route=read_connection(table),
        credentials=_read_credentials(table),
        timeout=table.seconds("timeout", DEFAULT_TIMEOUT),
        system_tags=table.texts("system_tags"),
        user_tags=table.texts("user_tags"),
        verify_tags=table.switch("verify_tags"),
        attachable=table.switch("attachable"),
        habits=_read_output_defaults(table),
        origins={key: (table.variables or {}).get(key, str(table.file)) for key in table.value},
    )


def _read_output_defaults(table: ConfigTable) -> OutputDefaults:
    output, sort = table.text("output"), table.text("sort")
    columns = table.texts("columns")
    formats = [member.value for member in OutputFormat]
    if output is not None and output not in formats:
        hint = suggest(output, formats) or f"formats: {', '.join(formats)}"
        raise table.error("output", f"is no format: {quote(output)}", hint=hint)
    return OutputDefaults(
        output=OutputFormat(output) if output is not None else None,
        columns=_parse_option(table, "columns", parse_columns, ",".join(columns) or None),
        sort=_parse_option(table, "sort", parse_sort, sort),
    )


def _parse_option(
    table: ConfigTable, key: str, parse: Callable[[str, ResourceSchema], T], given: str | None
) -> T | None:
    if given is None:
        return None
    try:
        return parse(given, VM_INSTANCES)
    except ValueError as error:
        raise table.error(key, f"can't be: {error}", hint="`zsiso candidates --help` names the columns") from None


def _read_credentials(table: ConfigTable) -> Credentials | None:
    given = [keys for keys in _KINDS if any(key in table.value for key in keys)]
    if not given:
        return None
    if len(given) > 1:
        first, second = (next(key for key in keys if key in table.value) for keys in given[:2])
        raise table.error(
            first,
            f"and {table.where(second).rpartition(' ')[2]} are two kinds of credentials",
            hint="keep the one that zsiso is to use",
        )
    (keys,) = given
    for key in keys:
        if key in table.value and keys[0] not in table.value:
            raise table.error(key, f"goes with {_name_of(table, keys[0])}, which is missing")
    readers: Mapping[str, Callable[[ConfigTable], Credentials]] = {
        "session": _read_session,
        "account": _read_account,
        "access_key_id": _read_access_key,
    }
    return readers[keys[0]](table)


def _name_of(table: ConfigTable, key: str) -> str:
    """Return what to call another key of the same table."""
    return key if table.variables is None else table.variables.get(key, f"the variable for {key}")


def _read_session(table: ConfigTable) -> Session:
    return Session(_read_secret(table, "session"))


def _read_account(table: ConfigTable) -> Account:
    name = table.text("account")
    if not name:
        raise table.error("account", "is empty")
    return Account(name, _read_secret(table, "password") if "password" in table.value else None)


def _read_access_key(table: ConfigTable) -> AccessKey:
    key_id = table.text("access_key_id") or ""
    if not is_header_safe(key_id) or ":" in key_id:
        raise table.error("access_key_id", "is empty, or has a character that a header can't carry")
    if "access_key_secret" not in table.value:
        raise table.error("access_key_id", f"goes with {_name_of(table, 'access_key_secret')}, which is missing")
    return AccessKey(key_id, _read_secret(table, "access_key_secret"), _read_timezone(table))


def no_credentials_error(profile: Profile) -> ConfigError:
    """Return the error that a profile without credentials is where some are needed."""
    return ConfigError(
        f"{profile} has no credentials", hint="add a session, an account, or an access_key_id and its access_key_secret"
    )


def _read_timezone(table: ConfigTable) -> tzinfo:
    name = table.text("timezone")
    if name is None:
        return timezone.utc
    try:
        return find_timezone(name)
    except ValueError:
        raise table.error("timezone", f"names no time zone: {quote(name)}", hint=_timezone_hint(name)) from None


def find_timezone(name: str) -> tzinfo:
    """Return the time zone with this IANA name; a ``ValueError`` where there is none."""
    # Only access keys need it; it falls back to the tzdata package by itself.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {quote(name)}") from error


def _timezone_hint(name: str) -> str:
    from zoneinfo import available_timezones

    return suggest(name, available_timezones()) or 'use a name as "Asia/Shanghai" or "UTC"'


def _read_secret(table: ConfigTable, key: str) -> SecretSource:
    value, where = table.value[key], table.where(key)
    if isinstance(value, str):
        return InlineSecret(where, Secret(value), table.file)
    from zsiso.config import secret_command

    if not isinstance(value, dict) or len(value) != 1 or not isinstance(next(iter(value.values())), str):
        raise table.error(key, "is neither a string nor one source of a secret", hint=_SOURCE_HINT)
    ((kind, place),) = value.items()
    try:
        # A relative path starts at the configuration's folder, wherever the command is run.
        return secret_command.parse_source(where, kind, place, table.file.parent if table.file else Path())
    except ValueError as error:
        near = suggest(kind, secret_command.SOURCE_KINDS) if kind not in secret_command.SOURCE_KINDS else None
        raise table.error(key, f"{error}", hint=near or _SOURCE_HINT) from None
