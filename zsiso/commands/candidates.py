"""``zsiso candidates``: which VM instances an ISO can be attached to."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from zsiso.cli import suggestions
from zsiso.cli.options import (
    FILTER_PANEL,
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
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.output.options import OutputOptions

_COLUMNS_HELP = (
    "Columns of table, wide, csv and tsv, in a comma list: "
    f"{', '.join((*VM_INSTANCES.computed, *VM_INSTANCES.plain))}; or a path into "
    f"{', '.join(VM_INSTANCES.lists)}, as vmNics.ip, allVolumes.size, vmCdRoms.isoUuid."
)


def candidates(
    iso: Annotated[
        Optional[str],
        typer.Argument(
            metavar="ISO",
            help="The ISO's UUID, or the exact name of an ISO image. With --mock, the example's when left out.",
            autocompletion=suggestions.suggest_isos,
        ),
    ] = None,
    system_tag: Annotated[
        Optional[list[str]],
        typer.Option(
            "--system-tag",
            metavar="TAG",
            help="Send this system tag; repeatable. [default: the profile's]",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None,
    user_tag: Annotated[
        Optional[list[str]],
        typer.Option(
            "--user-tag",
            metavar="TAG",
            help="Send this user tag; repeatable. [default: the profile's]",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None,
    verify_tags: Annotated[
        Optional[bool],
        typer.Option(
            "--verify-tags/--no-verify-tags",
            help="Keep the VM instances that bear every tag; the node may ignore tags.",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None,
    attachable: Annotated[
        Optional[bool],
        typer.Option(
            "--attachable/--no-attachable",
            help="Keep those with a free CD-ROM drive, or of which the node does not say (?).",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None,
    check: Annotated[
        Optional[list[str]],
        typer.Option(
            "--check",
            metavar="VM",
            help="Print nothing; exit 0 if this VM, by UUID or exact name, is listed, 1 if not; repeatable.",
            show_default=False,
            autocompletion=suggestions.suggest_vms,
            rich_help_panel=FILTER_PANEL,
        ),
    ] = None,
    fail_empty: Annotated[
        bool, typer.Option("--fail-empty", help="Exit 1 if no VM instance is listed.", rich_help_panel=FILTER_PANEL)
    ] = False,
    output: OutputOption = None,
    json: Annotated[
        bool, typer.Option("--json", help="The same as --output json: the node's body.", rich_help_panel=OUTPUT_PANEL)
    ] = False,
    columns: Annotated[
        Optional[str],
        typer.Option(
            "--columns",
            "-c",
            metavar="A,B",
            help=_COLUMNS_HELP,
            show_default=False,
            autocompletion=suggestions.suggest_vm_columns,
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
            autocompletion=suggestions.suggest_vm_sorts,
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None,
    no_header: NoHeaderOption = False,
    print0: Print0Option = False,
    curl: Annotated[bool, typer.Option("--curl", help="Send nothing; print the curl command for it.")] = False,
    profile: ProfileOption = None,
    config: ConfigOption = None,
    timeout: TimeoutOption = None,
    mock: MockOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the VM instances that an ISO can be attached to.

    \b
    zsiso candidates 3e5e142462c54736b1880b43d49edeba
    zsiso candidates --mock --attachable -o csv -c name,uuid,ips
    """
    from zsiso.cli.connect import ConnectionOptions
    from zsiso.commands import vm_candidates
    from zsiso.output.stderr import Notes

    vm_candidates.run_candidates(
        vm_candidates.CandidatesOptions(
            iso=iso,
            system_tags=tuple(system_tag or ()),
            user_tags=tuple(user_tag or ()),
            verify_tags=verify_tags,
            attachable=attachable,
            check=tuple(check or ()),
            fail_empty=fail_empty,
            curl=curl,
            view=OutputOptions(output, json, columns, sort, no_header, print0),
            node=ConnectionOptions(profile, config, timeout, mock, verbose, quiet),
        ),
        Notes(quiet),
    )
