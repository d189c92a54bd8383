"""The crash report: what an internal error prints."""

from __future__ import annotations

import subprocess
import sys

from tests.helpers.runner import User


def test_internal_error_exits_70_without_local_variables(user: User) -> None:
    # No input causes an internal error, so this script breaks one function on purpose.
    script = user.home / "broken.py"
    script.write_text(
        "from zsiso import __main__\nfrom zsiso.inventory import candidates as inventory\n"
        "def candidates(records, iso_uuid):\n    secret = 'hunter' + '22'\n    raise LookupError('broken')\n"
        "inventory.unique_candidates = candidates\n__main__.main()\n"
    )
    completed = subprocess.run(
        [sys.executable, str(script), "candidates", "--mock"],
        env=user.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (completed.returncode, completed.stdout) == (70, "")
    assert (
        "LookupError: broken\nzsiso: internal error: this is a bug in zsiso\nhint: report it, with the lines above\n"
        in completed.stderr
    )
    assert "hunter22" not in completed.stderr
