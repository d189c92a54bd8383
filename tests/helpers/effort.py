"""How much the hypothesis profile in use tries."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> settings:
    """Return settings for ``number`` examples in the profile ci, and in proportion in the others."""
    return settings(max_examples=scaled(number))


def scaled(number: int) -> int:
    """Return what ``number`` of the profile ci is in the profile in use, at least 1."""
    assert settings.default is not None
    return max(1, number * settings.default.max_examples // 100)
