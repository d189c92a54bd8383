"""Which management node to ask, and as whom: option > environment > file > default.

Nothing here sends, prints or reads the environment by itself: the environment
and the path come in as arguments. Every failure is a ``ConfigError`` that says
which file, which key, what was expected and what may have been meant.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from zsiso.credentials import Credentials, Session, header_safe
from zsiso.errors import ConfigError
from zsiso.secret import Secret
from zsiso.text import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT = 30.0
"""Seconds a whole call may take where neither option nor profile says."""

CONTEXT_PATH = "/zstack"
"""The servlet's context path, added to a URL that has no path of its own."""

_ENVIRONMENT = "the environment"
_TOP_KEYS = ("default_profile", "profiles")
_PROFILE_KEYS = ("url", "session", "timeout", "system_tags", "user_tags")


class NoProfileError(ConfigError):
    """There is no configuration at all, or none of its profiles is chosen."""


@dataclass(frozen=True)
class Profile:
    """One cloud and how to ask it; ``timeout`` in seconds."""

    name: str | None
    """None for the profile that the environment makes."""
    url: str
    """Scheme, host, port and context path, without a slash at the end."""
    credentials: Credentials | None
    timeout: float = DEFAULT_TIMEOUT
    system_tags: tuple[str, ...] = ()
    user_tags: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"profile {quoted(self.name)}" if self.name is not None else _ENVIRONMENT


@dataclass(frozen=True)
class Configuration:
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
            hint = did_you_mean(name, self.tables)
            raise ConfigError(
                f"there is no profile {quoted(name)} in {self.path}",
                details=(f"profiles there: {', '.join(self.tables) or 'none'}",),
                hint=hint or "`zsiso profiles` lists them",
            )
        return _Table(self.path, f"profiles.{name}", self.tables[name]).profile(name)


def variable(environ: Mapping[str, str], name: str) -> str | None:
    """Return an environment variable's value; an empty one is an unset one."""
    return environ.get(name) or None


def choose(*, profile: str | None, config: Path | None, environ: Mapping[str, str], default_path: Path) -> Profile:
    """Return the profile a command is to use.

    Args:
        profile: the value of ``--profile``.
        config: the value of ``--config``.
        environ: the environment.
        default_path: where the configuration is when nothing else is said.

    Raises:
        NoProfileError: there is none, or there are several to choose from.
        ConfigError: the one chosen is missing or wrong.
    """
    name = profile if profile is not None else variable(environ, "ZSISO_PROFILE")
    if name is None and config is None and (url := variable(environ, "ZSISO_URL")):
        return _environment_profile(url, environ)
    configuration = load(locate(config, environ, default_path))
    name = name if name is not None else configuration.default
    if name is None:
        raise _none_chosen(configuration)
    return configuration.profile(name)


def _none_chosen(configuration: Configuration) -> NoProfileError:
    if not configuration.tables:
        return NoProfileError(
            f"{configuration.path} has no profile", hint="add a [profiles.NAME] table with a url and a session"
        )
    return NoProfileError(
        f"{configuration.path} has several profiles and no default",
        details=(f"profiles there: {', '.join(configuration.tables)}",),
        hint="choose one with --profile NAME, or set default_profile in the file",
    )


def _environment_profile(url: str, environ: Mapping[str, str]) -> Profile:
    session = variable(environ, "ZSISO_SESSION")
    if session is None:
        raise ConfigError(
            "ZSISO_URL is set, and no credentials beside it",
            hint="set ZSISO_SESSION to a session UUID, or unset ZSISO_URL to use the configuration file",
        )
    table = _Table(
        _ENVIRONMENT, "", {"url": url, "session": session}, names={"url": "ZSISO_URL", "session": "ZSISO_SESSION"}
    )
    return table.profile(None)


def place(config: Path | None, environ: Mapping[str, str], default_path: Path) -> Path:
    """Return where the configuration is to be: ``--config``, ``ZSISO_CONFIG``, or the default."""
    named = config if config is not None else variable(environ, "ZSISO_CONFIG")
    if named is None:
        return default_path
    # pathlib's raises where it knows no home; a ~ is then a name like any other.
    return Path(os.path.expanduser(named))  # noqa: PTH111


