"""Asking a person for a secret, on their terminal and without echo."""

from __future__ import annotations

import getpass
import sys

from zsiso.errors import CredentialsError
from zsiso.secret import Secret
from zsiso.text import clean


def can_ask() -> bool:
    """Tell whether there is a person to ask: stdin and stderr are both a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask_password(account: str) -> Secret:
    """Return the password that a person types; a ``CredentialsError`` where they type none."""
    password = getpass.getpass(f"Password of account {clean(account)}: ")
    if not password:
        raise CredentialsError("no password was typed", hint="run it again and type the account's password")
    return Secret(password)
