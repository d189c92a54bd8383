"""From the line that is typed in bash to its words, and from a suggestion to what bash puts in place of a word."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from typing import NamedTuple

# A redirection, possibly with its number; the end of a command; a word, whose last quote may be open.
_SHELL_SYNTAX = r"""
    (?P<redirection>[0-9]*(?:&>>?|<{1,3}&?|>>?[&|]?|<>))
    |(?P<end>[|&;()\n]+)
    |(?P<word>(?:\\.|'[^']*(?:'|$)|"(?:\\.|[^"\\])*\\?(?:"|$)|\\$|[^\s|&;()<>'"\\])+)
"""
_SPECIAL = r"([^\w@%+=:,./-])"
_SPECIAL_IN_DOUBLE_QUOTES = r'([\\"$`])'


class TypedLine(NamedTuple):
    """A line of a shell up to the cursor.

    Args:
        words: the words behind the command, without redirections; the last is unfinished, and may be empty.
        unfinished: the unfinished word as it is typed, with its quotes.
        is_redirected: whether the unfinished word is the file of a redirection.
    """

    words: list[str]
    unfinished: str
    is_redirected: bool


def parse_line(line: str) -> TypedLine:
    """Return the words of the command at the end of the line."""
    words: list[str] = []
    is_redirected, unfinished = False, ""
    for token in re.finditer(_SHELL_SYNTAX, line, re.VERBOSE | re.DOTALL):
        if token["end"]:
            words, is_redirected = [], False
        elif token["redirection"]:
            is_redirected = True
        elif token.end() == len(line):
            unfinished = token[0]
        elif is_redirected:
            is_redirected = False
        else:
            words.append(unquote(token[0])[0])
    # Words before the command set environment variables for it.
    command_index = next((index for index, word in enumerate(words) if "=" not in word), 0)
    return TypedLine([*words[command_index + 1 :], unquote(unfinished)[0]], unfinished, is_redirected)


def unquote(word: str) -> tuple[str, str]:
    """Return a word without its quotes, and the quote that is still open at its end, if any."""
    backslashes = len(word) - len(word.rstrip("\\"))
    # A last backslash stands before a character that is not typed yet.
    word = word[:-1] if backslashes % 2 else word
    for quote in ("", "'", '"'):
        with suppress(ValueError):
            return "".join(shlex.split(word + quote)), quote
    return word, ""


def quote_for_bash(text: str, quote: str) -> str:
    """Return ``text`` as bash reads it behind an open ``quote``, or behind none."""
    if quote == "'":
        return text.replace("'", r"'\''")
    return re.sub(_SPECIAL_IN_DOUBLE_QUOTES if quote else _SPECIAL, r"\\\1", text)
