"""Files that are nobody else's: kept sessions, kept answers."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_NOT_BLOCKING = getattr(os, "O_NONBLOCK", 0)


def make_folder(folder: Path) -> None:
    """Make a folder that its owner alone can enter, or close one that others can; an ``OSError`` where it can't be."""
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 != _FOLDER_MODE:
        folder.chmod(_FOLDER_MODE)


def read_json(path: Path) -> Any:  # noqa: ANN401 - it is whatever JSON holds
    """Return what a file of ours holds, None where it is missing, spoilt, foreign or out of reach."""
    try:
        # Not blocking: where somebody put a pipe in its place, nothing is waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | _NOT_BLOCKING), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or (os.name == "posix" and status.st_uid != os.geteuid()):
                return None
            return json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None


def write_json(path: Path, document: object) -> None:
    """Write a file of mode 0600, whole or not at all; an ``OSError`` where it can't be."""
    make_folder(path.parent)
    # mkstemp makes it 0600; the name is the file's only once it is whole.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="new-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
        os.replace(name, path)  # noqa: PTH105 - mkstemp gives a str
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - the same
        raise
