"""``zsiso candidates``: which VM instances an ISO can be attached to."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from zsiso.cli import suggestions
from zsiso.cli.options import FILTER_PANEL, ConnectionOptions, FilterOptions, MessageOptions, OutputOptions
from zsiso.cli.parameters import Suggester
from zsiso.inventory.columns import VM_INSTANCES


def candidates(
    iso: Annotated[
        Optional[str],
        typer.Argument(
            metavar="ISO",
            help="The ISO's UUID, or the exact name of an ISO image. With --mock, the example's when left out.",
        ),
        Suggester(suggestions.suggest_isos),
    ] = None,
    *,
    filter: FilterOptions,
    check: Annotated[
        Optional[list[str]],
        typer.Option(
            "--check",
            metavar="VM",
            help="Print nothing; exit 0 if this VM, by UUID or exact name, is listed, 1 if not; repeatable.",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
        Suggester(suggestions.suggest_vms),
    ] = None,
    fail_empty: Annotated[
        bool, typer.Option("--fail-empty", help="Exit 1 if no VM instance is listed.", rich_help_panel=FILTER_PANEL)
    ] = False,
    output: Annotated[OutputOptions, VM_INSTANCES],
    curl: Annotated[bool, typer.Option("--curl", help="Send nothing; print the curl command for it.")] = False,
    connection: ConnectionOptions,
    messages: MessageOptions,
) -> None:
    """List the VM instances that an ISO can be attached to.

    \b
    zsiso candidates 3e5e142462c54736b1880b43d49edeba
    zsiso candidates --mock --attachable -o csv -c name,uuid,ips
    """
    from zsiso.commands import vm_candidates

    options = vm_candidates.CandidatesOptions(
        iso, filter, tuple(check or ()), fail_empty, output, curl, connection, messages
    )
    vm_candidates.run_candidates(options)
