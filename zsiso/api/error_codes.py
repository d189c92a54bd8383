"""What the codes of ``error`` objects mean (docs/zstack-api.md#error-codes). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from zsiso.errors import ApiError, CredentialsError, IsoNotFoundError, ZsisoError

SESSION_INVALID = "ID.1001"
"""The error code for a session that is invalid or has expired."""

INTERNAL_ERROR = "SYS.1000"
"""The error code for an internal error, such as a query for a field that there is not (docs/zstack-api.md#statuses)."""

TRANSIENT = frozenset({"SYS.1010", "SYS.1012"})
"""The error codes with which a retry or another node may succeed (docs/zstack-api.md#transient-failures)."""

TRANSIENT_FOR_READS = frozenset({"SYS.1001"})
"""Likewise, for a call that changes nothing."""


class CodeMeaning(NamedTuple):
    """What a code means.

    Args:
        error_class: the class of the error that it becomes.
        message: what failed.
        hint: the next step; None where the code does not tell.
    """

    error_class: type[ZsisoError]
    message: str
    hint: str | None = None


_OTHER_CODE = CodeMeaning(ApiError, "the management node rejected the request")
_PERMISSION_DENIED = CodeMeaning(
    CredentialsError, "permission denied", "use a profile whose account may read this ISO and its VM instances"
)
_SECOND_FACTOR_HINT = "zsiso cannot give a second factor: use an access key or a session in the profile"
_CAPTCHA_HINT = (
    "zsiso cannot read a captcha: log in to the cloud's console once, or use an access key or a session in the profile"
)
_LOGIN_CONTROL = "LOGIN_CONTROL."
_LOGIN_REFUSED = CodeMeaning(
    CredentialsError,
    "the management node refuses the login",
    "ask an administrator of the cloud which logins its login control permits, or use an access key",
)

_MEANINGS: Mapping[str, CodeMeaning] = {
    "ID.1000": CodeMeaning(CredentialsError, "wrong account name or password"),
    SESSION_INVALID: CodeMeaning(
        CredentialsError,
        "the session is invalid or has expired",
        "a session expires two hours after its last use: set a new one in the profile, or an account or an access key",
    ),
    "ID.1002": _PERMISSION_DENIED,
    "ID.1005": CodeMeaning(
        CredentialsError,
        "the account must first change its password",
        "log in to the cloud's console and change the password, then set the new one in the profile",
    ),
    "ID.1006": CodeMeaning(
        CredentialsError,
        "the account has too many sessions",
        "log out of some of its sessions, or wait until they expire: two hours after their last use",
    ),
    "ID.2001": CodeMeaning(CredentialsError, "the login requires a second factor", _SECOND_FACTOR_HINT),
    "ID.2002": CodeMeaning(CredentialsError, "the login failed at the second factor", _SECOND_FACTOR_HINT),
    "ID.2003": CodeMeaning(CredentialsError, "the login failed at the second factor", _SECOND_FACTOR_HINT),
    "LOGIN_CONTROL.1000": CodeMeaning(
        CredentialsError,
        "the password is too old",
        "log in to the cloud's console and change the password, then set the new one in the profile",
    ),
    "LOGIN_CONTROL.1002": CodeMeaning(
        CredentialsError,
        "the account is locked",
        "wait until the lock ends, or ask an administrator of the cloud to unlock the account",
    ),
    "LOGIN_CONTROL.1003": CodeMeaning(CredentialsError, "the login failed at the captcha", _CAPTCHA_HINT),
    "LOGIN_CONTROL.1004": _LOGIN_REFUSED,
    "LOGIN_CONTROL.1005": CodeMeaning(CredentialsError, "the login requires a captcha", _CAPTCHA_HINT),
    "SYS.1001": CodeMeaning(ApiError, "the management node gave up waiting for one of its services"),
    "SYS.1003": CodeMeaning(IsoNotFoundError, "ISO not found on the management node"),
    "SYS.1010": CodeMeaning(
        ApiError, "the management node is not ready", "wait until the management node has started, then try again"
    ),
    "SYS.1012": CodeMeaning(
        ApiError,
        "the management node that worked on the request has stopped",
        "check that the cloud's management nodes are running, then try again",
    ),
}

# A code that also stands for other failures; only the node's words tell.
_OPERATION_FAILED = "SYS.1006"
_PERMISSION_WORDS = (
    r"is denied|permission denied|has no access|is not the owner|拒绝|无法使用资源|的所有者|无权|没有.*权限"
)


def find_meaning(code: str, texts: Iterable[str]) -> CodeMeaning:
    """Return what a code means.

    Args:
        code: the code of an ``error`` object.
        texts: the node's words about the error and its causes, in any language.
    """
    if code == _OPERATION_FAILED and any(re.search(_PERMISSION_WORDS, text, re.IGNORECASE) for text in texts):
        return _PERMISSION_DENIED
    fallback = _LOGIN_REFUSED if code.startswith(_LOGIN_CONTROL) else _OTHER_CODE
    return _MEANINGS.get(code, fallback)
