"""Suggestions of completion, and the folder of its scripts."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.runner import User

FOLDER = Path(__file__).parents[2] / "completions"


def complete(user: User, *words: str, env: dict[str, str] | None = None) -> list[str]:
    """Return the lines that a shell script reads from completion; check that stderr is empty."""
    result = user.run(*words, env={"_ZSISO_COMPLETE": "words", **(env or {})})
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


def suggested_values(user: User, *words: str) -> list[str]:
    return [line.split("\t")[1] for line in complete(user, *words)]


# Names as a hostile tenant may choose them: a shell that evaluates one runs a command.
HOSTILE_NAMES = [
    "<(touch x)", "ends in a backslash\\", "$(touch x)", "`touch x`", "'; touch x; '", '"; touch x; "', "a\tb", "a\nb",
    "${x:-$(touch x)}", "\x1b[31m", "\u202e", "(touch x)", ":touch x", "*", "~root", "-rf", "!!", "a;b", "=(touch x)",
]  # fmt: skip
