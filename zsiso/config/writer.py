"""Writes the configuration file: a new one, or one more profile in a file that exists."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from zsiso.errors import ConfigError


def create_file(path: Path, content: str) -> None:
    """Write a new configuration that only its owner can read.

    Raises:
        ConfigError: there is a file already, or it can't be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        if not os.path.lexists(path):
            raise ConfigError(f"cannot write {path}: a parent folder is a file") from error
        raise existing_file_error(path) from error
    except OSError as error:
        raise _write_error(path, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _write_error(path, error) from error


def add_profile(path: Path, name: str, values: Mapping[str, str]) -> None:
    """Append a profile to a configuration; every byte of it, its mode and its owner stay as they are.

    Args:
        path: the configuration, or a link to it.
        name: the name of the new profile.
        values: its keys and values.

    Raises:
        ConfigError: a profile can't be appended to this file, or it can't be written.
    """
    try:
        _replace(Path(os.path.realpath(path)), extended_content(path, name, values))
    except OSError as error:
        raise _write_error(path, error) from error


def extended_content(path: Path, name: str, values: Mapping[str, str]) -> bytes:
    """Return what a configuration is with one more profile at its end.

    Args:
        path: the configuration.
        name: the name of the new profile.
        values: its keys and values.

    Raises:
        ConfigError: a profile can't be appended to this file, or it can't be read.
    """
    import tomli_w

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    separator = b"\n" if content.endswith(b"\n") else b"\n\n"
    changed = content + separator + tomli_w.dumps({"profiles": {name: values}}).encode()
    if not _has_added(content, changed, name, values):
        raise ConfigError(
            f"cannot add a profile at the end of {path}; it was not changed",
            hint="write the profiles in it as [profiles.NAME] tables, or edit it yourself",
        )
    return changed


def existing_file_error(path: Path, problem: ConfigError | None = None) -> ConfigError:
    """Return the error for a file that can't be created since it exists.

    Args:
        path: the file.
        problem: why no profile can be added to it.
    """
    if problem is not None:
        details = (problem.message, *problem.details)
        return ConfigError(f"{path} already exists; it was not changed", details=details, hint=problem.hint)
    return ConfigError(
        f"{path} already exists; it was not changed", hint="edit it, or name another file with --config FILE"
    )


def _has_added(content: bytes, changed: bytes, name: str, values: Mapping[str, str]) -> bool:
    """Return whether a changed configuration is the old one and a profile."""
    import tomli

    try:
        before, after = (tomli.loads(data.decode("utf-8-sig")) for data in (content, changed))
    except ValueError:
        return False
    return after == {**before, "profiles": {**before.get("profiles", {}), name: values}}


def _replace(path: Path, content: bytes) -> None:
    """Replace the content of a file in one step: no reader sees half of it."""
    status = path.stat()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix="new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            with suppress(PermissionError):
                os.chown(temporary, status.st_uid, status.st_gid)
            os.chmod(temporary, stat.S_IMODE(status.st_mode))  # noqa: PTH101 - mkstemp returns a str
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the same
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108 - the same
        raise


def _write_error(path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"cannot write {path}: {error.strerror}")
