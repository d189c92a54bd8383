"""The configuration file: from its path to its profiles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from zsiso.config.profile import Profile, read_profile
from zsiso.config.profile_credentials import SECRET_KEYS
from zsiso.config.secrets import check_file_mode
from zsiso.config.toml_table import ConfigTable
from zsiso.errors import ConfigError
from zsiso.text import normalize, quote, suggest

_TOP_KEYS = ("default_profile", "profiles")


class NoProfileError(ConfigError):
    """There is no configuration at all, or none of its profiles is chosen."""


class NoConfigFileError(NoProfileError):
    """There is no configuration file at the default path."""


class ConfigFile(NamedTuple):
    """A configuration file.

    Args:
        path: its path.
        default_profile: the name of the profile that it says is used by default.
        tables: the tables of its profiles by name, not yet checked.
    """

    path: Path
    default_profile: str | None
    tables: Mapping[str, object]

    @property
    def default(self) -> str | None:
        """The profile used where none is named: the file's choice, or the only one."""
        if self.default_profile is not None:
            return self.default_profile
        return next(iter(self.tables)) if len(self.tables) == 1 else None

    def require_default(self) -> str:
        """Return the profile used where none is named.

        Raises:
            NoProfileError: there is none.
        """
        if self.default is None:
            raise _no_default_error(self)
        return self.default

    def profile(self, name: str) -> Profile:
        """Return the profile called ``name``.

        Raises:
            ConfigError: the file has no such profile, or a value of it is wrong.
        """
        known = {normalize(known): known for known in self.tables}
        name = name if name in self.tables else known.get(normalize(name), name)
        if name not in self.tables:
            hint = suggest(name, self.tables)
            raise ConfigError(
                f"profile {quote(name)} not found in {self.path}",
                details=(_profile_names(self),),
                hint=hint or "run `zsiso profiles` to list them",
            )
        return read_profile(ConfigTable(self.tables[name], self.path, f"profiles.{name}"), name)


def load_config(path: Path) -> ConfigFile:
    """Read the configuration file at ``path``.

    Raises:
        ConfigError: the file can't be read, is wrong outside its profiles, or has a secret that others can read.
    """
    table = ConfigTable(_read_toml(path), path)
    table.reject_unknown(_TOP_KEYS)
    file = ConfigFile(path, table.text("default_profile"), table.table("profiles"))
    default = file.default_profile
    if default is not None and default not in file.tables:
        hint = suggest(default, file.tables) or _profile_names(file)
        raise table.error("default_profile", f"names an unknown profile: {quote(default)}", hint=hint)
    _check_mode(file)
    return file


def _check_mode(file: ConfigFile) -> None:
    """Check that others cannot read the secrets in the file, whichever profile has them."""
    for name, table in file.tables.items():
        for key in SECRET_KEYS:
            if isinstance(table, dict) and table.get(key) and isinstance(table[key], str):
                check_file_mode(f"{file.path}: profiles.{name}.{key}", file.path)


def _read_toml(path: Path) -> dict[str, object]:
    # Only here: help and completion of options do without it (tests/process/test_startup_imports.py).
    import tomli

    try:
        # Some editors put a byte order mark at the beginning.
        return tomli.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except tomli.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} is not valid TOML: {error}", hint="correct it; https://toml.io describes TOML"
        ) from None
    except ValueError:
        # Python converts no integer of more digits than sys.get_int_max_str_digits().
        raise ConfigError(f"{path} has a number with too many digits") from None
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply") from None


def _no_default_error(file: ConfigFile) -> NoProfileError:
    if not file.tables:
        return NoProfileError(
            f"{file.path} has no profile",
            hint="add a [profiles.NAME] table with a url and credentials",
        )
    return NoProfileError(
        f"{file.path} has several profiles, and no default",
        details=(_profile_names(file),),
        hint="select one with --profile NAME, or set default_profile in the file",
    )


def _profile_names(file: ConfigFile) -> str:
    return f"profiles in the file: {', '.join(file.tables) or 'none'}"
