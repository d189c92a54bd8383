"""Questions to the user on the terminal; the answer to one for a secret is not shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from zsiso.config.secrets import Secret
from zsiso.errors import CredentialsError
from zsiso.output import stderr
from zsiso.output.terminal import is_terminal
from zsiso.text import escape_hidden


def is_interactive() -> bool:
    """Return whether the user can be asked: stdin and stderr are terminals."""
    return all(map(is_terminal, (sys.stdin, sys.stderr)))


def ask_text(question: str, default: str) -> str:
    """Return what the user types, ``default`` for an empty line.

    Raises:
        KeyboardInterrupt: the user presses Ctrl-C or Ctrl-D.
    """
    with _ended_line():
        stderr.write_prompt(f"{question} [{default}]: ")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
    return line.strip() or default


def ask_secret(question: str) -> Secret:
    """Return what the user types, which is not shown.

    Raises:
        CredentialsError: the user types nothing.
        KeyboardInterrupt: the user presses Ctrl-C or Ctrl-D.
    """
    import getpass

    with _ended_line():
        value = getpass.getpass(f"{escape_hidden(question)}: ")
    if not value:
        raise CredentialsError("no secret was entered", hint="run it again and type or paste the secret")
    return Secret(value)


def ask_password(account: str, cloud: str) -> Secret:
    """Return the password of an account on a cloud, as ``ask_secret``."""
    return ask_secret(f"Password of account {account} on {cloud}")


@contextmanager
def _ended_line() -> Iterator[None]:
    """End the line of a question that a signal or Ctrl-D breaks off; Ctrl-D counts as Ctrl-C."""
    try:
        yield
    except EOFError:
        stderr.write_lines([""])
        raise KeyboardInterrupt from None
    except BaseException:
        stderr.write_lines([""])
        raise
