"""The saved session of a user, and commands that use it."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.runner import ISO, User


def state_folder(user: User) -> Path:
    return user.home / ".local" / "state" / "zsiso"


def session_file(user: User) -> Path:
    (path,) = state_folder(user).glob("*.json")
    return path


def run_candidates(user: User, *more: str) -> int:
    result = user.run("candidates", ISO, "--json", *more)
    assert result.code or not result.err, result.err
    return result.code
