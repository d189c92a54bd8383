"""Logging in and out, and asking after a session (docs/zstack-api.md#sessions)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zsiso.mock_node import java_dates
from zsiso.mock_node.api_call import required_texts
from zsiso.mock_node.cloud import collate
from zsiso.mock_node.errors import internal_error, login_refused, operation_error
from zsiso.mock_node.json_schema import SESSION_CLASS
from zsiso.mock_node.messages import ApiResult
from zsiso.mock_node.visibility import ADMIN, Account

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from zsiso.mock_node.api_call import ApiCall


def log_in_by_account(call: ApiCall) -> ApiResult:
    """Return a new session of the account in ``logInByAccount``."""
    password, name = required_texts(call.body.get("logInByAccount"), ("password", "accountName"))
    return _log_in(call, name, password)


def log_in(call: ApiCall) -> ApiResult:
    """Return a new session of the user in ``logIn``, the newer call for every kind of user."""
    password, kind, name = required_texts(call.body.get("logIn"), ("password", "loginType", "username"))
    if kind == "ldap":
        raise _no_ldap_server()
    if kind != "account":
        raise operation_error(f"there is no login type {kind}")
    return _log_in(call, name, password)


def log_in_by_ldap(call: ApiCall) -> ApiResult:
    """Refuse an LDAP user: the mock node's cloud has no LDAP server."""
    required_texts(call.body.get("logInByLdap"), ("uid", "password"))
    raise _no_ldap_server()


def _no_ldap_server() -> Exception:
    return internal_error("No LDAP/AD server record in database.")


def _log_in(call: ApiCall, name: str, password_hash: str) -> ApiResult:
    account = _find_account(call, name, password_hash)
    if account is None:
        raise login_refused()
    session = call.state.sessions.create(account)
    inventory = {
        "uuid": session.uuid,
        "accountUuid": account.uuid,
        "userUuid": account.uuid,
        "expiredDate": _java_date(call, session.expires),
        "noSessionEvaluation": False,
    }
    return ApiResult({"inventory": inventory}, (SESSION_CLASS,))


def _java_date(call: ApiCall, moment: datetime) -> str:
    return java_dates.write_date(moment.astimezone(call.state.zone).replace(tzinfo=None), call.cloud.dates)


def _find_account(call: ApiCall, name: str, password_hash: str) -> Account | None:
    """Return the account that a name and a password's hash are of, None where they are wrong."""
    config, accounts = call.state.config, call.cloud.accounts
    if config.account is not None and collate(config.account) != collate(name):
        return None
    row = next((row for row in accounts or () if collate(row["name"]) == collate(name)), None)
    if row is None and accounts is not None and config.account is None:
        return None
    if config.password is not None:
        expected = _hash(config.password.reveal())
    else:
        expected = password_hash if row is None else _hash(row["password"])
    if collate(expected) != collate(password_hash):
        return None
    return ADMIN if row is None else Account(row["uuid"], is_admin=_is_admin(row))


def _is_admin(row: Mapping[str, str]) -> bool:
    return row.get("type", "") == "SystemAdmin" or collate(row["uuid"]) == collate(ADMIN.uuid)


def _hash(password: str) -> str:
    """Return a password as a login carries it; bytes that are no UTF-8 go as they are."""
    return hashlib.sha512(password.encode("utf-8", "surrogateescape")).hexdigest()


def log_out(call: ApiCall, session: str) -> ApiResult:
    """End a session; an unknown one is no error."""
    call.state.sessions.end(session)
    return ApiResult({})


def is_session_valid(call: ApiCall, session: str) -> ApiResult:
    """Return whether a session is valid."""
    return ApiResult({"valid": call.state.sessions.is_valid(session)})
