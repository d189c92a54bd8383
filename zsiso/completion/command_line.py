"""What is typed so far behind a command: the values that are finished, and what the unfinished word is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from typer.core import TyperArgument, TyperOption

if TYPE_CHECKING:
    from zsiso.cli.command import Command


class CommandLine(NamedTuple):
    """A command line up to the cursor.

    Args:
        values: the finished values by the name of their parameter; a list for a repeatable option.
        incomplete: the part of the unfinished word that a suggestion replaces.
        prefix: the part before it, which stays: ``--output=`` of ``--output=js``.
        parameter: the parameter that ``incomplete`` is a value of; None where there is none.
        is_option: whether the unfinished word is the name of an option.
    """

    values: dict[str, Any]
    incomplete: str
    prefix: str = ""
    parameter: TyperOption | TyperArgument | None = None
    is_option: bool = False


def parse_command_line(command: Command, words: Sequence[str]) -> CommandLine:
    """Return what the words typed behind a command are; the last word is the unfinished one.

    A word that the command does not accept is skipped: the command reports it when it runs.
    """
    parser = _Parser(command)
    *finished, unfinished = words
    for word in finished:
        parser.read_word(word)
    return parser.read_unfinished(unfinished)


class _Parser:
    """Reads the words of a command line in their order, as Typer does when the command runs."""

    def __init__(self, command: Command) -> None:
        parameters = command.list_parameters()
        self._options = {
            name: parameter
            for parameter in parameters
            if isinstance(parameter, TyperOption)
            for name in (*parameter.opts, *parameter.secondary_opts)
        }
        self._arguments = [parameter for parameter in parameters if isinstance(parameter, TyperArgument)]
        self._values: dict[str, Any] = {}
        # The option that takes the next word as its value.
        self._pending: TyperOption | None = None
        self._options_ended = False

    def read_word(self, word: str) -> None:
        """Read a word that is finished."""
        if self._pending is not None:
            self._store(self._pending, word)
            self._pending = None
        elif self._is_argument(word):
            if self._arguments:
                self._store(self._arguments.pop(0), word)
        elif word == "--":
            self._options_ended = True
        else:
            self._read_options(word)

    def read_unfinished(self, word: str) -> CommandLine:
        """Return the command line that ends with this word."""
        if word.startswith("-") and not self._options_ended:
            return self._read_unfinished_option(word)
        argument = self._arguments[0] if self._arguments else None
        return CommandLine(self._values, word, parameter=self._pending or argument)

    def _is_argument(self, word: str) -> bool:
        return self._options_ended or word == "-" or not word.startswith("-")

    def _read_options(self, word: str) -> None:
        for name, value in self._split_options(word):
            option = self._options[name]
            if option.is_flag:
                self._store(option, name in option.opts)
            elif value is None:
                self._pending = option
            else:
                self._store(option, value)

    def _read_unfinished_option(self, word: str) -> CommandLine:
        name, value = ([*self._split_options(word)] or [(word, None)])[-1]
        if value is None or self._options[name].is_flag:
            return CommandLine(self._values, word, is_option=True)
        return CommandLine(self._values, value, word.removesuffix(value), self._options[name])

    def _split_options(self, word: str) -> Iterator[tuple[str, str | None]]:
        """Give the name of each option in a word, and its value if the word holds that too.

        A word is a long option (``--output``, ``--output=json``), or one or more short ones
        (``-v``, ``-vq``, ``-ojson``).
        """
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            if name in self._options:
                yield name, value if equals else None
            return
        for end, letter in enumerate(word[1:], start=2):
            name = f"-{letter}"
            if name not in self._options:
                return
            if not self._options[name].is_flag:
                yield name, word[end:] or None
                return
            yield name, None

    def _store(self, parameter: TyperOption | TyperArgument, value: object) -> None:
        name = parameter.name or ""
        if isinstance(parameter, TyperOption) and parameter.multiple:
            self._values.setdefault(name, []).append(value)
        else:
            self._values[name] = value
