"""A profile: one cloud and how to ask it, read from a table of keys and values."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from zsiso import secret
from zsiso.columns import VM_INSTANCES, parse_columns, parse_sort
from zsiso.credentials import AccessKey, Account, Credentials, Session, header_safe
from zsiso.errors import ConfigError
from zsiso.secret import Literal, Secret, SecretSource
from zsiso.text import did_you_mean, quoted
from zsiso.view import Habits, Output

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from zsiso.columns import Listing

T = TypeVar("T")

DEFAULT_TIMEOUT = 30.0
"""Seconds a whole call may take where neither option nor profile says."""

CONTEXT_PATH = "/zstack"
"""The servlet's context path, added to a URL that has no path of its own."""

ENVIRONMENT = "the environment"

# The keys of each kind of credentials; the first of them tells the kind.
_KINDS = (("session",), ("account", "password"), ("access_key_id", "access_key_secret", "timezone"))
KEYS = (
    *("url", *(key for keys in _KINDS for key in keys), "timeout", "system_tags", "user_tags"),
    *("verify_tags", "attachable", "output", "columns", "sort"),
)
"""Every key a profile may have."""

_SOURCE_HINT = 'write "…", { env = "NAME" }, { file = "PATH" } or { command = "WORDS" }'


@dataclass(frozen=True)
class Profile:
    """One cloud and how to ask it; ``timeout`` in seconds."""

    name: str | None
    """None for the profile that the environment makes."""
    url: str
    """Scheme, host, port and context path, without a slash at the end."""
    credentials: Credentials | None
    timeout: float = DEFAULT_TIMEOUT
    system_tags: tuple[str, ...] = ()
    user_tags: tuple[str, ...] = ()
    verify_tags: bool = False
    attachable: bool = False
    habits: Habits = field(default_factory=Habits)
    """How the VM instances are shown where no option says."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where each value given came from, by its key: the file, or a variable."""

    def __str__(self) -> str:
        return f"profile {quoted(self.name)}" if self.name is not None else ENVIRONMENT


