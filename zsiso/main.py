"""The command line as a whole: what its first word asks for, and how a run ends."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from zsiso.cli.registry import SUMMARIES, load_command
from zsiso.errors import ClosedPipeError, ExitCode, UnexpectedResponseError, UsageError, ZsisoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer import TyperException

_HELP = ("-h", "--help")
_VERSION = "--version"


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every message has been written."""
    try:
        return _dispatch(*arguments)
    except ClosedPipeError as error:
        return error.exit_code
    except ZsisoError as error:
        failure = error
    except MemoryError:
        failure = UnexpectedResponseError(
            "the answer is more than there is memory for",
            hint="give zsiso more memory; with a smaller max_body in the profile it ends sooner",
        )
    except RecursionError:
        failure = UnexpectedResponseError("the answer nests too deep to be shown")
    from zsiso.output import stderr

    # Not above: by now what filled the memory is gone.
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
    return ExitCode.DONE


def _overview() -> str:
    from shutil import get_terminal_size

    from zsiso.cli.help import format_overview

    return format_overview(get_terminal_size().columns)


def _unknown_word_error(word: str) -> UsageError:
    """Return the error that a word is which is neither a command nor an option; it says so as Typer would."""
    from difflib import get_close_matches

    # What stands behind an = may be a secret.
    option = word.partition("=")[0]
    if option in {*_HELP, _VERSION}:
        what = f"Option {option!r} does not take a value."
    elif word.startswith("-"):
        near = ", ".join(sorted(get_close_matches(option, (*_HELP, _VERSION))))
        what = f"No such option: {option}{f' (Possible options: {near})' if near else ''}"
    else:
        near = ", ".join(map(repr, get_close_matches(word, SUMMARIES)))
        what = f"No such command {word!r}.{f' Did you mean {near}?' if near else ''}"
    return UsageError(what, hint="`zsiso --help` shows what it takes")


def _run_command(name: str, arguments: Sequence[str]) -> int:
    import io
    from contextlib import redirect_stdout

    import typer

    from zsiso.output import stdout

    # Typer writes its help here, so that it too leaves by the one door to stdout,
    # which knows what a closed pipe and a full disk are.
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            # Typer gives back the code of an Exit, a Ctrl-C's 130 among them.
            code = load_command(name).main(arguments, prog_name=f"zsiso {name}", standalone_mode=False)
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except typer.TyperException as error:
        raise _usage_error(error, f"zsiso {name}") from error
    if said.getvalue():
        stdout.write_text(said.getvalue())
    return code if isinstance(code, int) else ExitCode.DONE


def _usage_error(error: TyperException, command: str) -> UsageError:
    return UsageError(error.format_message(), hint=f"`{command} --help` shows what it takes")


def complete(form: str, arguments: Sequence[str]) -> int:
    """Answer a shell that completes; a fault of any kind is an answer with nothing in it."""
    from zsiso.completion.completer import complete_words
    from zsiso.output import stdout

    # The person is in the middle of typing: nothing is said.
    with suppress(Exception):
        stdout.write_text(complete_words(form, arguments))
    return ExitCode.DONE
