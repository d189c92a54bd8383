"""``zsiso init`` without a terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.runner import User

HINT = "hint: correct the configuration, then run `zsiso profiles` to see what zsiso reads\n"


class TestInit:
    def test_writes_a_file_that_loads(self, user: User) -> None:
        result = user.run("init")
        assert (result.code, result.out) == (0, f"{user.config}\n")
        assert user.config.stat().st_mode & 0o777 == 0o600
        assert user.config.parent.stat().st_mode & 0o777 == 0o700
        assert user.run("profiles").code == 0

    @pytest.mark.parametrize("where", ["option", "variable"])
    def test_writes_where_it_is_told(self, user: User, where: str) -> None:
        os.umask(0o022)
        path = user.home / "deep" / "down" / "z.toml"
        if where == "option":
            result = user.run("init", "--config", str(path))
        else:
            result = user.run("init", env={"ZSISO_CONFIG": str(path)})
        assert (result.code, result.out) == (0, f"{path}\n")
        assert path.stat().st_mode & 0o777 == 0o600

    def test_leaves_a_file_alone(self, user: User) -> None:
        path = user.write_config("mine")
        result = user.run("init")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {path} already exists; it was not changed\nhint: edit it, or name another file with --config FILE\n"
        )
        assert path.read_text() == "mine"

    def test_leaves_a_link_to_nowhere_alone(self, user: User, tmp_path: Path) -> None:
        user.config.parent.mkdir(parents=True)
        user.config.symlink_to(tmp_path / "target")
        assert user.run("init").code == 3
        assert not (tmp_path / "target").exists()

    def test_where_nothing_can_be_written(self, user: User) -> None:
        (user.home / ".config").write_text("a file")
        result = user.run("init")
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: cannot write {user.config}: Not a directory\n{HINT}"
