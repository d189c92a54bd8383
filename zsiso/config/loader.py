"""Which profile is used: option > environment > file > the Terraform provider's variables.

Nothing here sends, prints or reads the environment by itself: the environment
and the path come in as arguments. Every failure is a ``ConfigError`` that says
which file, which key, what was expected and what may have been meant.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zsiso.config.profile import Profile, read_profile
from zsiso.config.toml_table import ConfigTable
from zsiso.errors import ConfigError
from zsiso.text import quote, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOP_KEYS = ("default_profile", "profiles")

# What each key of a profile is called in the environment.
_VARIABLES = {
    "url": "ZSISO_URL",
    "session": "ZSISO_SESSION",
    "account": "ZSISO_ACCOUNT",
    "password": "ZSISO_PASSWORD",
    "access_key_id": "ZSISO_ACCESS_KEY_ID",
    "access_key_secret": "ZSISO_ACCESS_KEY_SECRET",
    "timezone": "ZSISO_TIMEZONE",
}
# The names that the ZStack Terraform provider reads.
_TERRAFORM = {
    "url": "ZSTACK_HOST",
    "account": "ZSTACK_ACCOUNT_NAME",
    "password": "ZSTACK_ACCOUNT_PASSWORD",
    "access_key_id": "ZSTACK_ACCESS_KEY_ID",
    "access_key_secret": "ZSTACK_ACCESS_KEY_SECRET",
}
_TERRAFORM_PORT = "ZSTACK_PORT"
_HOST = r"[\w.:\[\]-]+"
_PORTS = 65_536


class NoProfileError(ConfigError):
    """There is no configuration at all, or none of its profiles is chosen."""


class NoConfigFileError(NoProfileError):
    """There is no configuration at the default place."""


class ConfigFile(NamedTuple):
    """A file's profiles, each still to be checked, and which one is the default."""

    path: Path
    default_profile: str | None
    tables: Mapping[str, object]

    @property
    def default(self) -> str | None:
        """The profile used where none is named: the file's choice, or the only one."""
        if self.default_profile is not None:
            return self.default_profile
        return next(iter(self.tables)) if len(self.tables) == 1 else None

    def profile(self, name: str) -> Profile:
        """Return the profile called ``name``; a ``ConfigError`` where it is missing or wrong."""
        if name not in self.tables:
            hint = suggest(name, self.tables)
            raise ConfigError(
                f"there is no profile {quote(name)} in {self.path}",
                details=(f"profiles there: {', '.join(self.tables) or 'none'}",),
                hint=hint or "`zsiso profiles` lists them",
            )
        return read_profile(ConfigTable(self.tables[name], self.path, f"profiles.{name}"), name)


class ProfileSelection(NamedTuple):
    """The profile that is used, what chose it, and the configuration's path if it came from one."""

    profile: Profile
    by: str
    path: Path | None = None


def get_variable(environ: Mapping[str, str], name: str) -> str | None:
    """Return an environment variable's value; an empty one is an unset one."""
    return environ.get(name) or None


def select_profile(
    *, profile: str | None, config: Path | None, environ: Mapping[str, str], default_path: Callable[[], Path]
) -> ProfileSelection:
    """Return the profile a command is to use.

    Args:
        profile: the value of ``--profile``.
        config: the value of ``--config``.
        environ: the environment.
        default_path: gives where the configuration is when nothing else is said.

    Raises:
        NoProfileError: there is none, or there are several to choose from.
        ConfigError: the one chosen is missing or wrong.
    """
    named = profile if profile is not None else get_variable(environ, "ZSISO_PROFILE")
    if named is None and config is None and get_variable(environ, "ZSISO_URL"):
        return ProfileSelection(_from_environment(_VARIABLES, environ), "ZSISO_URL")
    try:
        configuration = load_config(find_config(config, environ, default_path))
    except NoConfigFileError as error:
        if named is not None:
            raise ConfigError(f"there is no profile {quote(named)}: {error.what}", hint=error.hint) from None
        if get_variable(environ, "ZSTACK_HOST"):
            return ProfileSelection(_from_environment(_TERRAFORM, environ), "ZSTACK_HOST")
        raise
    name = named if named is not None else configuration.default
    if name is None:
        raise _no_profile_error(configuration)
    by = (
        "--profile" if profile is not None else "ZSISO_PROFILE" if named is not None else _default_source(configuration)
    )
    return ProfileSelection(configuration.profile(name), by, configuration.path)