def locate(config: Path | None, environ: Mapping[str, str], default_path: Path) -> Path:
    """Return where the configuration is, as ``place``, once it is sure that it is there.

    Raises:
        NoProfileError: there is none at the default place.
        ConfigError: there is none where the option or the variable says.
    """
    path = place(config, environ, default_path)
    if os.path.lexists(path):
        return path
    error = NoProfileError if path == default_path else ConfigError
    raise error(
        f"there is no configuration at {path}",
        hint="`zsiso init` writes one to start from; `zsiso candidates --mock` needs none",
    )


def load(path: Path) -> Configuration:
    """Read the configuration at ``path``; a ``ConfigError`` says where it is wrong."""
    # Here and not above: the help and the completion do without it (tests/test_imports.py).
    import tomli

    try:
        document = tomli.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start})") from error
    except tomli.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}", hint="see https://toml.io for how TOML is written") from error
    except RecursionError as error:
        raise ConfigError(f"{path} is not a configuration: it nests too deep") from error
    top = _Table(path, "", document)
    top.refuse_unknown(_TOP_KEYS)
    return Configuration(path, top.text("default_profile"), top.table("profiles"))


@dataclass(frozen=True)
class _Table:
    """A TOML table, and where it stands, for messages that say so."""

    source: Path | str
    key: str
    value: Any
    names: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise ConfigError(f"{self.source}: {self.key} must be a table, not {_kind(self.value)}")

    def profile(self, name: str | None) -> Profile:
        self.refuse_unknown(_PROFILE_KEYS)
        return Profile(
            name=name,
            url=self.url(),
            credentials=self.credentials(),
            timeout=self.seconds("timeout", DEFAULT_TIMEOUT),
            system_tags=self.texts("system_tags"),
            user_tags=self.texts("user_tags"),
        )

    def refuse_unknown(self, known: tuple[str, ...]) -> None:
        for key in self.value:
            if key not in known:
                raise self.error(
                    key, "is not a key zsiso knows", hint=did_you_mean(key, known) or f"keys here: {', '.join(known)}"
                )

    def error(self, key: str, what: str, *, hint: str | None = None) -> ConfigError:
        if self.names is not None:
            return ConfigError(f"{self.names[key]} {what}", hint=hint)
        full = f"{self.key}.{key}" if self.key else key
        return ConfigError(f"{self.source}: {full} {what}", hint=hint)

    def text(self, key: str) -> str | None:
        value = self.value.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self.error(key, f"must be a string, not {_kind(value)}")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.value.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.error(key, f"must be a list of strings, not {_kind(value)}")

    def table(self, key: str) -> Mapping[str, object]:
        value = self.value.get(key, {})
        if isinstance(value, dict):
            return value
        raise self.error(key, f"must be a table, not {_kind(value)}")

    def seconds(self, key: str, default: float) -> float:
        value = self.value.get(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf:
            return float(value)
        raise self.error(key, "must be a number of seconds greater than 0")

    def url(self) -> str:
        url = self.text("url")
        if url is None:
            raise self.error(
                "url", "is missing", hint='add the management node\'s address, as url = "http://10.0.0.5:8080"'
            )
        try:
            return base_url(url)
        except ValueError as error:
            raise self.error("url", f"{error}", hint="a url looks like https://zstack.example.com:8080") from None

    def credentials(self) -> Credentials | None:
        session = self.text("session")
        if session is None:
            return None
        if not header_safe(session):
            raise self.error("session", "is empty, or has a character that a session UUID can't have")
        return Session(Secret(session))


def _kind(value: object) -> str:
    kinds = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date")


def base_url(url: str) -> str:
    """Return ``url`` as every call begins: ``/zstack`` added where it has no path.

    Raises:
        ValueError: not an http(s) URL of a host and a path alone. The text says
            what must be so, and never repeats the URL: it may hold a password.
    """
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise ValueError("must have no space, backslash or control character")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be a URL with a valid host and port") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("must have no user name or password in it")
    if "?" in url or "#" in url:
        raise ValueError("must have no query and no fragment")
    if not host or port == 0:
        raise ValueError("must name a host, and a port from 1 to 65535 if any")
    path = parts.path.rstrip("/") or CONTEXT_PATH
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
