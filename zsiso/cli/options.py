"""The options that commands share, spelt once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from zsiso.cli import suggestions
from zsiso.output.options import OutputFormat

# The groups in which help shows them.
FILTER_PANEL = "Which VM instances"
OUTPUT_PANEL = "How they are shown"
CONNECTION_PANEL = "Which node"

ProfileOption = Annotated[
    Optional[str],
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        help="The profile to use. [env: ZSISO_PROFILE]",
        show_default=False,
        rich_help_panel=CONNECTION_PANEL,
        autocompletion=suggestions.suggest_profiles,
    ),
]
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
TimeoutOption = Annotated[
    Optional[float],
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        help="The limit for the whole call. [default: the profile's, or 30]",
        show_default=False,
        rich_help_panel=CONNECTION_PANEL,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No notes on stderr; errors still.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Tell each request and answer on stderr.")]
MockOption = Annotated[
    bool,
    typer.Option(
        "--mock", help="Let the embedded mock node answer; no cloud is asked.", rich_help_panel=CONNECTION_PANEL
    ),
]

OutputOption = Annotated[
    Optional[OutputFormat],
    typer.Option(
        "--output",
        "-o",
        metavar="FORMAT",
        help=f"{', '.join(output.value for output in OutputFormat)}. [default: table]",
        show_default=False,
        rich_help_panel=OUTPUT_PANEL,
    ),
]
NoHeaderOption = Annotated[
    bool, typer.Option("--no-header", help="No column names above csv and tsv.", rich_help_panel=OUTPUT_PANEL)
]
Print0Option = Annotated[
    bool, typer.Option("--print0", help="End each uuid or name with NUL, for xargs -0.", rich_help_panel=OUTPUT_PANEL)
]
