"""A secret in memory: passed on, never shown."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Secret:
    """A session UUID, a password or a key; its ``repr`` and ``str`` hide it.

    ``reveal()`` is called where a request is authorised and nowhere else.
    """

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __str__(self) -> str:
        return "***"
