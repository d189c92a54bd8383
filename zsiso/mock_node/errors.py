"""The mock node's refusals: plain text for the transport, ``error`` objects for the API itself."""

from __future__ import annotations

from typing import Any

ENGLISH, CHINESE = "en_US", "zh_CN"

# Fixed English texts, whatever the node's locale (docs/zstack-api.md#error-codes).
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
        details: what happened, in English.
        chinese: the same in Chinese; empty where a Chinese node says it in English, too.
        message: the node's own explanation in English, in Chinese, and its code, where it has one.
        location: where in the server it happened.
    """

    def __init__(
        self,
        code: str,
        details: str,
        chinese: str = "",
        *,
        message: tuple[str, str, str] = ("", "", ""),
        location: str = "",
    ) -> None:
        super().__init__(details)
        self.code = code
        self.details = details
        self.chinese = chinese
        self.message = message
        self.location = location

    def to_object(self, locale: str, *, of_job: bool) -> dict[str, Any]:
        """Return the ``error`` object in the language of a locale; a job's has ``causes``."""
        in_chinese = locale == CHINESE
        error: dict[str, Any] = {"causes": []} if of_job else {}
        error |= {
            "code": self.code,
            "description": _DESCRIPTIONS[self.code],
            "details": (in_chinese and self.chinese) or self.details,
        }
        english, chinese, _ = self.message
        if english:
            error["elaboration"] = f"错误信息: {chinese}" if in_chinese else f"Error message: {english}"
        if self.location:
            error["location"] = self.location
        if english:
            error["messages"] = self._messages()
        return error if self.code == "SYS.1000" else {**error, "cost": "0ms"}

    def _messages(self) -> dict[str, Any]:
        english, chinese, code = self.message
        texts = {"code": code, "message_cn": chinese, "message_en": english}
        return {**texts, "source": "zstack", "distance": 0.0, "method": "distance"}


def internal_error(details: str) -> ApiError:
    """Return the error of what the server did not foresee; a real one's details are its exception."""
    return ApiError("SYS.1000", details)


def operation_error(english: str, chinese: str = "") -> ApiError:
    """Return the error of an operation that can't be done, or that the account may not do."""
    return ApiError("SYS.1006", english, chinese)


def argument_error(details: str) -> ApiError:
    """Return the error of a parameter that can't be."""
    return ApiError("SYS.1007", details)


def missing_parameter(name: str) -> ApiError:
    """Return the error of a parameter that has to be there."""
    return argument_error(
        f"field[{name}] of message[org.zstack.header.message.ApiMessageParamValidator] is mandatory, can not be null"
    )


def resource_not_found(parameter: str, uuid: str, resource_type: str) -> ApiError:
    """Return the error of a parameter that names no resource."""
    details = f"invalid field[{parameter}], resource[uuid:{uuid}, type:{resource_type}] not found"
    return ApiError("SYS.1003", details)


def invalid_session() -> ApiError:
    """Return the error of a session that there is not, or not any more."""
    chinese = "session 已过期，或者提供了不正确的 session id。"  # noqa: RUF001 - a real node's
    return ApiError("ID.1001", "Session expired", message=("Session expired or wrong session ID.", chinese, "1001"))


def login_refused() -> ApiError:
    """Return the error of a wrong account name or password."""
    return ApiError(
        "ID.1000",
        "wrong account name or password",
        "错误信息: 错误的帐号或密码",
        message=("Wrong account name or password.", "错误的帐号或密码。", "1000"),
        location="LoginManagerImpl.java: process-login (location:2/2)",
    )


def admin_only(api: str) -> ApiError:
    """Return the error of a call that only an admin may make."""
    return ApiError("ID.1002", f"request api[name: {api}] is admin only, can not be executed by current user")
