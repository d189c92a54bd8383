"""Checks the credentials of an account by a login of its own."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from zsiso.api import endpoints
from zsiso.api.responses import count_records, is_session_valid

if TYPE_CHECKING:
    from zsiso.api.session import AccountSession
    from zsiso.config.secrets import Secret
    from zsiso.transport.failover import Transport


class LoginCheck(Enum):
    """What was found; that the node rejects the account is an error instead."""

    ACCEPTED = "the login was accepted"
    SAVED_SESSION_ENDED = "the login was accepted, and ended the saved session"
    SAVED_SESSION_ONLY = "the saved session was accepted; without a password there was no login"


def check_login(account_session: AccountSession, transport: Transport) -> LoginCheck:
    """Log in, make the cheapest call that needs credentials, and log out; a saved session stays as it is.

    Without a password in the profile, a saved session is tried instead; if none is valid, a person is asked.

    Args:
        account_session: the session of the profile's account.
        transport: sends to the cloud.

    Raises:
        ZsisoError: as ``AccountSession.get`` and ``responses.read_records``.
    """
    saved = account_session.load_saved()
    was_valid = saved is not None and _is_valid(saved, transport)
    if saved is not None and was_valid and not account_session.has_password:
        _use(saved, transport)
        return LoginCheck.SAVED_SESSION_ONLY
    with account_session.temporary_login() as session:
        _use(session, transport)
    # Where the setting enable.unique.session is on, a login ends the user's other sessions.
    ended = saved is not None and was_valid and not _is_valid(saved, transport)
    return LoginCheck.SAVED_SESSION_ENDED if ended else LoginCheck.ACCEPTED


def _is_valid(session: Secret, transport: Transport) -> bool:
    return is_session_valid(transport.send(endpoints.session_validity_request(session)))


def _use(session: Secret, transport: Transport) -> None:
    header = endpoints.session_header(session)
    count_records(transport.send(endpoints.ONE_ISO_IMAGE_REQUEST, lambda _request: (header,)))
