"""Access keys: whether a request that one signed is accepted (docs/zstack-api.md#access-keys)."""

from __future__ import annotations

import base64
import hmac
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zsiso.mock_node.errors import ApiError, HttpError
from zsiso.mock_node.java_dates import MONTHS

if TYPE_CHECKING:
    from zsiso.mock_node.auth_config import MockAuthConfig
    from zsiso.mock_node.messages import MockRequest

_MAX_SKEW = timedelta(minutes=15)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FORM = "EEE, dd MMM yyyy HH:mm:ss and a zone"
# The English abbreviations that Java knows. With checkTimeZone off it does not matter which zone one is.
# fmt: off
_ABBREVIATIONS = frozenset({
    "ACDT", "ACST", "ACT", "ADT", "AEDT", "AEST", "AFT", "AKDT", "AKST", "ALMT", "AMT", "ART", "AST", "AWST", "AZT",
    "BDT", "BNT", "BOT", "BRT", "BST", "BTT", "CAT", "CDT", "CEST", "CET", "CLT", "COT", "CST", "CVT", "ChST", "EAT",
    "ECT", "EDT", "EEST", "EET", "EST", "FJT", "GET", "GMT", "GST", "GYT", "HDT", "HKT", "HST", "ICT", "IDT", "IRKT",
    "IRST", "IST", "JST", "KGT", "KRAT", "KST", "LHST", "MAGT", "MDT", "MMT", "MSK", "MST", "MUT", "MVT", "MYT",
    "NDT", "NOVT", "NPT", "NST", "NZDT", "NZST", "OMST", "ORAT", "PDT", "PET", "PGT", "PHT", "PKT", "PST", "PYT",
    "SAST", "SBT", "SCT", "SGT", "SRT", "SST", "TJT", "TLT", "TMT", "ULAT", "UTC", "UYT", "UZT", "VET", "VLAT", "WAT",
    "WEST", "WET", "WIB", "WIT", "WITA", "YAKT", "YEKT",
})
# fmt: on


def check_signature(request: MockRequest, value: str, config: MockAuthConfig, wall_clock: datetime) -> None:
    """Raise where a signed request is not accepted.

    Args:
        request: the request.
        value: what follows ``ZStack`` in its Authorization header.
        config: the access key that may sign.
        wall_clock: the node's, without a zone.

    Raises:
        HttpError: the node has no access keys, the date can't be read or is too far off, or the
            header is not in its form.
        ApiError: the key or the signature is wrong.
    """
    if not config.access_keys:
        raise HttpError(500, "RestAuthenticationType type: ZStack was not registered by any RestAuthenticationBackend")
    date = request.headers.get("date")
    if date is None:
        raise HttpError(400, "missing header 'Date', which a request signed by an access key has")
    if abs(_read_date(date) - wall_clock) > _MAX_SKEW:
        raise HttpError(403, "requestTimeTooSkewed")
    key_id, colon, signature = value.partition(":")
    if not colon or not signature or ":" in signature:
        raise HttpError(400, "Authorization must be 'ZStack' followed by an access key's ID, a colon and the signature")
    if config.access_key_id not in {None, key_id}:
        raise _refused(f"there is no access key id {key_id}")
    if config.access_key_secret is not None:
        expected = _sign(config.access_key_secret.reveal(), request.method, date, request.path)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise _refused("wrong accessKey signature")


def _refused(details: str) -> ApiError:
    return ApiError("ID.1000", details)


def _sign(secret: str, method: str, date: str, path: str) -> str:
    message = f"{method}\n{date}\n{path}".encode()
    return base64.b64encode(hmac.digest(secret.encode(), message, "sha1")).decode()


def _read_date(text: str) -> datetime:
    """Return the wall clock of a Date header; an ``HttpError`` for what Java does not read."""
    unreadable = HttpError(400, f"the header 'Date' must be {_FORM}, in English")
    match = re.fullmatch(r"(\w{3}), (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (\S+)", text, re.ASCII)
    if match is None or match[3] not in MONTHS or not _is_zone(match[8]):
        raise unreadable
    day, year, hour, minute, second = (int(match[group]) for group in (2, 4, 5, 6, 7))
    try:
        date = datetime(year, MONTHS.index(match[3]) + 1, day, hour, minute, second)  # noqa: DTZ001 - zone ignored
    except ValueError as error:
        raise unreadable from error
    if _DAYS[date.weekday()] != match[1]:
        raise unreadable
    return date


def _is_zone(text: str) -> bool:
    """Return whether Java reads a text as a zone: an offset, an abbreviation or a region's id."""
    offset = re.fullmatch(r"(?:GMT|UTC|UT)?[+-](\d\d):(\d\d)(?::\d\d)?", text)
    if offset is not None:
        return timedelta(hours=int(offset[1]), minutes=int(offset[2])) <= timedelta(hours=18)
    return text == "Z" or text in _ABBREVIATIONS or _is_region(text)


def _is_region(text: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):
        return False
    return True
