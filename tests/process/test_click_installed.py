"""Start-up where click is installed: httpx must not load its command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# httpx treats click as missing only after an ImportError, so this error ends a run that loads click.
CLICK_MODULE = 'raise RuntimeError("click is loaded")\n'


@pytest.mark.parametrize(
    "arguments",
    ["candidates --mock", "candidates --mock --json", "isos --mock -o csv", "doctor --mock -q", "login --mock -q"],
)
def test_httpx_command_line_is_not_loaded_where_click_is_installed(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "click.py").write_text(CLICK_MODULE, encoding="utf-8")
    completed = subprocess.run(
        [sys.executable, "-m", "zsiso", *arguments.split()],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (completed.returncode, completed.stderr) == (0, "")
