"""The command line as a whole: which commands there are, and how a run of one ends."""

from __future__ import annotations

import io
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from zsiso import __version__
from zsiso.errors import ClosedPipeError, ExitCode, UsageError, ZsisoError
from zsiso.help import GroupedCommands
from zsiso.lazy import LazyCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer.core import TyperGroup

_EXIT_CODES = f"Exit codes: {'; '.join(f'{code.value} {code.meaning}' for code in ExitCode)}."

COMMANDS = {
    "Ask": {
        "candidates": "List the VM instances that an ISO can be attached to.",
        "isos": "List the ISO images.",
    },
    "Set up": {
        "init": "Write a configuration to start from.",
        "profiles": "List the profiles in the configuration.",
        "doctor": "Check a profile step by step, with a cure for what is not well.",
        "login": "Log an account in and keep its session for the runs to come.",
        "logout": "End the kept session of an account, on the node and here.",
        "completion": "Print the script that teaches a shell to complete zsiso.",
    },
    "Try without a cloud": {
        "mock": "Run the embedded mock node on loopback until Ctrl-C.",
    },
}
"""The commands by group, each with the first line of its help; ``zsiso.lazy`` says where they are."""


# rich_markup_mode: with it, help would load rich.
app = typer.Typer(
    cls=GroupedCommands,
    add_completion=False,
    rich_markup_mode=None,
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


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every message has been written."""
    try:
        return _dispatch(arguments)
    except ClosedPipeError as error:
        return error.exit_code
    except ZsisoError as error:
        from zsiso import stderr

        stderr.report(error)
        return error.exit_code


def _dispatch(arguments: Sequence[str]) -> int:
    from zsiso.render import stdout

    # Typer writes its help and the version here, so that they too leave by the
    # one door to stdout, which knows what a closed pipe and a full disk are.
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            # Typer gives back the code of an Exit, a Ctrl-C's 130 among them.
            code = _group().main(list(arguments), prog_name="zsiso", standalone_mode=False)
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except typer.TyperException as error:
        raise _usage(error) from error
    if said.getvalue():
        stdout.write_text(said.getvalue())
    return code if isinstance(code, int) else ExitCode.DONE


def _group() -> TyperGroup:
    group = typer.main.get_group(app)
    for heading, commands in COMMANDS.items():
        for name, line in commands.items():
            group.add_command(LazyCommand(name, line, heading))
    return group


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
        stdout.write_text(answer(_group(), form, arguments))
    return ExitCode.DONE
