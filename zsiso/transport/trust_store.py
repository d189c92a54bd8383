"""The certificates that the system trusts, or that SSL_CERT_FILE and SSL_CERT_DIR name instead."""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path

# OpenSSL finds a certificate in a folder by a name that is the hash of its subject.
_HASHED_NAME = re.compile(r"[0-9a-fA-F]{8}\.[0-9]+")


def create_system_context() -> ssl.SSLContext:
    """Return a context that trusts what the system trusts; the variables have priority, where they are not empty."""
    import truststore

    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if os.environ.get(name) == "":
            # OpenSSL would look for a file without a name.
            del os.environ[name]
    # On Linux, OpenSSL finds the system's trust store; it reads the variables, too.
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def find_unusable_variables() -> list[str]:
    """Return a line for each variable that is set and names no certificate."""
    flaws = {
        "SSL_CERT_FILE": _find_file_flaw(os.environ.get("SSL_CERT_FILE", "")),
        "SSL_CERT_DIR": _find_folder_flaw(os.environ.get("SSL_CERT_DIR", "")),
    }
    return [f"{name}: {flaw}" for name, flaw in flaws.items() if flaw is not None]


def _find_file_flaw(file: str) -> str | None:
    if not file:
        return None
    try:
        pem = Path(file).read_bytes()
    except OSError as error:
        return f"cannot read {file}: {error.strerror}"
    return None if b"CERTIFICATE-----" in pem else f"{file} contains no certificate"


def _find_folder_flaw(folders: str) -> str | None:
    """Return why a list of folders, with colons between them, has no certificate; None where one of them has."""
    flaws = [_explain_folder(Path(folder)) for folder in folders.split(os.pathsep) if folder]
    return "; ".join(flaw for flaw in flaws if flaw) if flaws and all(flaws) else None


def _explain_folder(folder: Path) -> str | None:
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError as error:
        return f"cannot read {folder}: {error.strerror}"
    if any(map(_HASHED_NAME.fullmatch, names)):
        return None
    return f"{folder} contains no certificate that `openssl rehash` has named"
