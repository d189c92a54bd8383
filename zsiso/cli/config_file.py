"""Where the configuration file and zsiso's own folders are: option > environment > the platform's default."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from zsiso.errors import ConfigError

if TYPE_CHECKING:
    from zsiso.config.loader import ConfigFile


def config_path(config: Path | None) -> Path:
    """Return where the configuration belongs: ``--config``, ``ZSISO_CONFIG``, or the default.

    Raises:
        NoConfigFileError: there is no home directory for the default path.
    """
    from zsiso.config.paths import expand_path

    path = _named_config(config)
    # Neither an argument nor a variable can contain a NUL character.
    return _default_config_path() if path is None else expand_path(path)


def find_config(config: Path | None) -> Path:
    """Return where the configuration is, as ``config_path``, where there is one.

    Raises:
        NoConfigFileError: there is none at the default path.
        ConfigError: there is none where the option or the variable says, or that cannot be found out.
    """
    from zsiso.config.loader import NoConfigFileError

    path = config_path(config)
    if has_file(path):
        return path
    error = NoConfigFileError if _named_config(config) is None else ConfigError
    raise error(
        f"no configuration found at {path}",
        hint="run `zsiso init` to create one; `zsiso candidates --mock` needs none",
    )


def has_file(path: Path, *, purpose: str = "read") -> bool:
    """Return whether there is something at a path, a broken link included.

    Args:
        path: the path.
        purpose: what a message says that cannot be done.

    Raises:
        ConfigError: that cannot be found out: the folder is not accessible, or the disk is broken. An
            unreadable place is not an empty one.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigError(f"cannot {purpose} {path}: {error.strerror}") from error
    return True


def load_config(config: Path | None) -> ConfigFile:
    """Return the configuration file that the option, the variable or the default names.

    Raises:
        ConfigError: as ``find_config`` and ``loader.load_config``.
    """
    from zsiso.config import loader

    return loader.load_config(find_config(config))


def user_folder(platform_folder: Callable[..., Path]) -> Path | None:
    """Return zsiso's own folder by a function of platformdirs, None where there is no home directory."""
    try:
        folder = platform_folder("zsiso", appauthor=False)
    except RuntimeError:
        return None
    # An older platformdirs leaves the ~ that it can't replace.
    return folder if folder.is_absolute() else None


def _named_config(config: Path | None) -> Path | str | None:
    from zsiso.config.environment import get_variable

    return config if config is not None else get_variable(os.environ, "ZSISO_CONFIG")


def _default_config_path() -> Path:
    from platformdirs import user_config_path

    from zsiso.config.loader import NoConfigFileError

    folder = user_folder(user_config_path)
    if folder is None:
        raise NoConfigFileError(
            "no home directory, so no default path of the configuration",
            hint="set HOME, or name a file with --config; `zsiso candidates --mock` needs none",
        )
    return folder / "config.toml"
