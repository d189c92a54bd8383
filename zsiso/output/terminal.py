"""What a stream is written to: a terminal or not, its width, its encoding, its colours."""

from __future__ import annotations

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


def terminal_width(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    """Return a width in cells: that in COLUMNS, else the terminal's own, else 80."""
    with suppress(ValueError):
        columns = int(environ.get("COLUMNS", ""))
        if columns > 0:
            return columns
    with suppress(OSError, ValueError):
        # A terminal that does not know its width reports 0.
        return (os.get_terminal_size(stream.fileno()).columns if stream is not None else 0) or _DEFAULT_WIDTH
    return _DEFAULT_WIDTH


class Terminal(NamedTuple):
    """What text is drawn for.

    Args:
        width: in cells, None where nothing is cut or wrapped: in a pipe or a file.
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
        colour = bool(environ.get("FORCE_COLOR")) or (terminal and environ.get("TERM") != "dumb")
        return cls(
            width=terminal_width(stream, environ) if terminal else None,
            colour=colour and not environ.get("NO_COLOR"),
            encoding=(stream and stream.encoding) or "utf-8",
        )

    @property
    def unicode(self) -> bool:
        """Whether the encoding has box-drawing characters and an ellipsis."""
        return self.encoding.lower().replace("-", "").startswith("utf")

    @property
    def ellipsis(self) -> str:
        """What stands in place of text that is cut."""
        return "…" if self.unicode else "..."

    def cell(self, text: str) -> str:
        """Return ``text`` with escapes for the characters that the encoding lacks."""
        return text if self.unicode else text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def cells(self, columns: list[Sequence[str]]) -> list[Sequence[str]]:
        """Return the cells of some columns, each as ``cell`` returns it."""
        return columns if self.unicode else [[self.cell(cell) for cell in column] for column in columns]

    def encode(self, text: str) -> bytes:
        """Return ``text`` as bytes, with escapes for the characters that the encoding lacks."""
        return text.encode(self.encoding, "backslashreplace")

    def paint(self, text: str, style: str) -> str:
        """Return ``text``, which is clean, in a style such as ``green`` or ``bold red``; as it is without colours."""
        if not self.colour:
            return text
        codes = ";".join(str(_STYLE_CODES[word]) for word in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"
