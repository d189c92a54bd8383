"""From the arguments of the command line to an exit code; the one place that catches ``ZsisoError``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from zsiso.cli.registry import SUMMARIES, load_command
from zsiso.errors import ClosedPipeError, ExitCode, UnexpectedResponseError, UsageError, ZsisoError

if TYPE_CHECKING:
    from typer import TyperException

_HELP = ("-h", "--help")
_VERSION = "--version"


def run(arguments: Sequence[str]) -> int:
    """Run a command line, write its messages and return its exit code."""
    try:
        return _dispatch(*arguments)
    except ClosedPipeError as error:
        return error.exit_code
    except ZsisoError as error:
        failure = error
    except MemoryError:
        failure = UnexpectedResponseError(
            "not enough memory for the response",
            hint="give zsiso more memory; a smaller max_body in the profile rejects such a response earlier",
        )
    except RecursionError:
        failure = UnexpectedResponseError("the response is nested too deeply")
    from zsiso.output import stderr

    # Not in the except clauses: the exception keeps alive what filled the memory.
    stderr.write_error(failure)
    return failure.exit_code


def _dispatch(first: str = "--help", *others: str) -> int:
    if first in SUMMARIES:
        return _run_command(first, others)
    if first == "--":
        return _dispatch(*others)
    from zsiso.output import stdout

    if first in _HELP:
        stdout.write_text(_overview())
    elif first == _VERSION:
        from zsiso import __version__

        stdout.write_text(f"zsiso {__version__}\n")
    else:
        raise _unknown_word_error(first)
    return ExitCode.SUCCESS


def _overview() -> str:
    import os

    from zsiso.cli.help import format_overview
    from zsiso.output import stdout

    return format_overview(stdout.width(os.environ), stdout.terminal(os.environ))


def _unknown_word_error(word: str) -> UsageError:
    """Return the error for a word that is no command and no option of zsiso, in the words of Typer."""
    from difflib import get_close_matches

    # The value after an = may be a secret.
    option = word.partition("=")[0]
    if option in {*_HELP, _VERSION}:
        message = f"Option {option!r} does not take a value."
    elif word.startswith("-"):
        near = ", ".join(sorted(get_close_matches(option, (*_HELP, _VERSION))))
        message = f"No such option: {option}{f' (Possible options: {near})' if near else ''}"
    else:
        near = ", ".join(map(repr, get_close_matches(word, SUMMARIES)))
        message = f"No such command {word!r}.{f' Did you mean {near}?' if near else ''}"
    return UsageError(message, hint="run `zsiso --help` for the commands")


def _run_command(name: str, arguments: Sequence[str]) -> int:
    import io
    from contextlib import redirect_stdout

    import typer

    from zsiso.output import stdout

    # What Typer writes, the help, goes to stdout by our own module, which handles a closed pipe and a full disk.
    typer_output = io.StringIO()
    try:
        with redirect_stdout(typer_output):
            # Typer returns the code of its Exit, and 130 for Ctrl-C.
            code = load_command(name).main(arguments, prog_name=f"zsiso {name}", standalone_mode=False)
    except typer.Abort as error:
        # Typer takes any EOFError for Ctrl-D, also that of a module whose compiled file is cut short.
        raise error.__cause__ or error from None
    except typer.TyperException as error:
        raise _usage_error(error, f"zsiso {name}") from error
    if typer_output.getvalue():
        stdout.write_text(typer_output.getvalue())
    return code if isinstance(code, int) else ExitCode.SUCCESS


def _usage_error(error: TyperException, command: str) -> UsageError:
    return UsageError(error.format_message(), hint=f"run `{command} --help` for its options")


def complete(form: str, arguments: Sequence[str]) -> int:
    """Write the suggestions for a shell that completes a line; none where anything fails.

    Args:
        form: what the arguments are, as ``completer.complete_words``.
        arguments: the words, or the line.
    """
    from zsiso.completion.completer import complete_words
    from zsiso.output import stdout

    # The user is typing a command: an error message would end up in the middle of it.
    with suppress(Exception):
        stdout.write_text(complete_words(form, arguments))
    return ExitCode.SUCCESS
