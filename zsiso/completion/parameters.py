"""Completion behind a command, by the engine that Typer brings; ``zsiso.completion.shells`` does without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

# Typer exports none of it; its own shell classes on top load rich and make the shell
# evaluate descriptions.
from typer._click.shell_completion import CompletionItem, ShellComplete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer.core import TyperCommand


class ParameterCompleter(ShellComplete):
    """Completes the words typed after a command, the last of them unfinished."""

    name = "zsiso"
    source_template = ""

    def __init__(self, command: TyperCommand, words: Sequence[str]) -> None:
        super().__init__(command, {}, f"zsiso {command.name}", "")
        self._words = list(words)

    def source_vars(self) -> dict[str, object]:
        """Return nothing: the shells' scripts are ours."""
        return {}

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the finished words and the unfinished one."""
        return self._words[:-1], self._words[-1]

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return the ways to go on."""
        # ``--option=value`` is one word to the shell, and comes back as one.
        option, equals, _ = incomplete.partition("=")
        joined = f"{option}=" if equals and option.startswith("--") else ""
        items = super().get_completions(args, incomplete)
        if not items and self._wants_a_file([*args, option] if joined else args):
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(f"{joined}{item.value}", help=item.help) for item in items]

    def _wants_a_file(self, args: list[str]) -> bool:
        return any(
            parameter.type.name == "path" and option in parameter.opts
            for option in args[-1:]
            for parameter in self.cli.params
        )

    def format_completion(self, item: CompletionItem) -> str:
        """Return the line of one of them."""
        return f"{item.type}\t{item.value}\t{item.help or ''}".rstrip("\t")
