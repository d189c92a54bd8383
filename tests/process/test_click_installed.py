"""The command where click is installed beside it: httpx then has a command line that it would load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# httpx takes click for absent on an ImportError only, so this one ends the run that loads it.
_CLICK = 'raise RuntimeError("click is loaded")\n'


@pytest.mark.parametrize(
    "arguments",
    ["candidates --mock", "candidates --mock --json", "isos --mock -o csv", "doctor --mock -q", "login --mock -q"],
)
def test_httpx_command_line_is_not_loaded_where_click_is_installed(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "click.py").write_text(_CLICK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zsiso", *arguments.split()],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
