"""The errors for a command line that is wrong: what is wrong, and what to type instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zsiso.cli.help import OPTIONS
from zsiso.cli.registry import SUMMARIES, load_command
from zsiso.errors import UsageError
from zsiso.text import similar_words

if TYPE_CHECKING:
    from typer import TyperException

_COMMANDS_HINT = "run `zsiso --help` for the commands"
_OWN_OPTIONS = tuple(name for names in OPTIONS for name in names.split(", "))


def unknown_word_error(word: str, others: Sequence[str]) -> UsageError:
    """Return the error for a first word that is no command and no option of zsiso itself.

    Args:
        word: the first word.
        others: the words behind it.
    """
    if not word.startswith("-"):
        return unknown_command_error(word)
    # The value after an = may be a secret.
    option = word.partition("=")[0]
    if option in _OWN_OPTIONS:
        return UsageError(f"Option {option!r} does not take a value.", hint=_COMMANDS_HINT)
    command = next((other for other in others if other in SUMMARIES), None)
    if command is not None:
        names = _option_names(load_command(command).list_parameters())
        # A short option may have its value attached.
        for name in (option, option[:2]):
            if name in names:
                return UsageError(f"{name} must be after the command", hint=f"zsiso {command} {name} ...")
    return _unknown_option_error(option, _OWN_OPTIONS, _COMMANDS_HINT)


def unknown_command_error(word: str) -> UsageError:
    """Return the error for a word that is no command."""
    near = ", ".join(map(repr, similar_words(word, SUMMARIES)))
    return UsageError(f"No such command {word!r}.{f' Did you mean {near}?' if near else ''}", hint=_COMMANDS_HINT)


def typer_error(error: TyperException, command: str) -> UsageError:
    """Return the error for words behind a command that Typer rejects."""
    hint = f"run `zsiso {command} --help` for its options"
    option = getattr(error, "option_name", None)
    if option is not None and hasattr(error, "possibilities"):
        return _unknown_option_error(option, _option_names(load_command(command).list_parameters()), hint)
    return UsageError(error.format_message(), hint=hint)


def _unknown_option_error(option: str, known: Sequence[str], hint: str) -> UsageError:
    near = ", ".join(sorted(similar_words(option, known)))
    return UsageError(f"No such option: {option}{f' (Possible options: {near})' if near else ''}", hint=hint)


def _option_names(parameters: Sequence[Any]) -> tuple[str, ...]:
    return tuple(
        name
        for parameter in parameters
        if parameter.param_type_name == "option"
        for name in (*parameter.opts, *parameter.secondary_opts)
    )
