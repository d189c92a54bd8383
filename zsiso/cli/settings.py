"""What a command works with, decided in one place: option > environment > profile > default.

Behind it, no code looks at options or at environment variables about profiles. Each value that is
no default knows its source: ``Profile.sources``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from zsiso.cli.config_file import load_config
from zsiso.cli.options import ConnectionOptions, FilterOptions, OutputOptions
from zsiso.errors import ConfigError, UsageError
from zsiso.inventory.columns import ResourceSchema, parse_columns
from zsiso.inventory.sorting import SortOrder, parse_sort
from zsiso.output.options import OutputDefaults, OutputFormat, OutputSettings
from zsiso.text import quote

if TYPE_CHECKING:
    from zsiso.config.profile import Profile

_WITH_COLUMNS = frozenset({OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.CSV, OutputFormat.TSV})
_WITH_HEADER = frozenset({OutputFormat.CSV, OutputFormat.TSV})
_WITH_PRINT0 = frozenset({OutputFormat.UUID, OutputFormat.NAME})


class Settings(NamedTuple):
    """Which cloud a command asks, and how.

    Args:
        profile: the profile, with the values of the options in place of its own.
        selected_by: what selected the profile: an option, a variable or a key of the file.
        config_file: the configuration that the profile is from; None for the environment.
        config_option: whether ``--config`` named that file.
        mock: whether the mock node answers in place of the profile's cloud.
    """

    profile: Profile
    selected_by: str
    config_file: Path | None = None
    config_option: bool = False
    mock: bool = False

    def unused_variables(self) -> tuple[str, ...]:
        """Return the environment variables about profiles that are set and decide nothing here."""
        from zsiso.config.environment import TERRAFORM_PORT, VARIABLES, get_variable

        credentials = self.profile.credentials
        sources = credentials.secret_sources() if credentials is not None else ()
        used = {self.selected_by, *self.profile.sources.values(), *(source.variable for source in sources)}
        if self.config_file is not None and not self.config_option:
            used.add("ZSISO_CONFIG")
        if self.selected_by == "ZSTACK_HOST":
            used.add(TERRAFORM_PORT)
        return tuple(name for name in VARIABLES if get_variable(os.environ, name) and name not in used)


def resolve_settings(options: ConnectionOptions) -> Settings:
    """Return the settings of a command that asks one cloud.

    Raises:
        NoProfileError: there is no profile, or there are several to choose from.
        ConfigError: the selected profile is missing or wrong.
    """
    settings = _mock_settings(options) if options.mock else _select_profile(options)
    profile = _override(settings.profile, "timeout", "--timeout", options.timeout)
    return settings._replace(profile=profile, mock=options.mock)


def _select_profile(options: ConnectionOptions) -> Settings:
    from zsiso.config import environment
    from zsiso.config.loader import NoConfigFileError

    variable = environment.get_variable(os.environ, "ZSISO_PROFILE")
    name = options.profile if options.profile is not None else variable
    if name is None and options.config is None and environment.get_variable(os.environ, "ZSISO_URL"):
        return Settings(environment.zsiso_profile(os.environ), "ZSISO_URL")
    try:
        file = load_config(options.config)
    except NoConfigFileError as error:
        if name is not None:
            raise ConfigError(f"profile {quote(name)} not found: {error.message}", hint=error.hint) from None
        if environment.get_variable(os.environ, "ZSTACK_HOST"):
            return Settings(environment.terraform_profile(os.environ), "ZSTACK_HOST")
        raise
    if name is not None:
        selected_by = "--profile" if options.profile is not None else "ZSISO_PROFILE"
    else:
        selected_by = "default_profile" if file.default_profile is not None else "only profile in the file"
    profile = file.profile(name if name is not None else file.require_default())
    return Settings(profile, selected_by, file.path, options.config is not None)


def _mock_settings(options: ConnectionOptions) -> Settings:
    """Return the settings for the mock node, which needs no profile: a configuration that is wrong counts as none."""
    from zsiso.config.connection import ConnectionSettings
    from zsiso.config.profile import Profile

    try:
        return _select_profile(options)
    except ConfigError:
        if options.profile is not None:
            raise
        return Settings(Profile(name="mock", connection=ConnectionSettings(()), credentials=None), "--mock")


def _override(profile: Profile, key: str, option: str, value: object) -> Profile:
    """Return a profile with the value of an option in place of its own, where the option was given."""
    if value is None or value == ():
        return profile
    changes: dict[str, Any] = {key: value, "sources": {**profile.sources, key: option}}
    return profile._replace(**changes)


# -- which VM instances are listed --------------------------------------------


def resolve_filter(options: FilterOptions, settings: Settings) -> Settings:
    """Return ``settings`` with what the options say about the VM instances to list."""
    profile = settings.profile
    profile = _override(profile, "system_tags", "--system-tag", tuple(options.system_tag or ()))
    profile = _override(profile, "user_tags", "--user-tag", tuple(options.user_tag or ()))
    profile = _override(profile, "verify_tags", "--verify-tags", options.verify_tags)
    profile = _override(profile, "attachable", "--attachable", options.attachable)
    return settings._replace(profile=profile)


# -- how a list is shown ------------------------------------------------------


def check_output_options(options: OutputOptions, schema: ResourceSchema) -> None:
    """Check the options about a list, whatever a profile says.

    Raises:
        UsageError: two options contradict each other, or one names no column.
    """
    if options.json and options.output not in {None, OutputFormat.JSON}:
        raise conflict_error("--json", f"--output {options.output.value}" if options.output else "")
    _parse_columns(options, schema)
    _parse_sort(options, schema)
    format_option = _format_option(options)
    if format_option is not None:
        _check_format(options, format_option)


def resolve_output(options: OutputOptions, defaults: OutputDefaults, schema: ResourceSchema) -> OutputSettings:
    """Return how a list is shown.

    Args:
        options: what the options say.
        defaults: what the profile says.
        schema: what is listed.

    Raises:
        UsageError: as ``check_output_options``, or an option does not go with the profile's format.
    """
    output = _format_option(options) or defaults.output or OutputFormat.TABLE
    _check_format(options, output)
    columns = _parse_columns(options, schema)
    if columns is None and output in _WITH_COLUMNS and output is not OutputFormat.WIDE:
        columns = defaults.columns
    return OutputSettings(
        output=output,
        columns=columns,
        sort=_parse_sort(options, schema) or defaults.sort or SortOrder("name"),
        header=not options.no_header,
        print0=options.print0,
    )


def conflict_error(option: str, other: str) -> UsageError:
    """Return the error for two options that contradict each other."""
    return UsageError(f"{option} can't be combined with {other}", hint="remove one of them")


def _format_option(options: OutputOptions) -> OutputFormat | None:
    return OutputFormat.JSON if options.json else options.output


def _check_format(options: OutputOptions, output: OutputFormat) -> None:
    conflicts = (
        ("--columns", options.columns is not None and output not in _WITH_COLUMNS),
        ("--sort", options.sort is not None and output is OutputFormat.JSON),
        ("--no-header", options.no_header and output not in _WITH_HEADER),
        ("--print0", options.print0 and output not in _WITH_PRINT0),
    )
    for option, is_conflict in conflicts:
        if is_conflict:
            raise conflict_error(option, f"--output {output.value}")


def _parse_columns(options: OutputOptions, schema: ResourceSchema) -> tuple[str, ...] | None:
    if options.columns is None:
        return None
    try:
        return parse_columns(options.columns, schema)
    except ValueError as error:
        raise UsageError(f"--columns: {error}", hint=_columns_hint(schema)) from None


def _parse_sort(options: OutputOptions, schema: ResourceSchema) -> SortOrder | None:
    if options.sort is None:
        return None
    try:
        return parse_sort(options.sort, schema)
    except ValueError as error:
        raise UsageError(f"--sort: {error}", hint=_columns_hint(schema)) from None


def _columns_hint(schema: ResourceSchema) -> str:
    lists = (f"{name}.FIELD" for name in schema.lists)
    return f"columns: {', '.join((*schema.computed, *schema.plain, *lists))}"
