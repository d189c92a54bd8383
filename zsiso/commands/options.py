"""The options that commands share, spelt once, and what they are turned into."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from zsiso.errors import UsageError

if TYPE_CHECKING:
    from zsiso.config import Profile

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


@dataclass(frozen=True)
class NodeOptions:
    """Which node a command asks, and how long it waits (seconds)."""

    profile: str | None
    config: Path | None
    timeout: float | None
    mock: bool

    def __post_init__(self) -> None:
        if self.timeout is not None and not 0 < self.timeout < math.inf:
            raise UsageError(
                f"--timeout must be a number of seconds greater than 0, not {self.timeout:g}", hint="--timeout 30"
            )

    def choose(self) -> Profile:
        """Return the profile these options and the environment choose."""
        from zsiso import config

        return config.choose(profile=self.profile, config=self.config, environ=os.environ, default_path=default_path())


def default_path() -> Path:
    """Return where this platform keeps zsiso's configuration."""
    from platformdirs import user_config_path

    return user_config_path("zsiso", appauthor=False) / "config.toml"
