"""The credentials of a profile, read from a table of keys and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timezone, tzinfo

from zsiso.config.credentials import AccessKey, Account, Credentials, Session, is_header_safe
from zsiso.config.secret_sources import SOURCE_KINDS, SecretSource, parse_source
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.config.toml_table import ConfigTable
from zsiso.text import quote, suggest

# The keys of each kind of credentials; the first of them decides the kind.
SECRET_KEYS = ("session", "password", "access_key_secret")
"""The keys of a profile that may hold a secret."""

_KEYS_BY_KIND = (("session",), ("account", "password"), ("access_key_id", "access_key_secret", "timezone"))
CREDENTIALS_KEYS = tuple(key for keys in _KEYS_BY_KIND for key in keys)
"""The keys of a profile that are about its credentials."""

_SOURCE_HINT = 'write "…", { env = "NAME" }, { file = "PATH" } or { command = "WORDS" }'


def read_credentials(table: ConfigTable) -> Credentials | None:
    """Return the credentials in the keys of ``table``, None where there are none.

    Raises:
        ConfigError: a value is wrong or missing, or there are two kinds of credentials.
    """
    main_key = _find_kind(table)
    if main_key is None:
        return None
    readers: Mapping[str, Callable[[ConfigTable], Credentials]] = {
        "session": _read_session,
        "account": _read_account,
        "access_key_id": _read_access_key,
    }
    return readers[main_key](table)


def _find_kind(table: ConfigTable) -> str | None:
    """Return the first key of the kind of credentials that the table has, None where it has none."""
    kinds = [keys for keys in _KEYS_BY_KIND if any(key in table.value for key in keys)]
    if len(kinds) > 1:
        first, second = (next(key for key in keys if key in table.value) for keys in kinds[:2])
        raise table.error(
            first,
            f"and {table.where(second).rpartition(' ')[2]} are two kinds of credentials",
            hint="remove one of them",
        )
    for main_key, *other_keys in kinds:
        for key in other_keys:
            if key in table.value and main_key not in table.value:
                raise table.error(key, f"requires {table.name_of(main_key)}, which is missing")
        return main_key
    return None


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
        raise table.error("access_key_id", "is empty, or has a character that is not allowed in a header")
    if "access_key_secret" not in table.value:
        raise table.error("access_key_id", f"requires {table.name_of('access_key_secret')}, which is missing")
    return AccessKey(key_id, _read_secret(table, "access_key_secret"), _read_timezone(table))


def _read_timezone(table: ConfigTable) -> tzinfo:
    name = table.text("timezone")
    if name is None:
        return timezone.utc
    try:
        return find_timezone(name)
    except ValueError:
        raise table.error("timezone", f"is an unknown time zone: {quote(name)}", hint=_timezone_hint(name)) from None


def find_timezone(name: str) -> tzinfo:
    """Return the time zone with this IANA name.

    Raises:
        ValueError: there is no such time zone.
    """
    # Only access keys need it. Where the system has no time zones, it takes those of the tzdata package.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {quote(name)}") from error


def _timezone_hint(name: str) -> str:
    from zoneinfo import available_timezones

    return suggest(name, available_timezones()) or 'use a name such as "Asia/Shanghai" or "UTC"'


def _read_secret(table: ConfigTable, key: str) -> SecretSource:
    value, where = table.value[key], table.where(key)
    if isinstance(value, str):
        return InlineSecret(where, Secret(value), table.file)
    if not isinstance(value, dict) or len(value) != 1 or not isinstance(next(iter(value.values())), str):
        raise table.error(key, "must be a string, or one source of a secret", hint=_SOURCE_HINT)
    ((kind, source),) = value.items()
    try:
        return parse_source(where, kind, source, table.folder)
    except ValueError as error:
        near = suggest(kind, SOURCE_KINDS) if kind not in SOURCE_KINDS else None
        raise table.error(key, f"{error}", hint=near or _SOURCE_HINT) from None
