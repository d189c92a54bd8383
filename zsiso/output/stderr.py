"""The only writer of stderr: errors, warnings, notes, prompts, traces and the status line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from zsiso.errors import ZsisoError
from zsiso.output import messages
from zsiso.output.display_width import cut_to_width
from zsiso.output.encoder import encode_for
from zsiso.output.messages import MessageLine
from zsiso.output.terminal import Terminal, is_terminal, own_width
from zsiso.text import escape_hidden

# Move to the beginning of the line and erase it.
_ERASE_LINE = "\r\x1b[K"


class Notes(NamedTuple):
    """Writes what is worth knowing beside the result; nothing when ``quiet``."""

    quiet: bool = False

    def write(self, note: str) -> None:
        """Write a note, on a terminal or not."""
        if not self.quiet:
            _write_message([MessageLine(note)])

    def write_hidden(self, columns: Sequence[str], hint: str) -> None:
        """Write which columns the window is too narrow for, if any, and what shows them."""
        if columns:
            self.write(f"hidden: {', '.join(columns)} ({hint})")

    def write_on_terminal(self, note: str) -> None:
        """Write a note if stderr is a terminal."""
        if is_terminal(sys.stderr):
            self.write(note)


class Status:
    """One line on a terminal that says what the command waits for; it is erased when the wait is over.

    Args:
        environ: the environment variables.
        enabled: whether to show it; it is shown only on a terminal that can erase it, and only
            while the command is in the foreground: behind ``&``, the line belongs to the shell.
    """

    def __init__(self, environ: Mapping[str, str], *, enabled: bool) -> None:
        self._enabled = enabled and is_terminal(sys.stderr) and environ.get("TERM") != "dumb"
        self._is_shown = False

    def show(self, text: str) -> None:
        """Show ``text`` in place of what was shown before."""
        if self._enabled and _is_in_foreground():
            # A line as wide as the terminal would move the cursor to the next one.
            width = own_width(sys.stderr) - 1
            _write(f"{_ERASE_LINE}{cut_to_width(escape_hidden(text), width)}")
            self._is_shown = True

    def clear(self) -> None:
        """Erase the line."""
        if self._is_shown and _is_in_foreground():
            _write(_ERASE_LINE)
        self._is_shown = False


def _is_in_foreground() -> bool:
    """Return whether this process may draw on the terminal of stderr."""
    try:
        return os.tcgetpgrp(sys.stderr.fileno()) == os.getpgrp()
    except OSError:
        # It is the terminal of another session, which has no jobs of this one.
        return True


def write_error(error: ZsisoError) -> None:
    """Write an error: what happened, the details beneath, the next step last."""
    _write_message(messages.error_lines(error))


def write_warning(warning: str) -> None:
    """Write a warning, which ``--quiet`` does not hide."""
    _write_message([MessageLine(warning, "warning:")])


def write_prompt(question: str) -> None:
    """Write a question; the answer is typed behind it."""
    _write(escape_hidden(question))


def write_trace(line: str) -> None:
    """Write one line about a request or a response, never wrapped."""
    write_lines([line])


def write_lines(lines: Iterable[str]) -> None:
    """Write lines, cleaned and never wrapped."""
    _write("".join(f"{escape_hidden(line)}\n" for line in lines))


def _write_message(lines: Iterable[MessageLine]) -> None:
    _write(messages.format_message(lines, Terminal.of(sys.stderr, os.environ)))


def _write(text: str) -> None:
    """Write clean text; where stderr is closed or broken, the exit code alone tells what happened."""
    if sys.stderr is None:
        return
    data = encode_for(sys.stderr, text)
    # Not through Python's own buffer, which would write again at exit, and change the exit code.
    with suppress(OSError):
        while data:
            data = data[os.write(sys.stderr.fileno(), data) :]
