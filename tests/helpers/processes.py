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
"""A shell command that starts a child; both keep the pipe ``alive`` open as long as they live."""


@dataclass(frozen=True)
class Children:
    """The processes of ``CHILDREN``, seen through the pipe ``alive`` in the user's home."""

    pipe: int

    def wait_for(self) -> None:
        """Wait until they run."""
        assert select.select([self.pipe], [], [], 30)[0]
        assert os.read(self.pipe, 10) == b"\n"

    def are_gone(self) -> bool:
        """Return whether all of them have ended, now or within some seconds."""
        return bool(select.select([self.pipe], [], [], 10)[0]) and os.read(self.pipe, 10) == b""


@contextmanager
def watch_children(user: User) -> Iterator[Children]:
    """Make the pipe that ``CHILDREN`` open, and give what watches them."""
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
    """Run ``zsiso ARGUMENTS`` as a user that the system does not know; return exit code, stdout and stderr."""
    # May read what root may, for the program itself can be in a folder of root's.
    user = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    rights = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    done = subprocess.run(
        [*user, *rights, *PROGRAM, *arguments], env=environ, cwd="/", capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr
