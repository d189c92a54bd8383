"""Completion: what zsiso offers, and the scripts for packagers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import User
from zsiso.completion import SCRIPTS, write_scripts

FOLDER = Path(__file__).parents[1] / "completions"


def test_the_scripts_are_fresh(tmp_path: Path) -> None:
    write_scripts(tmp_path)
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(SCRIPTS)
    for name in SCRIPTS:
        assert (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes(), (
            "run: python -m zsiso.completion completions"
        )


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["c"], "plain\tcandidates\tList the VM instances that an ISO can be...\n"),
        (["candidates", "--sys"], "plain\t--system-tag\tSend this system tag; repeatable. [default: the profile's]\n"),
        (["candidates", "--config", "x"], "file\tx\n"),
        (["mock", "--inventory", ""], "file\n"),
        (["candidates", "--profile", ""], ""),
        (["candidates", "3e"], ""),
        (
            ["nonsense", "--"],
            "plain\t--version\tShow the version and exit.\nplain\t--help\tShow this message and exit.\n",
        ),
        (["mock", "--port"], "plain\t--port\tThe port on 127.0.0.1; 0 takes a free one.\n"),
    ],
)
def test_what_is_offered(user: User, words: list[str], offered: str) -> None:
    result = user.runs(*words, env={"_ZSISO_COMPLETE": "1"})
    assert (result.code, result.out, result.err) == (0, offered, "")


def test_typer_s_own_options_are_not_there(user: User) -> None:
    assert user.runs("--install-completion").code == 2
    assert user.runs("--show-completion").code == 2
