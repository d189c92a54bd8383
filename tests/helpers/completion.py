"""What completion offers, and where its scripts are."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.runner import User

FOLDER = Path(__file__).parents[2] / "completions"


def offered(user: User, *words: str, env: dict[str, str] | None = None) -> list[str]:
    """Return the lines that a shell reads, after which nothing else was said."""
    result = user.run(*words, env={"_ZSISO_COMPLETE": "words", **(env or {})})
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


def values(user: User, *words: str) -> list[str]:
    return [line.split("\t")[1] for line in offered(user, *words)]


# What a tenant may have typed; some of it would run, were a shell to evaluate it.
HOSTILE = [
    "<(touch x)", "ends in a backslash\\", "$(touch x)", "`touch x`", "'; touch x; '", '"; touch x; "', "a\tb", "a\nb",
    "${x:-$(touch x)}", "\x1b[31m", "\u202e", "(touch x)", ":touch x", "*", "~root", "-rf", "!!", "a;b", "=(touch x)",
]  # fmt: skip