def _default_source(configuration: ConfigFile) -> str:
    return "default_profile" if configuration.default_profile is not None else "the only one"


def _no_profile_error(configuration: ConfigFile) -> NoProfileError:
    if not configuration.tables:
        return NoProfileError(
            f"{configuration.path} has no profile",
            hint="add a [profiles.NAME] table with a url and credentials",
        )
    return NoProfileError(
        f"{configuration.path} has several profiles and no default",
        details=(f"profiles there: {', '.join(configuration.tables)}",),
        hint="choose one with --profile NAME, or set default_profile in the file",
    )


def _from_environment(names: Mapping[str, str], environ: Mapping[str, str]) -> Profile:
    """Return the profile made of the variables called ``names`` alone."""
    values = {key: value for key, name in names.items() if (value := get_variable(environ, name))}
    if names is _TERRAFORM:
        values["url"] = _terraform_url(values["url"], environ)
    profile = read_profile(ConfigTable(values, None, variables=names), None)
    if profile.credentials is None:
        raise ConfigError(
            f"{names['url']} is set, and no credentials beside it",
            hint=f"set {names['account']} and {names['password']}, or unset {names['url']} to use the configuration",
        )
    return profile


def _terraform_url(host: str, environ: Mapping[str, str]) -> str:
    port = get_variable(environ, _TERRAFORM_PORT) or "8080"
    if not re.fullmatch(_HOST, host):
        raise ConfigError(
            "ZSTACK_HOST must be a host name or an address alone", hint="for a URL, set ZSISO_URL instead"
        )
    if not (port.isascii() and port.isdecimal()) or not 0 < int(port[:6]) < _PORTS:
        raise ConfigError(f"{_TERRAFORM_PORT} must be a number from 1 to 65535", hint="unset it for 8080")
    return f"http://[{host}]:{port}" if ":" in host.strip("[]") and "[" not in host else f"http://{host}:{port}"


def set_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables about profiles that are set, in the order they count."""
    known = ("ZSISO_PROFILE", "ZSISO_CONFIG", *_VARIABLES.values(), *_TERRAFORM.values(), _TERRAFORM_PORT)
    return tuple(name for name in known if get_variable(environ, name))


def config_path(config: Path | None, environ: Mapping[str, str], default_path: Callable[[], Path]) -> Path:
    """Return where the configuration is to be: ``--config``, ``ZSISO_CONFIG``, or the default."""
    named = config if config is not None else get_variable(environ, "ZSISO_CONFIG")
    if named is None:
        return default_path()
    # pathlib's raises where it knows no home; a ~ is then a name like any other.
    return Path(os.path.expanduser(named))  # noqa: PTH111


def find_config(config: Path | None, environ: Mapping[str, str], default_path: Callable[[], Path]) -> Path:
    """Return where the configuration is, as ``config_path``, once it is sure that it is there.

    Raises:
        NoConfigFileError: there is none at the default place.
        ConfigError: there is none where the option or the variable says.
    """
    path = config_path(config, environ, default_path)
    if os.path.lexists(path):
        return path
    named = config is not None or get_variable(environ, "ZSISO_CONFIG") is not None
    error = ConfigError if named else NoConfigFileError
    raise error(
        f"there is no configuration at {path}",
        hint="`zsiso init` writes one to start from; `zsiso candidates --mock` needs none",
    )


def load_config(path: Path) -> ConfigFile:
    """Read the configuration at ``path``; a ``ConfigError`` says where it is wrong."""
    # Here and not above: the help and the completion do without it (tests/test_process.py).
    import tomli

    try:
        document = tomli.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except tomli.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}", hint="see https://toml.io for how TOML is written") from None
    except RecursionError:
        raise ConfigError(f"{path} is not a configuration: it nests too deep") from None
    top = ConfigTable(document, path)
    top.refuse_unknown(_TOP_KEYS)
    configuration = ConfigFile(path, top.text("default_profile"), top.table("profiles"))
    default = configuration.default_profile
    if default is not None and default not in configuration.tables:
        near = suggest(default, configuration.tables)
        there = f"profiles there: {', '.join(configuration.tables) or 'none'}"
        raise top.error("default_profile", f"names no profile: {quote(default)}", hint=near or there)
    return configuration
