"""The options that commands share, spelt once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

ProfileOption = Annotated[
    Optional[str],
    typer.Option(
        "--profile", "-p", metavar="NAME", help="The profile to use. [env: ZSISO_PROFILE]", show_default=False
    ),
]
ConfigOption = Annotated[
    Optional[Path],
    typer.Option("--config", metavar="FILE", help="The configuration file. [env: ZSISO_CONFIG]", show_default=False),
]
TimeoutOption = Annotated[
    Optional[float],
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        help="The limit for the whole call. [default: the profile's, or 30]",
        show_default=False,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No notes on stderr; errors still.")]
MockOption = Annotated[bool, typer.Option("--mock", help="Let the embedded mock node answer; no cloud is asked.")]
