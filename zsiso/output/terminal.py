"""What stdout is as a screen."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from zsiso.output import stdout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLUMNS = 80


class Terminal(NamedTuple):
    """What is drawn for; ``width`` in cells, None where nothing may be cut."""

    width: int | None
    colour: bool
    encoding: str

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Terminal:
        """Return the screen that stdout is, colours as NO_COLOR and FORCE_COLOR want them."""
        terminal = stdout.is_terminal()
        colour = bool(environ.get("FORCE_COLOR")) or (terminal and environ.get("TERM") != "dumb")
        return cls(
            # A terminal that does not know its width says 0, which Python 3.10 passes on.
            width=(shutil.get_terminal_size().columns or _COLUMNS) if terminal else None,
            colour=colour and not environ.get("NO_COLOR"),
            encoding=stdout.encoding(),
        )

    @property
    def unicode(self) -> bool:
        """Whether the encoding has rules and an ellipsis."""
        return self.encoding.lower().replace("-", "").startswith("utf")

    def cell(self, text: str) -> str:
        """Return ``text`` as this screen's encoding can show it."""
        return text if self.unicode else text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def cells(self, columns: list[Sequence[str]]) -> list[Sequence[str]]:
        """Return the cells of some columns, each as ``cell`` gives it."""
        return columns if self.unicode else [[self.cell(cell) for cell in column] for column in columns]

    def encoded(self, text: str) -> bytes:
        """Return ``text`` as bytes of this screen's encoding."""
        return text.encode(self.encoding, "backslashreplace")
