"""Paths as a user writes them."""

from __future__ import annotations

import os
from pathlib import Path


def expand_path(path: str | Path, folder: Path | None = None) -> Path:
    """Return the path that a user wrote, with ``~`` replaced by the home directory.

    Args:
        path: what the user wrote.
        folder: where a relative path starts; None for the working directory.

    Raises:
        ValueError: no file can have this path. The text goes on after the name of a key or an option.
    """
    if "\0" in str(path):
        raise ValueError("contains a NUL character, which no path can")
    # Not Path.expanduser, which raises an error where there is no home directory: ~ is a name there.
    expanded = Path(os.path.expanduser(path))  # noqa: PTH111
    return expanded if folder is None else folder / expanded
