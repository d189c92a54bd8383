"""Who may call the mock node."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import tzinfo

    from zsiso.config.secrets import Secret


class MockAuthConfig(NamedTuple):
    """The credentials that the node accepts; it accepts any where none are set and its cloud has no accounts.

    Args:
        account: the only account that may log in.
        password: its password, instead of the cloud's.
        session: the only session accepted beside those of logins; it is the admin's.
        access_key_id: the only access key that may sign; it is the admin's.
        access_key_secret: its secret; without one no signature is checked.
        zone: the zone of the node's wall clock; the cloud's, else UTC, when not given.
        access_keys: whether the node has access keys at all; an open-source one has not.
        session_lifetime: seconds from a session's last call to its end.
        max_sessions: how many sessions a user may have at once.
    """

    account: str | None = None
    password: Secret | None = None
    session: Secret | None = None
    access_key_id: str | None = None
    access_key_secret: Secret | None = None
    zone: tzinfo | None = None
    access_keys: bool = True
    session_lifetime: float = 7200.0
    max_sessions: int = 500
