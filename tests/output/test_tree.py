"""The tree format."""

from __future__ import annotations

import re

from tests.helpers.mock_cloud import list_mock_candidates
from tests.helpers.runner import User


class TestTree:
    def test_tree_shows_all_fields_of_each_vm(self, user: User) -> None:
        output = list_mock_candidates(user, "-o", "tree")
        first = output[: output.index("\nTest-VM\n")]
        assert first.splitlines()[:3] == ["rescue", "├── cdrom: none", "├── uuid: 4f5c9a6db1de427cfaa5b6d7e8f90a1b"]
        assert "├── memorySize: 0.5 GiB\n" in first
        assert "├── allVolumes: 1\n│   └── ROOT-for-rescue\n│       ├── uuid: " in first
        assert "│       ├── size: 20.0 GiB\n" in first
        assert first.endswith("└── vmCdRoms: none")
        assert re.findall(r"── (vm-cdrom-\d)\n", output) == ["vm-cdrom-0"] * 2 + ["vm-cdrom-0", "vm-cdrom-1"] * 2

    def test_tree_fits_terminal_width(self, user: User) -> None:
        result = user.run_on_terminal("candidates", "--mock", "-o", "tree", columns=60, env={"NO_COLOR": "1"})
        assert max(map(len, result.out.splitlines())) <= 60

    def test_tree_in_ascii_encoding_is_drawn_in_ascii(self, user: User) -> None:
        result = user.run_process("candidates", "--mock", "-o", "tree", env={"PYTHONIOENCODING": "ascii"})
        assert result.out.isascii()
        assert "+-- cdrom: none\n" in result.out
