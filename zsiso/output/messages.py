"""Messages as text: wrapped to a terminal's width, the label they begin with in colour."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from zsiso.errors import ZsisoError
from zsiso.output.display_width import display_width
from zsiso.output.terminal import Terminal
from zsiso.text import escape_hidden

_LABEL_STYLES = {
    "zsiso:": "bold red",
    "warning:": "bold yellow",
    "hint:": "cyan",
    # Those of `zsiso doctor`.
    "ok": "green",
    "warning": "yellow",
    "FAILED": "red",
    "skipped": "dim",
    "fix:": "cyan",
}
# Indents give way to it on a narrow terminal.
_MIN_TEXT_WIDTH = 24
_MIN_INDENT = 2
_GAP_AND_WORD = "( *)([^ ]+)"


class MessageLine(NamedTuple):
    """One line of a message, before it is wrapped.

    Args:
        text: what it says, not yet cleaned.
        label: the word before the text, which has a colour of its own.
        label_width: cells that the label is filled up to; the text follows after one blank.
        indent: blanks before all of it.
        hanging: blanks before the lines that continue it; None for as many as stand before the text.
    """

    text: str
    label: str = ""
    label_width: int = 0
    indent: int = 0
    hanging: int | None = None


def error_lines(error: ZsisoError) -> list[MessageLine]:
    """Return an error as lines: what happened, the details beneath, the next step last."""
    lines = [MessageLine(error.message, "zsiso:"), *(MessageLine(detail, indent=2) for detail in error.details)]
    if error.hint is not None:
        lines.append(MessageLine(error.hint, "hint:"))
    return lines


def format_message(lines: Iterable[MessageLine], terminal: Terminal) -> str:
    """Return lines as clean text that ends in a newline.

    Where the terminal has a width, a line is wrapped at its blanks, and continued beneath the
    beginning of its text. A word, a URL or a UUID is never broken: one that
    is too long overflows.
    """
    return "".join(_format_line(line, terminal) for line in lines)


def _format_line(line: MessageLine, terminal: Terminal) -> str:
    label = f"{line.label:<{line.label_width}} " if line.label else ""
    text = label + terminal.cell(escape_hidden(line.text))
    wrapped = " " * line.indent + text
    if terminal.width is not None:
        # Text without a label is continued with an indent, which the next message does not have.
        hanging = line.indent + (len(label) or _MIN_INDENT) if line.hanging is None else line.hanging
        wrapped = _wrap(text, terminal.width, line.indent, hanging)
    if line.label:
        # The escape codes are added last: they take no cells, and nothing of them is escaped.
        wrapped = wrapped.replace(line.label, terminal.paint(line.label, _LABEL_STYLES[line.label]), 1)
    return f"{wrapped}\n"


def _wrap(text: str, width: int, indent: int, hanging: int) -> str:
    """Return ``text`` as lines of at most ``width`` cells, as far as its words allow."""
    if width - hanging < _MIN_TEXT_WIDTH:
        indent, hanging = min(indent, _MIN_INDENT), _MIN_INDENT
    line, *others = re.findall(_GAP_AND_WORD, text) or [("", "")]
    lines = [" " * indent + "".join(line)]
    for gap, word in others:
        # After a label alone, the word would begin no further to the left on a new line.
        if display_width(extended := lines[-1] + gap + word) <= width or display_width(lines[-1]) <= hanging:
            lines[-1] = extended
        else:
            lines.append(" " * hanging + word)
    return "\n".join(lines)
