"""A table of keys and values: from the configuration file, or made of environment variables."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zsiso.errors import ConfigError
from zsiso.text import suggest

# TOML's integers have 64 bits.
_MAX_INTEGER = 2**63 - 1


@dataclass(frozen=True)
class ConfigTable:
    """A table of keys and values, each read by its type.

    Every method that reads a value raises a ``ConfigError`` for a value of another type; the
    message says which key of which file, or which variable.

    Args:
        value: the table; any other value is rejected.
        file: the file that holds it, None for the environment.
        key: the key of the table itself in the file, empty for the top of the file.
        variables: the environment variable of each key, None for a file.
    """

    value: Any
    file: Path | None
    key: str = ""
    variables: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise ConfigError(f"{self.file}: {self.key} must be a table, not {_type_name(self.value)}")

    def where(self, key: str) -> str:
        """Return what a message calls the value of ``key``."""
        if self.variables is not None:
            return self.variables[key]
        return f"{self.file}: {self.key}.{key}" if self.key else f"{self.file}: {key}"

    def error(self, key: str, problem: str, *, hint: str | None = None) -> ConfigError:
        """Return the error for a wrong value of ``key``; ``problem`` goes on after the name of the key."""
        if hint is None and self.variables is not None:
            hint = "correct the variable, or unset it"
        return ConfigError(f"{self.where(key)} {problem}", hint=hint)

    def name_of(self, key: str) -> str:
        """Return what a message about another key of this table calls ``key``."""
        return key if self.variables is None else self.variables.get(key, f"the variable for {key}")

    def sources(self) -> Mapping[str, str]:
        """Return where each value is from, by its key: the path of the file, or the variable."""
        return {key: (self.variables or {}).get(key, str(self.file)) for key in self.value}

    @property
    def folder(self) -> Path:
        """The folder where relative paths start: that of the file, or the working directory."""
        return self.file.parent if self.file is not None else Path()

    def reject_unknown(self, known: tuple[str, ...]) -> None:
        """Raise a ``ConfigError`` for a key that is not ``known``."""
        for key in self.value:
            if key not in known:
                hint = suggest(key, known) or f"known keys: {', '.join(known)}"
                raise self.error(key, "is an unknown key", hint=hint)

    def text(self, key: str) -> str | None:
        """Return the string at ``key``, None where there is none."""
        value = self.value.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self.error(key, f"must be a string, not {_type_name(value)}")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the strings in the list at ``key``, none where there is no list."""
        value = self.value.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.error(key, "must be a list of strings")

    def switch(self, key: str) -> bool:
        """Return the boolean at ``key``, False where there is none."""
        value = self.value.get(key, False)
        if isinstance(value, bool):
            return value
        raise self.error(key, f"must be true or false, not {_type_name(value)}")

    def table(self, key: str) -> Mapping[str, object]:
        """Return the table at ``key``, an empty one where there is none."""
        value = self.value.get(key, {})
        if isinstance(value, dict):
            return value
        raise self.error(key, f"must be a table, not {_type_name(value)}")

    def count(self, key: str, default: int, *, minimum: int = 0) -> int:
        """Return the whole number at ``key``, ``minimum`` or more; ``default`` where there is none."""
        value = self.value.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
            raise self.error(key, f"must be a whole number, {minimum} or more")
        if value > _MAX_INTEGER:
            raise self.error(key, f"must be at most {_MAX_INTEGER}")
        return value

    def seconds(self, key: str, default: float) -> float:
        """Return the number of seconds at ``key``, greater than 0; ``default`` where there is none."""
        value = self.value.get(key, default)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not value > 0 or value == math.inf:
            raise self.error(key, "must be a number of seconds greater than 0")
        if value > sys.float_info.max:
            raise self.error(key, "must be a smaller number of seconds")
        return float(value)


def _type_name(value: object) -> str:
    names = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}
    # TOML has one other type.
    return names.get(type(value), "a date")
