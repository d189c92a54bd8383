"""What a stream is written to: a terminal or not, its width, its encoding, its colours."""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TextIO

_DEFAULT_WIDTH = 80
# The codes of "Select Graphic Rendition" (ECMA-48), by the names that rich has for them.
_STYLE_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36}


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; None is a stream that was closed before the start."""
    return stream is not None and stream.isatty()


def is_unicode(encoding: str) -> bool:
    """Return whether an encoding is one of Unicode, under any of its names: ``utf-8``, ``U8``, ``utf_16``."""
    return codecs.lookup(encoding).name.startswith("utf")


def terminal_width(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    """Return a width in cells: that in COLUMNS, else the terminal's own, else 80."""
    return _columns_variable(environ) or own_width(stream)


def own_width(stream: TextIO | None) -> int:
    """Return the width of the terminal that a stream is, in cells; 80 where it has none."""
    with suppress(OSError, ValueError):
        # A terminal that does not know its width reports 0.
        return (os.get_terminal_size(stream.fileno()).columns if stream is not None else 0) or _DEFAULT_WIDTH
    return _DEFAULT_WIDTH


def _columns_variable(environ: Mapping[str, str]) -> int | None:
    with suppress(ValueError):
        columns = int(environ.get("COLUMNS", ""))
        return columns if columns > 0 else None
    return None


def _is_colour_forced(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("FORCE_COLOR")) and not environ.get("NO_COLOR")


class Terminal(NamedTuple):
    """What text is drawn for.

    Args:
        width: in cells, None where nothing is cut or wrapped: in a pipe or a file, unless colours are
            forced and COLUMNS says the width.
        colour: whether it shows colours.
        encoding: of the bytes that it reads.
    """

    width: int | None
    colour: bool
    encoding: str

    @classmethod
    def of(cls, stream: TextIO | None, environ: Mapping[str, str]) -> Terminal:
        """Return what a stream is written to; NO_COLOR, FORCE_COLOR and TERM=dumb decide about colours, in this order.

        An empty variable counts as unset (https://no-color.org, https://force-color.org).
        """
        terminal = is_terminal(stream)
        # With colours, a pipe leads to a terminal: to `less -R`, or to `watch -c`, which sets COLUMNS.
        pager_width = _columns_variable(environ) if _is_colour_forced(environ) else None
        colour = bool(environ.get("FORCE_COLOR")) or (terminal and environ.get("TERM") != "dumb")
        return cls(
            width=terminal_width(stream, environ) if terminal else pager_width,
            colour=colour and not environ.get("NO_COLOR"),
            encoding=(stream and stream.encoding) or "utf-8",
        )

    @property
    def unicode(self) -> bool:
        """Whether the encoding has box-drawing characters and an ellipsis."""
        return is_unicode(self.encoding)

    @property
    def ellipsis(self) -> str:
        """What stands in place of text that is cut."""
        return "…" if self.unicode else "..."

    def can_encode(self, text: str) -> bool:
        """Return whether the encoding has every character of ``text``."""
        return self.cell(text) == text

    def cell(self, text: str) -> str:
        """Return ``text`` with escapes for the characters that the encoding lacks."""
        return text if self.unicode else text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def cells(self, columns: list[Sequence[str]]) -> list[Sequence[str]]:
        """Return the cells of some columns, each as ``cell`` returns it."""
        return columns if self.unicode else [[self.cell(cell) for cell in column] for column in columns]

    def paint(self, text: str, style: str) -> str:
        """Return ``text``, which is clean, in a style such as ``green`` or ``bold red``; as it is without colours."""
        if not self.colour:
            return text
        codes = ";".join(str(_STYLE_CODES[word]) for word in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"
