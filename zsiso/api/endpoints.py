"""The requests of ZStack's API that zsiso sends. Makes them; sends nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from zsiso.transport.messages import ApiRequest, CorrelationHeader, Header

if TYPE_CHECKING:
    from zsiso.api.paging import PageStart
    from zsiso.config.secrets import Secret

JOB_UUID = CorrelationHeader("X-Job-UUID", "job UUID")
"""The header whose value becomes the API call's id in the node's log; not for queries (docs/zstack-api.md#headers)."""

# docs/zstack-api.md#cost
_CANDIDATES_SLOW_REASON = "it needs about 1 ms per VM instance"

PING_REQUEST = ApiRequest("GET", "/v1/images")
"""A request without credentials: any response to it shows that the node is there."""

ONE_ISO_IMAGE_REQUEST = ApiRequest("GET", "/v1/images", (("q", "mediaType=ISO"), ("limit", "1"), ("fields", "uuid")))
"""The cheapest request that needs credentials."""


def vm_candidates_request(iso_uuid: str, system_tags: Iterable[str], user_tags: Iterable[str]) -> ApiRequest:
    """Return the request for the VM instances that an ISO can be attached to (docs/zstack-api.md#candidates).

    Args:
        iso_uuid: 32 lower-case hexadecimal digits.
        system_tags: sent in this order, each exactly as it is.
        user_tags: likewise.
    """
    tags = [("systemTags", tag) for tag in system_tags] + [("userTags", tag) for tag in user_tags]
    path = f"/v1/images/iso/{iso_uuid}/vm-candidates"
    return ApiRequest("GET", path, tuple(tags), correlation=JOB_UUID, slow_reason=_CANDIDATES_SLOW_REASON)


def query_request(
    path: str, conditions: Iterable[str], fields: Iterable[str], *, limit: int, start: PageStart
) -> ApiRequest:
    """Return the request for one page of records (docs/zstack-api.md#queries).

    Args:
        path: the path of the records' resource.
        conditions: conditions that all records meet, as ``name=value``.
        fields: the fields of each record, none of them a list; empty for whole records.
        limit: the largest number of records.
        start: where the page begins.
    """
    if start.after is not None:
        conditions = (*conditions, f"uuid>{start.after}")
    page = [("limit", str(limit)), ("start", str(start.skipped)), ("sort", "+uuid"), ("replyWithCount", "true")]
    if names := ",".join(fields):
        page.append(("fields", names))
    return ApiRequest("GET", path, (*(("q", condition) for condition in conditions), *page))


def login_request(account: str, password_hash: str) -> ApiRequest:
    """Return the request that logs an account in (docs/zstack-api.md#log-in).

    Args:
        account: the account's name.
        password_hash: the password's SHA-512 as hexadecimal digits.
    """
    # Imported here: only a login needs it.
    import json

    body = json.dumps({"logInByAccount": {"accountName": account, "password": password_hash}}).encode()
    return ApiRequest("PUT", "/v1/accounts/login", body=body, correlation=JOB_UUID)


def logout_request(session: Secret) -> ApiRequest:
    """Return the request that ends a session (docs/zstack-api.md#log-out)."""
    path = f"/v1/accounts/sessions/{quote(session.reveal(), safe='')}"
    return ApiRequest("DELETE", path, correlation=JOB_UUID, headers=(session_header(session),))


def session_validity_request(session: Secret) -> ApiRequest:
    """Return the request that tells whether a session is valid, and does not renew it (docs/zstack-api.md#log-out)."""
    return ApiRequest("GET", f"/v1/accounts/sessions/{quote(session.reveal(), safe='')}/valid", correlation=JOB_UUID)


def session_header(session: Secret) -> Header:
    """Return the header of a request within a session (docs/zstack-api.md#candidates)."""
    return Header("Authorization", f"OAuth {session.reveal()}", display="OAuth ***")
