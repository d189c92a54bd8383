"""A profile: one cloud, the credentials for it, and defaults for the options of the commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from zsiso.config import connection
from zsiso.config.connection import ConnectionSettings, read_connection
from zsiso.config.credentials import Credentials
from zsiso.config.profile_credentials import CREDENTIALS_KEYS, read_credentials
from zsiso.config.toml_table import ConfigTable
from zsiso.errors import ConfigError
from zsiso.inventory.columns import VM_INSTANCES, ResourceSchema, parse_columns
from zsiso.inventory.sorting import parse_sort
from zsiso.output.options import OutputDefaults, OutputFormat
from zsiso.text import quote, suggest

T = TypeVar("T")

DEFAULT_TIMEOUT = 120.0
"""Seconds that a whole command may take where neither an option nor a profile says."""

ENVIRONMENT_NAME = "the environment"
"""What a message calls the profile that environment variables make."""

KEYS = (
    *(*connection.KEYS, *CREDENTIALS_KEYS, "timeout", "system_tags", "user_tags"),
    *("verify_tags", "attachable", "output", "columns", "sort"),
)
"""Every key that a profile may have."""


class Profile(NamedTuple):
    """One cloud, the credentials for it, and defaults for the options of the commands.

    Args:
        name: its name in the configuration; None where environment variables make it.
        connection: how the cloud is reached.
        credentials: who sends the requests; None where the profile does not say.
        timeout: seconds that a whole command may take.
        system_tags: the system tags to send.
        user_tags: the user tags to send.
        verify_tags: whether only VM instances that have every tag are listed.
        attachable: whether only VM instances that can attach the ISO are listed.
        output_defaults: how VM instances are shown where no option says.
        sources: where each value is from that is no default, by its key: the path of the file, a
            variable or an option.
    """

    name: str | None
    connection: ConnectionSettings
    credentials: Credentials | None
    timeout: float = DEFAULT_TIMEOUT
    system_tags: tuple[str, ...] = ()
    user_tags: tuple[str, ...] = ()
    verify_tags: bool = False
    attachable: bool = False
    output_defaults: OutputDefaults = OutputDefaults()
    sources: Mapping[str, str] = {}

    def __str__(self) -> str:
        return f"profile {quote(self.name)}" if self.name is not None else ENVIRONMENT_NAME


def read_profile(table: ConfigTable, name: str | None) -> Profile:
    """Return the profile in the keys of ``table``.

    Raises:
        ConfigError: a key or a value is wrong.
    """
    table.reject_unknown(KEYS)
    return Profile(
        name=name,
        connection=read_connection(table),
        credentials=read_credentials(table),
        timeout=table.seconds("timeout", DEFAULT_TIMEOUT),
        system_tags=table.texts("system_tags"),
        user_tags=table.texts("user_tags"),
        verify_tags=table.switch("verify_tags"),
        attachable=table.switch("attachable"),
        output_defaults=_read_output_defaults(table),
        sources=table.sources(),
    )


def no_credentials_error(profile: Profile) -> ConfigError:
    """Return the error for a profile without credentials, where a command needs them."""
    return ConfigError(
        f"{profile} has no credentials", hint="add a session, an account, or an access_key_id and its access_key_secret"
    )


def _read_output_defaults(table: ConfigTable) -> OutputDefaults:
    columns, sort = table.texts("columns"), table.text("sort")
    return OutputDefaults(
        output=_read_format(table),
        columns=_parse(table, "columns", parse_columns, ",".join(columns) or None),
        sort=_parse(table, "sort", parse_sort, sort),
    )


def _read_format(table: ConfigTable) -> OutputFormat | None:
    name = table.text("output")
    formats = [member.value for member in OutputFormat]
    if name is not None and name not in formats:
        hint = suggest(name, formats) or f"formats: {', '.join(formats)}"
        raise table.error("output", f"is an unknown format: {quote(name)}", hint=hint)
    return OutputFormat(name) if name is not None else None


def _parse(table: ConfigTable, key: str, parse: Callable[[str, ResourceSchema], T], value: str | None) -> T | None:
    if value is None:
        return None
    try:
        return parse(value, VM_INSTANCES)
    except ValueError as error:
        raise table.error(
            key, f"is invalid: {error}", hint="run `zsiso candidates --help` to list the columns"
        ) from None
