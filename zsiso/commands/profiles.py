"""``zsiso profiles``: the profiles in the configuration, without their secrets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zsiso.cli.options import ConfigOption

if TYPE_CHECKING:
    from zsiso.config.loader import ConfigFile


def profiles(
    json: Annotated[bool, typer.Option("--json", help='Print [{"name", "default", "urls", "credentials"}].')] = False,
    config: ConfigOption = None,
) -> None:
    """List the profiles in the configuration.

    \b
    zsiso profiles
    """
    from zsiso.cli.config_file import load_config
    from zsiso.output import stdout
    from zsiso.output.stderr import Notes

    file = load_config(config)
    rows = _rows(file)
    if json:
        import json as jsonlib

        stdout.write_text(jsonlib.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    elif rows:
        _write_table(rows)
    else:
        Notes().write(f"{file.path} has no profile; add a [profiles.NAME] table with a url and credentials.")


def _rows(file: ConfigFile) -> list[dict[str, Any]]:
    profiles = [file.profile(name) for name in file.tables]
    return [
        {
            "name": profile.name,
            "default": profile.name == file.default,
            "urls": list(profile.connection.urls),
            "credentials": profile.credentials.kind if profile.credentials is not None else None,
        }
        for profile in profiles
    ]


def _write_table(rows: list[dict[str, Any]]) -> None:
    from zsiso.output.cells import format_cell
    from zsiso.output.column_store import ColumnBuffer
    from zsiso.output.layout import TableColumn, first_and_count
    from zsiso.output.table import write_table

    heads = (
        TableColumn("NAME", cuttable=True),
        TableColumn("DEFAULT"),
        TableColumn("URL", cuttable=True, shorten=first_and_count),
        TableColumn("CREDENTIALS"),
    )
    cells = (
        [format_cell(row["name"]) for row in rows],
        ["yes" if row["default"] else "" for row in rows],
        [format_cell(", ".join(row["urls"])) for row in rows],
        [format_cell(row["credentials"]) for row in rows],
    )
    write_table(heads, ColumnBuffer(cells, range(len(rows))), os.environ)
