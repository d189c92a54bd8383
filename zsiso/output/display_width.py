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


def cut_middle(text: str, width: int, ellipsis: str) -> str:
    """Return ``text`` in at most ``width`` cells, with the ellipsis in place of its middle where it is longer.

    Long names often begin alike and differ at the end.
    """
    if display_width(text) <= width:
        return text
    room = max(width - len(ellipsis), 0)
    end = _end_of_width(text, room // 2)
    start = cut_to_width(text, room - display_width(end))
    return f"{start.rstrip()}{ellipsis}{end.lstrip()}"


def _end_of_width(text: str, width: int) -> str:
    """Return the end of ``text`` that takes at most ``width`` cells, without a mark that belongs to what is before."""
    start = len(text)
    if text.isascii():
        return text[max(start - width, 0) :]
    while start and display_width(text[start - 1 :]) <= width:
        start -= 1
    while start < len(text) and not display_width(text[start]):
        start += 1
    return text[start:]


@cache
def _rich_cell_len() -> Callable[[str], int]:
    # Most text is ASCII, for which rich's tables of widths (12 ms) are not loaded.
    from rich.cells import cell_len

    return cell_len
