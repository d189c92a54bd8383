"""A bug of zsiso."""

from __future__ import annotations

import subprocess
import sys

from tests.helpers.runner import User


def test_a_bug_of_ours_says_so_and_shows_no_local_variables(user: User) -> None:
    # Nothing a user can do; so the program is broken on purpose, in a process of its own.
    script = user.home / "broken.py"
    script.write_text(
        "from zsiso import __main__\nfrom zsiso.inventory import candidates as inventory\n"
        "def candidates(records, iso_uuid):\n    secret = 'hunter' + '22'\n    raise LookupError('broken')\n"
        "inventory.unique_candidates = candidates\n__main__.main()\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), "candidates", "--mock"],
        env=user.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (70, "")
    assert (
        "LookupError: broken\nzsiso: internal error: this is a bug in zsiso\nhint: report it, with the lines above\n"
        in done.stderr
    )
    assert "hunter22" not in done.stderr
