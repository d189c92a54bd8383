"""Asking a person, on their terminal; for a secret, without echo."""

from __future__ import annotations

import sys

from zsiso.config.secrets import Secret
from zsiso.errors import CredentialsError
from zsiso.output import stderr
from zsiso.text import escape_hidden


def is_interactive() -> bool:
    """Tell whether there is a person to ask: stdin and stderr are both a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask_text(question: str, default: str) -> str:
    """Return what a person types, ``default`` where they type nothing; an ``EOFError`` where they end it."""
    stderr.write_prompt(f"{question} [{default}]: ")
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip() or default


def ask_secret(question: str) -> Secret:
    """Return what a person types unseen; a ``CredentialsError`` where they type nothing."""
    import getpass

    typed = getpass.getpass(f"{escape_hidden(question)}: ")
    if not typed:
        raise CredentialsError("nothing was typed", hint="run it again, and type or paste the secret")
    return Secret(typed)


def ask_password(account: str) -> Secret:
    """Return the password that a person types; a ``CredentialsError`` where they type none."""
    return ask_secret(f"Password of account {account}")
