"""``zsiso profiles``: the profiles in the configuration, never their secrets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zsiso.commands.node import default_path
from zsiso.commands.options import ConfigOption
from zsiso.stderr import Notes

if TYPE_CHECKING:
    from zsiso.config import Configuration


def profiles(
    json: Annotated[bool, typer.Option("--json", help='Print [{"name", "default", "urls", "credentials"}].')] = False,
    config: ConfigOption = None,
) -> None:
    """List the profiles in the configuration.

    \b
    zsiso profiles
    """
    from zsiso import config as configuration
    from zsiso.render import stdout

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
    from zsiso.credentials import kind

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
    from zsiso.render.cells import shown
    from zsiso.render.layout import Column
    from zsiso.render.sheet import Sheet
    from zsiso.render.table import show

    heads = (Column("NAME"), Column("DEFAULT", rank=2), Column("URL"), Column("CREDENTIALS", rank=1))
    cells = (
        [shown(row["name"]) for row in rows],
        ["yes" if row["default"] else "" for row in rows],
        [shown(", ".join(row["urls"])) for row in rows],
        [shown(row["credentials"]) for row in rows],
    )
    show(heads, Sheet(cells, range(len(rows))), os.environ)
