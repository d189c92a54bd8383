"""Pure: the calls of the API that zsiso makes, as paths and queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable


class GetRequest(NamedTuple):
    """A call that reads; ``path`` is what an access key signs, from ``/v1`` on and decoded."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def target(self) -> str:
        """Path and query as they stand in a URL, each value percent-encoded."""
        # surrogateescape: bytes that are no text arrive as they were typed.
        query = urlencode(self.query, quote_via=quote, safe="", errors="surrogateescape")
        return f"{self.path}?{query}" if query else self.path


def vm_candidates_request(iso_uuid: str, system_tags: Iterable[str], user_tags: Iterable[str]) -> GetRequest:
    """Return the call for the VM instances that an ISO can be attached to (wire page, "The call").

    Args:
        iso_uuid: 32 lower-case hex digits.
        system_tags: sent in this order, each exactly as it is.
        user_tags: likewise.
    """
    tags = [("systemTags", tag) for tag in system_tags] + [("userTags", tag) for tag in user_tags]
    return GetRequest(f"/v1/images/iso/{iso_uuid}/vm-candidates", tuple(tags))


def query_request(path: str, conditions: Iterable[str], *, limit: int, start: int = 0) -> GetRequest:
    """Return a query for one page of records (wire page, "Queries").

    Args:
        path: whose records.
        conditions: what all of them meet, as ``name=value``.
        limit: how many at the most.
        start: how many to pass over, in the order of their UUIDs.
    """
    page = (("limit", str(limit)), ("start", str(start)), ("sort", "+uuid"))
    return GetRequest(path, (*(("q", condition) for condition in conditions), *page))


ONE_ISO_IMAGE_REQUEST = GetRequest("/v1/images", (("q", "mediaType=ISO"), ("limit", "1")))
"""The query for one ISO image, whichever: the cheapest call that needs credentials."""
