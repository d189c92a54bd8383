"""Numbers of examples that depend on the hypothesis profile."""

from __future__ import annotations

from hypothesis import settings


def scaled_examples(number: int) -> settings:
    """Return settings with ``number`` examples in the profile ci, and a proportional number in other profiles."""
    return settings(max_examples=scaled(number))


def scaled(number: int) -> int:
    """Return the number in the current profile, at least 1, when it is ``number`` in the profile ci."""
    assert settings.default is not None
    return max(1, number * settings.default.max_examples // 100)
