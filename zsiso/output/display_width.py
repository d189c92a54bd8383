"""How many cells of a terminal a text takes: one a letter, two a wide (CJK) character, none a combining mark."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache


def display_width(text: str) -> int:
    """Return the number of cells that ``text``, which is clean, takes."""
    return len(text) if text.isascii() else _rich_cell_len()(text)


def cut_to_width(text: str, width: int) -> str:
    """Return the beginning of ``text`` that takes at most ``width`` cells."""
    if display_width(text) <= width:
        return text
    if text.isascii():
        return text[: max(width, 0)]
    from rich.cells import set_cell_size

    return set_cell_size(text, width)


@cache
def _rich_cell_len() -> Callable[[str], int]:
    # Most text is ASCII, for which rich's tables of widths (12 ms) are not loaded.
    from rich.cells import cell_len

    return cell_len
