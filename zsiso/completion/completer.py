"""What zsiso suggests for the words typed so far.

A shell's script runs zsiso with the environment variable ``_ZSISO_COMPLETE`` set to one of

* ``words``: the arguments are the words typed after the command, the last of them unfinished;
* ``bash``: the arguments are the whole line typed so far, and the part of its last word that
  bash replaces, which begins behind the last character of COMP_WORDBREAKS.

zsiso writes a line for each suggestion: kind (``plain``, or ``file`` where the shell is to
complete a file name), value and description, with a tab between them. For bash, a value is
quoted, and only what replaces the part; the kind ``file-after`` stands for a file name behind
the value, and the description is the unfinished name. It writes nothing that a shell evaluates.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from zsiso.cli.help import OPTIONS, shorten_line
from zsiso.cli.registry import SUMMARIES, load_command
from zsiso.output import stdout

if TYPE_CHECKING:
    from zsiso.cli.command import Command
    from zsiso.completion.command_line import CommandLine

# Columns of a description, as wide as Typer makes them for the options of a command.
_DESCRIPTION_WIDTH = 45


class Suggestion(NamedTuple):
    """One way to complete the unfinished word."""

    value: str
    description: str = ""
    kind: str = "plain"

    def __str__(self) -> str:
        return f"{self.kind}\t{self.value}\t{self.description}".rstrip("\t")


def complete_words(form: str, arguments: Sequence[str]) -> str:
    """Return the lines that a shell's script reads.

    Args:
        form: what the arguments are, ``words`` or ``bash``.
        arguments: the words typed after ``zsiso``, or the line and the part to replace.
    """
    suggestions = _suggest_for_bash(*arguments) if form == "bash" else _suggest(*(arguments or [""]))
    terminal = stdout.terminal(os.environ)
    return "".join(f"{suggestion}\n" for suggestion in suggestions if terminal.can_encode(suggestion.value))


def _suggest_for_bash(line: str, part: str) -> Iterator[Suggestion]:
    from zsiso.completion.words import parse_line, quote_for_bash, unquote

    typed = parse_line(line)
    if typed.is_redirected:
        yield _file_for_bash(part.removesuffix(typed.unfinished), typed.words[-1])
        return
    # What bash keeps of the word.
    before, quote = unquote(typed.unfinished.removesuffix(part))
    for suggestion in _suggest(*typed.words):
        value = suggestion.value.removeprefix(before)
        if suggestion.kind == "file":
            option, equals, path = value.partition("=") if value.startswith("-") else ("", "", value)
            yield _file_for_bash(option + equals, path)
        else:
            yield suggestion._replace(value=quote_for_bash(value, quote))


def _file_for_bash(before: str, path: str) -> Suggestion:
    """Return the suggestion of a file; ``before`` is what stands before its path in the part that bash replaces."""
    return Suggestion(before, path, "file-after") if before else Suggestion(path, kind="file")


def _suggest(first: str, *others: str) -> Iterable[Suggestion]:
    if not others:
        return _suggest_first_word(first)
    return _suggest_parameters(load_command(first), others) if first in SUMMARIES else ()


def _suggest_first_word(incomplete: str) -> Iterator[Suggestion]:
    """Give the commands, or the options of zsiso itself, that begin with what is typed."""
    options = {option: line for names, line in OPTIONS.items() for option in names.split(", ")}
    known = options if incomplete.startswith("-") else SUMMARIES
    for word, line in known.items():
        if word.startswith(incomplete):
            yield Suggestion(word, shorten_line(line, _DESCRIPTION_WIDTH))


# -- behind a command ---------------------------------------------------------


def _suggest_parameters(command: Command, words: Sequence[str]) -> Iterator[Suggestion]:
    from zsiso.completion.command_line import parse_command_line

    line = parse_command_line(command, words)
    suggestions = _suggest_options(command, line) if line.is_option else _suggest_values(command, line)
    for suggestion in suggestions:
        yield suggestion._replace(value=f"{line.prefix}{suggestion.value}")


def _suggest_options(command: Command, line: CommandLine) -> Iterator[Suggestion]:
    """Give the options that begin with what is typed, but for those that are given already."""
    for parameter in command.list_parameters():
        is_given = parameter.name in line.values and not parameter.multiple
        for name in (*parameter.opts, *parameter.secondary_opts):
            if name.startswith(line.incomplete) and not is_given:
                yield Suggestion(name, getattr(parameter, "help", None) or "")


def _suggest_values(command: Command, line: CommandLine) -> Iterator[Suggestion]:
    if line.parameter is None:
        return
    suggest = command.suggesters.get(line.parameter.name or "")
    if suggest is not None:
        for value, description in suggest(line.values, line.incomplete):
            yield Suggestion(value, description)
    elif line.parameter.type.name == "path":
        yield Suggestion(line.incomplete, kind="file")
    for choice in getattr(line.parameter.type, "choices", ()):
        if choice.startswith(line.incomplete):
            yield Suggestion(choice)
