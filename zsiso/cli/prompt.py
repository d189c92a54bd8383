"""Questions to the user on the terminal; the answer to one for a secret is not shown."""

from __future__ import annotations

import sys

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
        EOFError: the user ends the input.
    """
    stderr.write_prompt(f"{question} [{default}]: ")
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip() or default


def ask_secret(question: str) -> Secret:
    """Return what the user types, which is not shown.

    Raises:
        CredentialsError: the user types nothing.
    """
    import getpass

    value = getpass.getpass(f"{escape_hidden(question)}: ")
    if not value:
        raise CredentialsError("no secret was entered", hint="run it again and type or paste the secret")
    return Secret(value)


def ask_password(account: str) -> Secret:
    """Return the password of an account, as ``ask_secret``."""
    return ask_secret(f"Password of account {account}")
