"""Completion in bash, zsh and fish.

The shell's script runs zsiso with ``_ZSISO_COMPLETE`` set: to ``words``, and the
arguments are the words typed after the command, the last of them unfinished; or to
``line``, and the one argument is the line typed so far. zsiso answers a line for
each way to go on: kind (``plain``, or ``file`` where the shell knows best), value,
description, a tab between them. Nothing that a shell evaluates.

``python -m zsiso.completion.shells completions`` writes the scripts for packagers.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zsiso.cli.help import OPTIONS, shorten_line
from zsiso.cli.registry import SUMMARIES, load_command

if TYPE_CHECKING:
    from collections.abc import Sequence

# Columns of a description, as Typer has it for the options of a command.
_DESCRIPTION_WIDTH = 45

_BASH = """\
# Completion of zsiso in bash. Source it, or put it where bash-completion looks.
_zsiso() {
    local kind value prefix=
    local line=${COMP_LINE:0:COMP_POINT}
    local word=${line##*[[:space:]]}
    # bash takes what follows a colon or an equals sign for a word of its own.
    case $word in
        *[:=]*) prefix=${word%"${word##*[:=]}"} ;;
    esac
    COMPREPLY=()
    while IFS=$'\\t' read -r kind value _; do
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


def complete_words(form: str, arguments: Sequence[str]) -> str:
    """Return the lines a shell's script reads.

    Args:
        form: what the arguments are, ``words`` or ``line``.
        arguments: the words typed after ``zsiso``, or the whole line.
    """
    first, *others = (_split_line(arguments[0]) if form == "line" else arguments) or [""]
    if not others:
        lines = "\n".join(_complete_first_word(first))
    elif first in SUMMARIES:
        from zsiso.completion.parameters import ParameterCompleter

        lines = ParameterCompleter(load_command(first), others).complete()
    else:
        lines = ""
    return f"{lines}\n" if lines else ""


def _split_line(line: str) -> list[str]:
    words = _split_words(line)
    if not words or line[-1:].isspace():
        words.append("")
    # What stands before the command sets variables for it.
    after = next((at for at, word in enumerate(words) if "=" not in word), 0) + 1
    return words[after:]


def _split_words(line: str) -> list[str]:
    """Split a line as a shell does, at a quote that is still open too."""
    words: list[str] = []
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _complete_first_word(typed: str) -> list[str]:
    """Return the lines of the commands, or of the options, that begin with what was typed."""
    options = {option: line for options, line in OPTIONS.items() for option in options.split(", ")}
    known = options if typed.startswith("-") else SUMMARIES
    return [
        f"plain\t{word}\t{shorten_line(line, _DESCRIPTION_WIDTH)}"
        for word, line in known.items()
        if word.startswith(typed)
    ]


def write_scripts(folder: Path) -> None:
    """Write each shell's script into ``folder``, under the name by which the shell looks for it."""
    for shell, script in SCRIPTS.items():
        (folder / _FILES[shell]).write_text(script, encoding="utf-8")


if __name__ == "__main__":
    write_scripts(Path(sys.argv[1]))
