"""Removes the secrets of a run from texts that are shown."""

from __future__ import annotations

from typing import NamedTuple

from zsiso import text

# A shorter secret would be found inside ordinary words.
_MIN_SECRET_LENGTH = 4


class Redactor(NamedTuple):
    """Replaces secrets by ``***``.

    Args:
        secrets: the values that no message may show.
    """

    secrets: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Redactor({len(self.secrets)} secrets)"

    def redact(self, message: str) -> str:
        """Return ``message`` with ``***`` in place of each secret."""
        # The longest first: a secret may be a part of another.
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) >= _MIN_SECRET_LENGTH:
                message = message.replace(secret, "***")
        return message

    def excerpt(self, message: str) -> str:
        """Return the beginning of ``message`` on one line, without secrets, at most 600 characters."""
        return text.one_line_excerpt(self.redact(message))
