"""The command line as a whole: which commands there are, and how a run of one ends."""

from __future__ import annotations

import io
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from zsiso import __version__, stderr
from zsiso.commands.candidates import candidates
from zsiso.commands.completion import completion
from zsiso.commands.doctor import doctor
from zsiso.commands.init import init
from zsiso.commands.isos import isos
from zsiso.commands.login import login
from zsiso.commands.logout import logout
from zsiso.commands.mock import mock
from zsiso.commands.profiles import profiles
from zsiso.errors import ClosedPipeError, ExitCode, UnexpectedAnswerError, UsageError, ZsisoError
from zsiso.help import GroupedCommand, GroupedCommands

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXIT_CODES = f"Exit codes: {'; '.join(f'{code.value} {code.meaning}' for code in ExitCode)}."

# rich_markup_mode: with it, help would load rich. The traceback of a bug is
# Python's own, which shows no local variables.
app = typer.Typer(
    cls=GroupedCommands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True, epilog=_EXIT_CODES)
def _zsiso(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    """Which VM instances of a ZStack cloud can this ISO be attached to?

    \b
    zsiso candidates --mock
    zsiso candidates rescue-disk --attachable -o csv
    """
    if version:
        typer.echo(f"zsiso {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


_GROUPS = {
    "Ask": (candidates, isos),
    "Set up": (init, profiles, doctor, login, logout, completion),
    "Try without a cloud": (mock,),
}

for _group, _commands in _GROUPS.items():
    for _command in _commands:
        app.command(cls=GroupedCommand, rich_help_panel=_group)(_command)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every message has been written."""
    try:
        return _dispatch(arguments)
    except ClosedPipeError as error:
        return error.exit_code
    except ZsisoError as error:
        failure = error
    except MemoryError:
        failure = UnexpectedAnswerError(
            "the answer is more than there is memory for",
            hint="give zsiso more memory; with a smaller max_body in the profile it ends sooner",
        )
    except RecursionError:
        failure = UnexpectedAnswerError("the answer nests too deep to be shown")
    # Not above: by now what filled the memory is gone.
    stderr.report(failure)
    return failure.exit_code


def _dispatch(arguments: Sequence[str]) -> int:
    from zsiso.render import stdout

    # Typer writes its help and the version here, so that they too leave by the
    # one door to stdout, which knows what a closed pipe and a full disk are.
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            # Typer gives back the code of an Exit, a Ctrl-C's 130 among them.
            code = app(list(arguments), prog_name="zsiso", standalone_mode=False)
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except typer.TyperException as error:
        raise _usage(error) from error
    if said.getvalue():
        stdout.write_text(said.getvalue())
    return code if isinstance(code, int) else ExitCode.DONE


def _usage(error: typer.TyperException) -> UsageError:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "zsiso"
    return UsageError(error.format_message(), hint=f"`{path} --help` shows what it takes")


def complete(form: str, arguments: Sequence[str]) -> int:
    """Answer a shell that completes; a fault of any kind is an answer with nothing in it."""
    from zsiso.completion import answer
    from zsiso.render import stdout

    # The person is in the middle of typing: nothing is said.
    with suppress(Exception):
        stdout.write_text(answer(app, form, arguments))
    return ExitCode.DONE
