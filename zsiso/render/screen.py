"""What stdout is as a screen, and how rich draws on it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

from rich.console import Console

from zsiso.render import stdout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

# Wider than any line: rich cuts or wraps what a pipe must get whole.
_UNBOUNDED = 1_000_000
_COLUMNS = 80


@dataclass(frozen=True)
class Screen:
    """What is drawn for; ``width`` in cells, None where nothing may be cut."""

    width: int | None
    colour: bool
    encoding: str

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Screen:
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


def drawn(renderable: RenderableType, screen: Screen, width: int | None = None) -> str:
    """Return what rich draws as lines of text, wrapped at ``width`` cells or not at all."""
    # rich draws guides and boxes in ASCII where the file's encoding has no others.
    file = TextIOWrapper(BytesIO(), screen.encoding, "backslashreplace", newline="")
    console = Console(
        file=file,
        width=width or _UNBOUNDED,
        height=100,
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        no_color=not screen.colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(renderable, crop=False, soft_wrap=width is None, end="")
    # rich fills each line up with spaces; a line ends where its text does.
    file.flush()
    lines = file.buffer.getvalue().decode(screen.encoding).removesuffix("\n").split("\n")
    return "".join(line.rstrip(" ") + "\n" for line in lines)
