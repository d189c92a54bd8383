"""Durations as users write them: seconds, or numbers with units."""

from __future__ import annotations

import re

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)"


def parse_duration(value: str) -> float:
    """Return the seconds in ``30``, ``0.5``, ``30s``, ``500ms``, ``5m``, ``1h`` or ``1m30s``.

    Raises:
        ValueError: ``value`` is none of these.
    """
    if re.fullmatch(f"(?:{_PART})+", value):
        return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_PART, value))
    return float(value)
