"""Completion in bash, zsh and fish.

The shell's script runs zsiso with ``_ZSISO_COMPLETE`` set: to ``words``, and the
arguments are the words typed after the command, the last of them unfinished; or to
``line``, and the one argument is the line typed so far. zsiso answers a line for
each way to go on: kind (``plain``, or ``file`` where the shell knows best), value,
description, a tab between them. Nothing that a shell evaluates.

``python -m zsiso.completion completions`` writes the scripts for packagers.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

# Typer brings this engine, but exports none of it; its own shell classes on top
# load rich and make the shell evaluate descriptions.
from typer._click.shell_completion import CompletionItem, ShellComplete, split_arg_string

from zsiso.lazy import LazyCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer.core import TyperGroup

VARIABLE = "_ZSISO_COMPLETE"

_BASH = """\
# Completion of zsiso in bash. Source it, or put it where bash-completion looks.
_zsiso() {
    local kind value description prefix=
    local line=${COMP_LINE:0:COMP_POINT}
    local word=${line##*[[:space:]]}
    # bash takes what follows a colon or an equals sign for a word of its own.
    case $word in
        *[:=]*) prefix=${word%"${word##*[:=]}"} ;;
    esac
    COMPREPLY=()
    while IFS=$'\\t' read -r kind value description; do
        case $kind in
            plain) COMPREPLY+=("${value#"$prefix"}") ;;
            file) compopt -o default 2>/dev/null ;;
        esac
    done < <(_ZSISO_COMPLETE=line "${1/#\\~/$HOME}" "$line" 2>/dev/null)
}
complete -F _zsiso zsiso
"""

_ZSH = """\
#compdef zsiso
# Completion of zsiso in zsh. Put it as _zsiso in a folder of fpath, or source it after compinit.
_zsiso() {
    local kind value description
    local -a described
    while IFS=$'\\t' read -r kind value description; do
        case $kind in
            plain) described+=("${value//:/\\\\:}${description:+:$description}") ;;
            file) _files; return ;;
        esac
    done < <(_ZSISO_COMPLETE=words "${words[1]}" "${(@Q)words[2,CURRENT]}" 2>/dev/null)
    (( $#described )) && _describe -V zsiso described
}
if [[ $funcstack[1] == _zsiso ]]; then
    _zsiso "$@"
else
    compdef _zsiso zsiso
fi
"""

_FISH = """\
# Completion of zsiso in fish. Put it in ~/.config/fish/completions.
function __zsiso_complete
    set -l typed (commandline --current-process --tokenize --cut-at-cursor)
    set -l current (commandline --current-token --cut-at-cursor)
    _ZSISO_COMPLETE=words $typed[1] $typed[2..] "$current" 2>/dev/null |
    while read --local --delimiter \\t kind value description
        switch $kind
            case plain
                printf '%s\\t%s\\n' $value $description
            case file
                __fish_complete_path "$current"
        end
    end
end
complete --command zsiso --no-files --arguments '(__zsiso_complete)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
"""The scripts by shell."""

_FILES = {"bash": "zsiso.bash", "zsh": "_zsiso", "fish": "zsiso.fish"}


class _Completer(ShellComplete):
    name = "zsiso"
    source_template = ""

    def __init__(self, group: TyperGroup, words: Sequence[str]) -> None:
        self._group = group
        super().__init__(group, {}, "zsiso", VARIABLE)
        self._words = list(words)

    def source_vars(self) -> dict[str, object]:
        return {}

    def get_completion_args(self) -> tuple[list[str], str]:
        return self._words[:-1], self._words[-1] if self._words else ""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        # ``--option=value`` is one word to the shell, and comes back as one.
        option, equals, _ = incomplete.partition("=")
        joined = f"{option}=" if equals and option.startswith("--") else ""
        items = super().get_completions(args, incomplete)
        if not items and self._wants_a_file([*args, option] if joined else args):
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(f"{joined}{item.value}", help=item.help) for item in items]

    def _wants_a_file(self, args: list[str]) -> bool:
        command = self._group.commands.get(args[0]) if args else None
        return isinstance(command, LazyCommand) and any(
            args[-1] in parameter.opts and parameter.type.name == "path" for parameter in command.loaded.params
        )

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.type}\t{item.value}\t{item.help or ''}".rstrip("\t")


def answer(group: TyperGroup, form: str, arguments: Sequence[str]) -> str:
    """Return the lines a shell's script reads.

    Args:
        group: the command line to complete.
        form: what the arguments are, ``words`` or ``line``.
        arguments: the words typed after ``zsiso``, or the whole line.
    """
    words = _words_of(arguments[0]) if form == "line" and arguments else arguments
    lines = _Completer(group, words).complete()
    return f"{lines}\n" if lines else ""


def _words_of(line: str) -> list[str]:
    words = split_arg_string(line)
    if not words or line[-1:].isspace():
        words.append("")
    # What stands before the command sets variables for it.
    after = next((at for at, word in enumerate(words) if "=" not in word), 0) + 1
    return words[after:]


def write_scripts(folder: Path) -> None:
    """Write each shell's script into ``folder``, under the name by which the shell looks for it."""
    for shell, script in SCRIPTS.items():
        (folder / _FILES[shell]).write_text(script, encoding="utf-8")


if __name__ == "__main__":
    write_scripts(Path(sys.argv[1]))
