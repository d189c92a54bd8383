"""``zsiso isos``: the ISO images there are."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import typer

from zsiso.cli import suggestions
from zsiso.cli.options import (
    OUTPUT_PANEL,
    ConfigOption,
    MockOption,
    NoHeaderOption,
    OutputOption,
    Print0Option,
    ProfileOption,
    QuietOption,
    TimeoutOption,
    VerboseOption,
)
from zsiso.inventory.columns import ISO_IMAGES
from zsiso.output.options import OutputDefaults, OutputFormat, OutputOptions, check_output_options, resolve_output

_COLUMNS_HELP = f"Columns of table, wide, csv and tsv, in a comma list: {', '.join(ISO_IMAGES.plain)}."


def isos(
    output: OutputOption = None,
    json: Annotated[
        bool, typer.Option("--json", help="The same as --output json.", rich_help_panel=OUTPUT_PANEL)
    ] = False,
    columns: Annotated[
        Optional[str],
        typer.Option(
            "--columns",
            "-c",
            metavar="A,B",
            help=_COLUMNS_HELP,
            show_default=False,
            autocompletion=suggestions.suggest_iso_columns,
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None,
    sort: Annotated[
        Optional[str],
        typer.Option(
            "--sort",
            metavar="COLUMN[:desc]",
            help="Sort by this column; not json. [default: name]",
            show_default=False,
            autocompletion=suggestions.suggest_iso_sorts,
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None,
    no_header: NoHeaderOption = False,
    print0: Print0Option = False,
    profile: ProfileOption = None,
    config: ConfigOption = None,
    timeout: TimeoutOption = None,
    mock: MockOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the ISO images.

    \b
    zsiso isos
    zsiso isos --mock -o csv -c uuid,name
    """
    from zsiso.cli.connect import ConnectionOptions, open_client
    from zsiso.output import list_writer
    from zsiso.output.stderr import Notes

    asked = OutputOptions(output, json, columns, sort, no_header, print0)
    check_output_options(asked, ISO_IMAGES)
    notes = Notes(quiet)
    with open_client(ConnectionOptions(profile, config, timeout, mock, verbose, quiet)) as (client, _):
        # The profile's habits are about VM instances.
        shape = resolve_output(asked, OutputDefaults(), ISO_IMAGES)
        images = client.iso_images()
    list_writer.write_list(images, shape, ISO_IMAGES, os.environ)
    if shape.output in {OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.TREE}:
        if images:
            notes.say_on_terminal(f"{len(images)} ISO image{'' if len(images) == 1 else 's'}")
        else:
            notes.say("There is no ISO image that these credentials may see.")
