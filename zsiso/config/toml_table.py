"""Keys and values from a file or the environment, read one by one, and where each stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zsiso.errors import ConfigError
from zsiso.text import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class ConfigTable:
    """Keys and values, and where they stand, for messages that say so.

    Args:
        value: what stands there; anything but a table is refused.
        file: the file it stands in, None for the environment.
        key: the table's own key in the file, empty for the top.
        variables: the variable that each key came from, in the environment.
    """

    value: Any
    file: Path | None
    key: str = ""
    variables: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise ConfigError(f"{self.file}: {self.key} must be a table, not {_type_name(self.value)}")

    def where(self, key: str) -> str:
        """Return what to call the value of ``key`` in a message."""
        if self.variables is not None:
            return self.variables[key]
        return f"{self.file}: {self.key}.{key}" if self.key else f"{self.file}: {key}"

    def error(self, key: str, what: str, *, hint: str | None = None) -> ConfigError:
        """Return the error that the value of ``key`` is."""
        if hint is None and self.variables is not None:
            hint = "set the variable right, or unset it"
        return ConfigError(f"{self.where(key)} {what}", hint=hint)

    def refuse_unknown(self, known: tuple[str, ...]) -> None:
        """Raise a ``ConfigError`` for a key that is not ``known``."""
        for key in self.value:
            if key not in known:
                hint = suggest(key, known) or f"keys here: {', '.join(known)}"
                raise self.error(key, "is not a key zsiso knows", hint=hint)

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
        """Return the boolean at ``key``, false where there is none."""
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

    def count(self, key: str, default: int, *, least: int = 0) -> int:
        """Return the whole number at ``key``, not less than ``least``."""
        value = self.value.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        raise self.error(key, f"must be a whole number, {least} or more")

    def seconds(self, key: str, default: float) -> float:
        """Return the number of seconds at ``key``."""
        value = self.value.get(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf:
            return float(value)
        raise self.error(key, "must be a number of seconds greater than 0")


def _type_name(value: object) -> str:
    kinds = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date")
