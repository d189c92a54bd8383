"""The door to stderr: errors and notes, and nothing else, leave through it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from zsiso.text import escape_hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zsiso.errors import ZsisoError


# To the beginning of the line, which is emptied.
_BACK = "\r\x1b[K"
_COLUMNS = 80


class Notes(NamedTuple):
    """Says what is worth knowing beside the result; nothing when ``quiet``."""

    quiet: bool = False

    def say(self, note: str) -> None:
        """Write one line, whoever may read it."""
        if not self.quiet:
            write_lines([note])

    def say_to_a_person(self, note: str) -> None:
        """Write one line if stderr is a terminal."""
        if is_terminal():
            self.say(note)


def is_terminal() -> bool:
    """Tell whether a person may be reading stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


def write_prompt(question: str) -> None:
    """Write a question, whose answer is typed behind it."""
    _write(escape_hidden(question))


class Status:
    """One line on a terminal that says what is waited for, and goes when the wait is over.

    Args:
        wanted: whether anybody wants to see it; it is shown on a terminal that can take it back alone.
    """

    def __init__(self, environ: Mapping[str, str], *, wanted: bool) -> None:
        self._wanted = wanted and is_terminal() and environ.get("TERM") != "dumb"
        self._shown = False

    def show(self, what: str) -> None:
        """Show ``what`` in place of what was shown before."""
        if self._wanted:
            import shutil

            # A terminal that does not know its width says 0, which Python 3.10 passes on.
            width = shutil.get_terminal_size().columns or _COLUMNS
            _write(f"{_BACK}{escape_hidden(what)[: width - 1]}")
            self._shown = True

    def clear(self) -> None:
        """Leave the line as it was."""
        if self._shown:
            _write(_BACK)
            self._shown = False


def write_trace(line: str) -> None:
    """Write one line of what is sent and answered."""
    write_lines([line])


def write_error(error: ZsisoError) -> None:
    """Write an error: what happened, the details beneath, the next step last."""
    lines = [f"zsiso: {error.what}", *(f"  {line}" for line in error.details)]
    if error.hint is not None:
        lines.append(f"hint: {error.hint}")
    write_lines(lines)


def write_lines(lines: Iterable[str]) -> None:
    """Write lines, cleaned; what can't be told any more is not, and the exit code still tells."""
    _write("".join(f"{escape_hidden(line)}\n" for line in lines))


def _write(text: str) -> None:
    if sys.stderr is None:
        return
    shown = text.encode(sys.stderr.encoding, "backslashreplace")
    # Past Python's own buffer, which would try once more at exit, and change the exit code.
    with suppress(OSError):
        while shown:
            shown = shown[os.write(sys.stderr.fileno(), shown) :]
