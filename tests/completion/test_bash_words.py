"""What completion writes for a line of bash, and the part of it that bash replaces."""

from __future__ import annotations

import pytest

from tests.helpers.runner import User


def complete_line(user: User, line: str, part: str) -> list[str]:
    result = user.run(line, part, env={"_ZSISO_COMPLETE": "bash"})
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


@pytest.mark.parametrize(
    ("line", "part", "lines"),
    [
        ("zsiso isos -o ws", "ws", []),
        ("zsiso isos -o wi", "wi", ["plain\twide"]),
        ("LC_ALL=C zsiso isos -o wi", "wi", ["plain\twide"]),
        ("zsiso isos --output=wi", "wi", ["plain\twide"]),
        ("zsiso isos --output=wi", "--output=wi", ["plain\t--output=wide"]),
        (
            "zsiso isos --output=",
            "",
            [f"plain\t{name}" for name in ["table", "wide", "tree", "json", "jsonl", "csv", "tsv", "uuid", "name"]],
        ),
        ("zsiso isos --sort size:", "", ["plain\tdesc"]),
        ("zsiso isos --sort size:", "size:", ["plain\tsize:desc"]),
        ('zsiso isos -o "wi', "wi", ["plain\twide"]),
        ("zsiso isos -o 'wi", "wi", ["plain\twide"]),
        ("zsiso isos > fi", "fi", ["file\tfi"]),
        ("zsiso isos >fi", ">fi", ["file-after\t>\tfi"]),
        ("zsiso isos 2>&1 >x -o wi", "wi", ["plain\twide"]),
        ("zsiso isos <x >>y 2>|z &>w -o wi", "wi", ["plain\twide"]),
        ("zsiso isos < ", "", ["file"]),
        ("echo x | zsiso isos -o wi", "wi", ["plain\twide"]),
        ("zsiso mock --cloud=my", "my", ["file\tmy"]),
        ("zsiso mock --cloud=my", "--cloud=my", ["file-after\t--cloud=\tmy"]),
        ("zsiso mock --cloud 'my f", "my f", ["file\tmy f"]),
        ("zsiso mock --cloud my\\", "my\\", ["file\tmy"]),
        ("zsiso isos -p 'a b' -o wi", "wi", ["plain\twide"]),
        ("zsiso isos -p '", "", []),
    ],
)
def test_suggestions_replace_the_part_of_the_word(user: User, line: str, part: str, lines: list[str]) -> None:
    assert complete_line(user, line, part) == lines
