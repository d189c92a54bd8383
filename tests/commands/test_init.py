"""``zsiso init`` without a terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.runner import User

HINT = "hint: correct the configuration, then run `zsiso profiles` to see what zsiso reads\n"


class TestInit:
    def test_init_writes_a_valid_private_file(self, user: User) -> None:
        result = user.run("init")
        assert (result.code, result.out) == (0, f"{user.config}\n")
        assert user.config.stat().st_mode & 0o777 == 0o600
        assert user.config.parent.stat().st_mode & 0o777 == 0o700
        assert user.run("profiles").code == 0

    @pytest.mark.parametrize("source", ["option", "variable"])
    def test_init_writes_to_path_of_config_option_or_variable(self, user: User, source: str) -> None:
        os.umask(0o022)
        path = user.home / "deep" / "down" / "z.toml"
        if source == "option":
            result = user.run("init", "--config", str(path))
        else:
            result = user.run("init", env={"ZSISO_CONFIG": str(path)})
        assert (result.code, result.out) == (0, f"{path}\n")
        assert path.stat().st_mode & 0o777 == 0o600

    def test_init_does_not_overwrite_an_existing_file(self, user: User) -> None:
        path = user.write_config("mine")
        result = user.run("init")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {path} already exists; it was not changed\nhint: edit it, or name another file with --config FILE\n"
        )
        assert path.read_text() == "mine"

    def test_init_does_not_follow_a_dangling_link(self, user: User, tmp_path: Path) -> None:
        user.config.parent.mkdir(parents=True)
        user.config.symlink_to(tmp_path / "target")
        assert user.run("init").code == 3
        assert not (tmp_path / "target").exists()

    def test_init_reports_an_unwritable_path(self, user: User) -> None:
        (user.home / ".config").write_text("a file")
        result = user.run("init")
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: cannot write {user.config}: Not a directory\n{HINT}"
