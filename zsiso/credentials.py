"""How a request is authorised. Nothing here sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zsiso.secret import Secret


@dataclass(frozen=True)
class Session:
    """A session UUID that somebody else's login made."""

    uuid: Secret


Credentials: TypeAlias = Session


def kind(credentials: Credentials | None) -> str | None:
    """Return the public name of a kind of credentials, None for none at all."""
    return "session" if credentials is not None else None


def headers(credentials: Credentials) -> Mapping[str, str]:
    """Return the headers that authorise a request (wire page, "The call")."""
    return {"Authorization": f"OAuth {credentials.uuid.reveal()}"}


def secrets(credentials: Credentials) -> tuple[str, ...]:
    """Return every text that must not be shown, whoever says it."""
    return (credentials.uuid.reveal(),)


def header_safe(secret: str) -> bool:
    """Tell whether a header can carry ``secret``: visible ASCII, and not empty."""
    return bool(secret) and all("!" <= char <= "~" for char in secret)
