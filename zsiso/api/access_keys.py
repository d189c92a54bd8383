"""How an access key signs a request (docs/zstack-api.md#access-keys). Reads no clock, sends nothing."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from zsiso.transport.messages import Header

if TYPE_CHECKING:
    from zsiso.config.credentials import AccessKey
    from zsiso.config.secrets import Secret
    from zsiso.transport.messages import ApiRequest


def signed_headers(key: AccessKey, secret: Secret, request: ApiRequest, now: datetime) -> tuple[Header, Header]:
    """Return the headers that authorise a request.

    Args:
        key: the access key.
        secret: the access key's secret.
        request: the request; its method and path are signed.
        now: the time, in any zone.
    """
    date = format_java_date(now.astimezone(key.zone))
    signature = sign(secret, method=request.method, date=date, uri=unquote(request.path))
    return (
        Header("Date", date),
        Header("Authorization", f"ZStack {key.id}:{signature}", display=f"ZStack {key.id}:***"),
    )


def sign(secret: Secret, *, method: str, date: str, uri: str) -> str:
    """Return a signature in base64.

    Args:
        secret: the access key's secret.
        method: the request's method.
        date: the exact text of its Date header.
        uri: its path from ``/v1`` on, decoded, without the query.
    """
    # Imported here: only an access key needs them.
    import base64
    import hmac

    key = secret.reveal().encode("utf-8", "surrogateescape")
    digest = hmac.new(key, f"{method}\n{date}\n{uri}".encode(), "sha1").digest()
    return base64.b64encode(digest).decode()


def format_java_date(moment: datetime) -> str:
    """Return a moment as Java's pattern ``EEE, dd MMM yyyy HH:mm:ss z`` reads it, in English in any locale.

    The zone is written as its id: abbreviations are ambiguous (docs/zstack-api.md#time-zones).
    """
    wall_clock = format_datetime(moment.replace(tzinfo=None)).removesuffix(" -0000")
    return f"{wall_clock} {moment.tzinfo}"
