"""Processes that the command starts, and the command as an unprivileged user."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.helpers.runner import PROGRAM, User

CHILDREN = "sleep 1000 >alive & echo >alive; sleep 1000"
"""A shell command that starts a child process; both keep the pipe ``alive`` open until they end."""


@dataclass(frozen=True)
class Children:
    """The processes of ``CHILDREN``, seen through the pipe ``alive`` in the user's home."""

    pipe: int

    def wait_for(self) -> None:
        """Wait until both processes run."""
        assert select.select([self.pipe], [], [], 30)[0]
        assert os.read(self.pipe, 10) == b"\n"

    def are_gone(self) -> bool:
        """Return whether both processes end within 10 seconds."""
        return bool(select.select([self.pipe], [], [], 10)[0]) and os.read(self.pipe, 10) == b""


@contextmanager
def watch_children(user: User) -> Iterator[Children]:
    """Create the pipe that ``CHILDREN`` open, and yield an object that observes them."""
    os.mkfifo(user.home / "alive")
    pipe = os.open(user.home / "alive", os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield Children(pipe)
    finally:
        os.close(pipe)


_NOBODY = 54321
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can become another user"
)


def run_as_nobody(*arguments: str, **environ: str) -> tuple[int, bytes, bytes]:
    """Run ``zsiso ARGUMENTS`` as a user without an account; return exit code, stdout and stderr."""
    # This user may read what root may read: the program can be installed in a folder of root.
    user = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    rights = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    done = subprocess.run(
        [*user, *rights, *PROGRAM, *arguments], env=environ, cwd="/", capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr
