"""``zsiso profiles``: the profiles in the configuration, never their secrets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zsiso.cli.connect import default_path
from zsiso.cli.options import ConfigOption
from zsiso.output.stderr import Notes

if TYPE_CHECKING:
    from zsiso.config.loader import Configuration


def profiles(
    json: Annotated[bool, typer.Option("--json", help='Print [{"name", "default", "urls", "credentials"}].')] = False,
    config: ConfigOption = None,
) -> None:
    """List the profiles in the configuration.

    \b
    zsiso profiles
    """
    from zsiso.config import loader as configuration
    from zsiso.output import stdout

    file = configuration.load(configuration.locate(config, os.environ, default_path))
    rows = _rows(file)
    if json:
        import json as jsonlib

        stdout.write_text(jsonlib.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    elif rows:
        _show(rows)
    else:
        Notes().say(f"{file.path} has no profile; add a [profiles.NAME] table with a url and credentials.")


def _rows(file: Configuration) -> list[dict[str, Any]]:
    from zsiso.config.credentials import kind

    chosen = [file.profile(name) for name in file.tables]
    return [
        {
            "name": profile.name,
            "default": profile.name == file.default,
            "urls": list(profile.route.urls),
            "credentials": kind(profile.credentials),
        }
        for profile in chosen
    ]


def _show(rows: list[dict[str, Any]]) -> None:
    from zsiso.output.cells import shown
    from zsiso.output.column_store import Sheet
    from zsiso.output.layout import Column
    from zsiso.output.table import show

    heads = (Column("NAME"), Column("DEFAULT", rank=2), Column("URL"), Column("CREDENTIALS", rank=1))
    cells = (
        [shown(row["name"]) for row in rows],
        ["yes" if row["default"] else "" for row in rows],
        [shown(", ".join(row["urls"])) for row in rows],
        [shown(row["credentials"]) for row in rows],
    )
    show(heads, Sheet(cells, range(len(rows))), os.environ)
