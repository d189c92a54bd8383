"""What the words typed behind a command mean to completion."""

from __future__ import annotations

import pytest

from tests.helpers.completion import suggested_values
from tests.helpers.runner import ISO, User

JSON = ["json", "jsonl"]


@pytest.mark.parametrize(
    ("words", "suggested"),
    [
        (["candidates", "-ojs"], ["-ojson", "-ojsonl"]),
        (["candidates", "-vojs"], ["-vojson", "-vojsonl"]),
        (["candidates", "-vo", "js"], JSON),
        (["candidates", "-v", "-q", "-o", "js"], JSON),
        (["candidates", "-pjson", "-o", "js"], JSON),
        (["candidates", "--output=csv", "--sort", "rootS"], ["rootSize"]),
        (["candidates", "--unknown", "-x", "-o", "js"], JSON),
        (["candidates", "--sort", "--", "-o", "js"], JSON),
    ],
)
def test_value_of_an_option_is_suggested(user: User, words: list[str], suggested: list[str]) -> None:
    assert suggested_values(user, *words) == suggested


@pytest.mark.parametrize(
    "words",
    [
        ["candidates", "--mock=x"],
        ["candidates", "-x"],
        ["candidates", "-vx"],
        ["candidates", "--unknown=x"],
        ["candidates", "--", "-o"],
        ["candidates", "--", "--output=j"],
        ["completion", "zsh", "z"],
    ],
)
def test_nothing_is_suggested_where_nothing_fits(user: User, words: list[str]) -> None:
    assert suggested_values(user, *words) == []


def test_option_that_is_given_is_not_suggested_again_unless_it_is_repeatable(user: User) -> None:
    assert suggested_values(user, "candidates", "--mock", "--mo") == []
    assert suggested_values(user, "candidates", "--no-attachable", "--att") == []
    assert suggested_values(user, "candidates", "--output", "csv", "--out") == []
    assert suggested_values(user, "candidates", "--user-tag", "a", "--user") == ["--user-tag"]


def test_short_and_long_names_of_an_option_are_suggested(user: User) -> None:
    options = "--profile -p --config --timeout --mock --verbose -v --quiet -q -h --help"
    assert sorted(suggested_values(user, "logout", "-")) == sorted(options.split())


def test_argument_behind_a_double_dash_counts(user: User) -> None:
    assert suggested_values(user, "candidates", "--mock", "--check", "r", "--", "")[0] == "rescue-disk"
    assert suggested_values(user, "candidates", "--mock", "--", ISO, "") == []


def test_option_between_the_iso_and_the_cursor_does_not_hide_the_iso(user: User) -> None:
    assert suggested_values(user, "candidates", "-v", "rescue-disk", "-o", "csv", "--mock", "--check=r") == [
        "--check=rescue"
    ]
