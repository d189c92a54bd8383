"""Files that only their owner can read: saved sessions, cached suggestions."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_NOT_BLOCKING = getattr(os, "O_NONBLOCK", 0)


def make_folder(folder: Path) -> None:
    """Create a folder that only its owner can enter; where it exists, take the rights of others away.

    Raises:
        OSError: the folder can't be created or changed.
    """
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 != _FOLDER_MODE:
        folder.chmod(_FOLDER_MODE)


def read_json(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value in a file, None where the file is missing, broken, unreadable or another user's."""
    try:
        # Not blocking: a named pipe in its place must not stop the run.
        with os.fdopen(os.open(path, os.O_RDONLY | _NOT_BLOCKING), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or (os.name == "posix" and status.st_uid != os.geteuid()):
                return None
            return json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None


def write_json(path: Path, document: object) -> None:
    """Write a JSON value to a file of mode 0600, in one step: no reader sees half of it.

    Raises:
        OSError: the file can't be written.
    """
    with _temporary_file(path.parent, document) as name:
        os.replace(name, path)  # noqa: PTH105 - mkstemp returns a str


def create_json(path: Path, document: object) -> None:
    """Write a JSON value as ``write_json`` does, unless the file exists.

    Raises:
        OSError: the file can't be written.
    """
    with _temporary_file(path.parent, document) as name, suppress(FileExistsError):
        os.link(name, path)


@contextmanager
def _temporary_file(folder: Path, document: object) -> Iterator[str]:
    """Give the path of a file of mode 0600 with a JSON value; it is deleted unless it was renamed."""
    make_folder(folder)
    # mkstemp creates it with mode 0600; it gets its name when it is complete.
    descriptor, name = tempfile.mkstemp(dir=folder, prefix="new-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
        yield name
    finally:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - the same
