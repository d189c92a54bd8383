"""The mock node's refusals: plain text for the transport, ``error`` objects for the API itself."""

from __future__ import annotations

from typing import Any, NamedTuple

ENGLISH, CHINESE = "en_US", "zh_CN"

# Fixed English texts, whatever the node's locale (wire page, "Failures").
_DESCRIPTIONS = {
    "ID.1000": "Unable to authenticate a user",
    "ID.1001": "The session is invalid, either wrong session id or the session has been expired",
    "ID.1002": "The user doesn't have permission to perform the operation",
    "ID.1006": "The user has too many sessions",
    "SYS.1000": "An internal error happened in system",
    "SYS.1003": "A resource can not be found",
    "SYS.1006": "An operation failed",
    "SYS.1007": "One or more API argument is invalid",
}


class Wording(NamedTuple):
    """A text in the node's languages; English where there is no other."""

    en: str
    zh: str = ""

    def in_locale(self, locale: str) -> str:
        """Return the text in the language of a locale."""
        return self.zh if locale == CHINESE and self.zh else self.en


class HttpError(Exception):
    """A request that the node answers in plain text, before it is a call of the API.

    Args:
        status: the HTTP status.
        text: the body.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class ApiError(Exception):
    """A call that the node refuses with an ``error`` object.

    Args:
        code: the error's code.
        details: what happened.
        message: what the node's own explanations say, where they have something.
        message_code: the code of that explanation.
        location: where in the server it happened.
    """

    def __init__(
        self,
        code: str,
        details: Wording,
        *,
        message: Wording | None = None,
        message_code: str = "",
        location: str = "",
    ) -> None:
        super().__init__(details.en)
        self.code = code
        self.details = details
        self.message = message
        self.message_code = message_code
        self.location = location

    def to_object(self, locale: str, *, of_job: bool) -> dict[str, Any]:
        """Return the ``error`` object in the language of a locale; a job's has ``causes``."""
        error: dict[str, Any] = {"causes": []} if of_job else {}
        error |= {
            "code": self.code,
            "description": _DESCRIPTIONS[self.code],
            "details": self.details.in_locale(locale),
        }
        if self.message is not None:
            prefix = Wording("Error message", "错误信息").in_locale(locale)
            error["elaboration"] = f"{prefix}: {self.message.in_locale(locale)}"
        if self.location:
            error["location"] = self.location
        if self.message is not None:
            error["messages"] = {
                "code": self.message_code,
                "message_cn": self.message.zh,
                "message_en": self.message.en,
                "source": "zstack",
                "distance": 0.0,
                "method": "distance",
            }
        return error if self.code == "SYS.1000" else {**error, "cost": "0ms"}


def internal_error(details: str) -> ApiError:
    """Return the error of what the server did not foresee; a real one's details are its exception."""
    return ApiError("SYS.1000", Wording(details))


def operation_error(en: str, zh: str = "") -> ApiError:
    """Return the error of an operation that can't be done, or that the account may not do."""
    return ApiError("SYS.1006", Wording(en, zh))


def argument_error(en: str) -> ApiError:
    """Return the error of a parameter that can't be."""
    return ApiError("SYS.1007", Wording(en))


def missing_parameter(name: str) -> ApiError:
    """Return the error of a parameter that has to be there."""
    return argument_error(
        f"field[{name}] of message[org.zstack.header.message.ApiMessageParamValidator] is mandatory, can not be null"
    )


def resource_not_found(parameter: str, uuid: str, resource_type: str) -> ApiError:
    """Return the error of a parameter that names no resource."""
    details = f"invalid field[{parameter}], resource[uuid:{uuid}, type:{resource_type}] not found"
    return ApiError("SYS.1003", Wording(details))


def invalid_session() -> ApiError:
    """Return the error of a session that there is not, or not any more."""
    message = Wording("Session expired or wrong session ID.", "session 已过期，或者提供了不正确的 session id。")
    return ApiError("ID.1001", Wording("Session expired"), message=message, message_code="1001")


def login_refused() -> ApiError:
    """Return the error of a wrong account name or password."""
    return ApiError(
        "ID.1000",
        Wording("wrong account name or password", "错误信息: 错误的帐号或密码"),
        message=Wording("Wrong account name or password.", "错误的帐号或密码。"),
        message_code="1000",
        location="LoginManagerImpl.java: process-login (location:2/2)",
    )


def admin_only(api: str) -> ApiError:
    """Return the error of a call that only an admin may make."""
    return ApiError("ID.1002", Wording(f"request api[name: {api}] is admin only, can not be executed by current user"))
