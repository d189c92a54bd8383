"""The options that commands share: a class for each group of them.

A command takes a group by a parameter of its class (``zsiso.cli.parameters``). The annotations are
evaluated here, so that Typer need not do it again for each command.
"""

import math
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple, Optional

import typer

from zsiso.cli import suggestions
from zsiso.cli.durations import parse_duration
from zsiso.cli.parameters import BySchema, Suggester
from zsiso.errors import UsageError
from zsiso.inventory.columns import ResourceSchema
from zsiso.output.options import OutputFormat
from zsiso.text import quote

# The groups in which help shows them.
FILTER_PANEL = "Filters"
OUTPUT_PANEL = "Output"
CONNECTION_PANEL = "Connection"

_PATH_EXAMPLES = ("vmNics.ip", "vmNics.usedIps.ip", "allVolumes.size", "vmCdRoms.isoUuid", "backupStorageRefs.status")


def _parse_timeout(value: str) -> float:
    try:
        seconds = parse_duration(value)
    except ValueError:
        raise UsageError(
            f"--timeout must be a number of seconds, or as 30s or 5m, not {quote(value)}", hint="--timeout 30"
        ) from None
    if not 0 < seconds < math.inf:
        raise UsageError(f"--timeout must be a number of seconds greater than 0, not {seconds:g}", hint="--timeout 30")
    return seconds


ConfigOption = Annotated[
    Optional[Path],
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration file. [env: ZSISO_CONFIG; default: config.toml in ~/.config/zsiso]",
        show_default=False,
        rich_help_panel=CONNECTION_PANEL,
    ),
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Write each request and response to stderr.")]


class ConnectionOptions(NamedTuple):
    """Which cloud a command asks, and how long it waits; None for what the settings decide."""

    profile: Annotated[
        Optional[str],
        typer.Option(
            "--profile",
            "-p",
            metavar="NAME",
            help="The profile to use. [env: ZSISO_PROFILE]",
            show_default=False,
            rich_help_panel=CONNECTION_PANEL,
        ),
        Suggester(suggestions.suggest_profiles),
    ] = None
    config: ConfigOption = None
    timeout: Annotated[
        Optional[float],
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            help="Time limit for the whole command, in seconds, or as 30s, 5m, 1h. [default: the profile's, or 120]",
            show_default=False,
            rich_help_panel=CONNECTION_PANEL,
            parser=_parse_timeout,
        ),
    ] = None
    mock: Annotated[
        bool,
        typer.Option("--mock", help="Use the built-in mock node instead of a cloud.", rich_help_panel=CONNECTION_PANEL),
    ] = False


class MessageOptions(NamedTuple):
    """What a command writes to stderr beside errors."""

    verbose: VerboseOption = False
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Write no notes to stderr, only warnings and errors.")
    ] = False


class FilterOptions(NamedTuple):
    """Which VM instances are listed; None for what the settings decide."""

    system_tag: Annotated[
        Optional[list[str]],
        typer.Option(
            "--system-tag",
            metavar="TAG",
            help="Send this system tag; repeatable. [default: the profile's]",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None
    user_tag: Annotated[
        Optional[list[str]],
        typer.Option(
            "--user-tag",
            metavar="TAG",
            help="Send this user tag; repeatable. [default: the profile's]",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None
    verify_tags: Annotated[
        Optional[bool],
        typer.Option(
            "--verify-tags/--no-verify-tags",
            help="Only VM instances that have every tag: the node may ignore tags.",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None
    attachable: Annotated[
        Optional[bool],
        typer.Option(
            "--attachable/--no-attachable",
            help="Only VM instances with a free or unknown (?) CD-ROM drive.",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None


def _columns_option(schema: ResourceSchema) -> tuple[object, ...]:
    names = ", ".join((*schema.computed, *schema.plain))
    examples = ", ".join(path for path in _PATH_EXAMPLES if path in schema.names)
    option = typer.Option(
        "--columns",
        "-c",
        metavar="A,B",
        help=f"Columns of table, wide, csv and tsv, separated by commas; repeatable: {names}; or a path into "
        f"{', '.join(schema.lists)}, such as {examples}; or the heading of a column.",
        show_default=False,
        rich_help_panel=OUTPUT_PANEL,
    )
    return option, Suggester(partial(suggestions.suggest_columns, schema))


def _sort_option(schema: ResourceSchema) -> tuple[object, ...]:
    option = typer.Option(
        "--sort",
        metavar="COLUMN[:desc]",
        help="Column to sort by; not for json. [default: name]",
        show_default=False,
        rich_help_panel=OUTPUT_PANEL,
    )
    return option, Suggester(partial(suggestions.suggest_sorts, schema))


class OutputOptions(NamedTuple):
    """How a list is shown; None for what the settings decide."""

    output: Annotated[
        Optional[OutputFormat],
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT",
            help=f"{', '.join(output.value for output in OutputFormat)}. [default: table]",
            show_default=False,
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Same as --output json.", rich_help_panel=OUTPUT_PANEL)] = False
    columns: Annotated[Optional[list[str]], BySchema(_columns_option)] = None
    sort: Annotated[Optional[str], BySchema(_sort_option)] = None
    no_header: Annotated[
        bool, typer.Option("--no-header", help="Write csv and tsv without column names.", rich_help_panel=OUTPUT_PANEL)
    ] = False
    print0: Annotated[
        bool,
        typer.Option("--print0", help="End each uuid or name with NUL, for xargs -0.", rich_help_panel=OUTPUT_PANEL),
    ] = False
