"""From the line that is typed to its words, as a shell splits them."""

from __future__ import annotations

import shlex


def split_line(line: str) -> list[str]:
    """Return the words typed after the command; the last of them is the unfinished one, and may be empty."""
    words = _split(line)
    if not words or line[-1:].isspace():
        words.append("")
    # Words before the command set environment variables for it.
    command_index = next((index for index, word in enumerate(words) if "=" not in word), 0)
    return words[command_index + 1 :]


def _split(line: str) -> list[str]:
    """Split a line into words; the last may have a quote that is still open."""
    words: list[str] = []
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words