@dataclass(frozen=True)
class Table:
    """Keys and values, and where they stand, for messages that say so.

    Args:
        value: what stands there; anything but a table is refused.
        file: the file it stands in, None for the environment.
        key: the table's own key in the file, empty for the top.
        variables: the variable that each key came from, in the environment.
    """

    value: Any
    file: Path | None
    key: str = ""
    variables: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise ConfigError(f"{self.file}: {self.key} must be a table, not {_kind(self.value)}")

    def where(self, key: str) -> str:
        """Return what to call the value of ``key`` in a message."""
        if self.variables is not None:
            return self.variables[key]
        return f"{self.file}: {self.key}.{key}" if self.key else f"{self.file}: {key}"

    def error(self, key: str, what: str, *, hint: str | None = None) -> ConfigError:
        """Return the error that the value of ``key`` is."""
        if hint is None and self.variables is not None:
            hint = "set the variable right, or unset it"
        return ConfigError(f"{self.where(key)} {what}", hint=hint)

    def refuse_unknown(self, known: tuple[str, ...]) -> None:
        """Raise a ``ConfigError`` for a key that is not ``known``."""
        for key in self.value:
            if key not in known:
                hint = did_you_mean(key, known) or f"keys here: {', '.join(known)}"
                raise self.error(key, "is not a key zsiso knows", hint=hint)

    def text(self, key: str) -> str | None:
        """Return the string at ``key``, None where there is none."""
        value = self.value.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self.error(key, f"must be a string, not {_kind(value)}")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the strings in the list at ``key``, none where there is no list."""
        value = self.value.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.error(key, "must be a list of strings")

    def switch(self, key: str) -> bool:
        """Return the boolean at ``key``, false where there is none."""
        value = self.value.get(key, False)
        if isinstance(value, bool):
            return value
        raise self.error(key, f"must be true or false, not {_kind(value)}")

    def table(self, key: str) -> Mapping[str, object]:
        """Return the table at ``key``, an empty one where there is none."""
        value = self.value.get(key, {})
        if isinstance(value, dict):
            return value
        raise self.error(key, f"must be a table, not {_kind(value)}")

    def seconds(self, key: str, default: float) -> float:
        """Return the number of seconds at ``key``."""
        value = self.value.get(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf:
            return float(value)
        raise self.error(key, "must be a number of seconds greater than 0")


def read_profile(table: Table, name: str | None) -> Profile:
    """Return the profile that ``table`` describes; a ``ConfigError`` says what is wrong with it."""
    table.refuse_unknown(KEYS)
    return Profile(
        name=name,
        url=_url(table),
        credentials=_credentials(table),
        timeout=table.seconds("timeout", DEFAULT_TIMEOUT),
        system_tags=table.texts("system_tags"),
        user_tags=table.texts("user_tags"),
        verify_tags=table.switch("verify_tags"),
        attachable=table.switch("attachable"),
        habits=_habits(table),
        origins={key: (table.variables or {}).get(key, str(table.file)) for key in table.value},
    )


def _habits(table: Table) -> Habits:
    output, sort = table.text("output"), table.text("sort")
    columns = table.texts("columns")
    formats = [member.value for member in Output]
    if output is not None and output not in formats:
        hint = did_you_mean(output, formats) or f"formats: {', '.join(formats)}"
        raise table.error("output", f"is no format: {quoted(output)}", hint=hint)
    return Habits(
        output=Output(output) if output is not None else None,
        columns=_parsed(table, "columns", parse_columns, ",".join(columns) or None),
        sort=_parsed(table, "sort", parse_sort, sort),
    )


def _parsed(table: Table, key: str, parse: Callable[[str, Listing], T], given: str | None) -> T | None:
    if given is None:
        return None
    try:
        return parse(given, VM_INSTANCES)
    except ValueError as error:
        raise table.error(key, f"can't be: {error}", hint="`zsiso candidates --help` names the columns") from None


def _url(table: Table) -> str:
    url = table.text("url")
    if url is None:
        hint = 'add the management node\'s address, as url = "http://10.0.0.5:8080"'
        raise table.error("url", "is missing", hint=hint)
    try:
        return base_url(url)
    except ValueError as error:
        raise table.error("url", f"{error}", hint="a url looks like https://zstack.example.com:8080") from None


def base_url(url: str) -> str:
    """Return ``url`` as every call begins: ``/zstack`` added where it has no path.

    Raises:
        ValueError: not an http(s) URL of a host and a path alone. The text says
            what must be so, and never repeats the URL: it may hold a password.
    """
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise ValueError("must have no space, backslash or control character")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be a URL with a valid host and port") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("must have no user name or password in it")
    if "?" in url or "#" in url:
        raise ValueError("must have no query and no fragment")
    if not host or port == 0:
        raise ValueError("must name a host, and a port from 1 to 65535 if any")
    path = parts.path.rstrip("/") or CONTEXT_PATH
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _credentials(table: Table) -> Credentials | None:
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
            raise table.error(key, f"goes with {_other(table, keys[0])}, which is missing")
    readers: Mapping[str, Callable[[Table], Credentials]] = {
        "session": _session,
        "account": _account,
        "access_key_id": _access_key,
    }
    return readers[keys[0]](table)


def _other(table: Table, key: str) -> str:
    """Return what to call another key of the same table."""
    return key if table.variables is None else table.variables.get(key, f"the variable for {key}")


def _session(table: Table) -> Session:
    return Session(_secret(table, "session"))


def _account(table: Table) -> Account:
    name = table.text("account")
    if not name:
        raise table.error("account", "is empty")
    return Account(name, _secret(table, "password") if "password" in table.value else None)


def _access_key(table: Table) -> AccessKey:
    key_id = table.text("access_key_id") or ""
    if not header_safe(key_id) or ":" in key_id:
        raise table.error("access_key_id", "is empty, or has a character that a header can't carry")
    if "access_key_secret" not in table.value:
        raise table.error("access_key_id", f"goes with {_other(table, 'access_key_secret')}, which is missing")
    return AccessKey(key_id, _secret(table, "access_key_secret"), _zone(table))


def no_credentials(profile: Profile) -> ConfigError:
    """Return the error that a profile without credentials is where some are needed."""
    return ConfigError(
        f"{profile} has no credentials", hint="add a session, an account, or an access_key_id and its access_key_secret"
    )


def _zone(table: Table) -> tzinfo:
    name = table.text("timezone")
    if name is None:
        return timezone.utc
    try:
        return zone(name)
    except ValueError:
        raise table.error("timezone", f"names no time zone: {quoted(name)}", hint=_zone_hint(name)) from None


def zone(name: str) -> tzinfo:
    """Return the time zone with this IANA name; a ``ValueError`` where there is none."""
    # Only access keys need it; it falls back to the tzdata package by itself.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {quoted(name)}") from error


def _zone_hint(name: str) -> str:
    from zoneinfo import available_timezones

    return did_you_mean(name, available_timezones()) or 'use a name as "Asia/Shanghai" or "UTC"'


def _secret(table: Table, key: str) -> SecretSource:
    value, where = table.value[key], table.where(key)
    if isinstance(value, str):
        return Literal(where, Secret(value), table.file)
    if not isinstance(value, dict) or len(value) != 1 or not isinstance(next(iter(value.values())), str):
        raise table.error(key, "is neither a string nor one source of a secret", hint=_SOURCE_HINT)
    ((kind, place),) = value.items()
    try:
        # A relative path starts at the configuration's folder, wherever the command is run.
        return secret.source(where, kind, place, table.file.parent if table.file else Path())
    except ValueError as error:
        near = did_you_mean(kind, secret.KINDS) if kind not in secret.KINDS else None
        raise table.error(key, f"{error}", hint=near or _SOURCE_HINT) from None


def _kind(value: object) -> str:
    kinds = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date")
