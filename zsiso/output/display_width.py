"""How many cells of a terminal a text takes: one a letter, two a wide (CJK) character, none a combining mark."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def display_width(text: str) -> int:
    """Return the number of cells that ``text``, which is clean, takes."""
    return len(text) if text.isascii() else int(_rich_cells().cell_len(text))


def cut_to_width(text: str, width: int) -> str:
    """Return the beginning of ``text`` that takes at most ``width`` cells."""
    if display_width(text) <= width:
        return text
    return text[: max(width, 0)] if text.isascii() else str(_rich_cells().set_cell_size(text, width))


@cache
def _rich_cells() -> ModuleType:
    # Most text is ASCII, for which rich's tables of widths (12 ms) are not loaded.
    from rich import cells

    return cells
