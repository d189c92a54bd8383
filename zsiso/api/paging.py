"""Collects the pages of a query, while records are added to the cloud and removed from it. Pure.

A page begins behind the UUID of the last record, so that no record is passed over when one
before it is removed. The order is that of the UUIDs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zsiso.inventory.record import Record

# What a condition can name without being misread (docs/zstack-api.md#conditions).
_PLAIN_UUID = re.compile(r"[0-9A-Za-z-]+")


class Page(NamedTuple):
    """The records of one response.

    Args:
        records: the records.
        total: how many records meet the conditions of the request, None where the node does not say so.
    """

    records: Sequence[Record]
    total: int | None = None


class PageStart(NamedTuple):
    """Where a page begins, in the order of the UUIDs.

    Args:
        after: the UUID behind which it begins; None for the first record of all.
        skipped: how many records behind that UUID it leaves out.
    """

    after: str | None = None
    skipped: int = 0


class PageCollector:
    """Collects pages and says where the next one begins.

    Args:
        page_size: how many records each page is asked for.
    """

    def __init__(self, page_size: int) -> None:
        self._page_size = page_size
        self._uuids: set[str] = set()
        self._texts_without_uuid: list[str] = []
        self._ignores_conditions = False
        self.records: list[Record] = []
        """Every record so far; one with a UUID only once."""
        self.start = PageStart()
        """Where the next page begins."""
        self.missing = 0
        """How many records there are that the node says it has, and does not send."""

    def add(self, page: Page) -> bool:
        """Add the records of a page; return whether there may be another page.

        Without another page, ``missing`` says how many records the node has not sent.
        """
        known = len(self.records)
        self._add_records(page.records)
        if len(self.records) == known:
            return self._skip_known(page)
        end = self.start.skipped + len(page.records)
        # Fewer records than asked for are all there are, unless the node says otherwise.
        has_more = len(page.records) >= self._page_size or (page.total or 0) > end
        self._move_behind(page.records)
        return has_more

    def _add_records(self, records: Sequence[Record]) -> None:
        texts = [str(record.text) for record in records if not record.uuid]
        # A node that ignores where a page begins sends the same records again and again.
        is_repeated = texts == self._texts_without_uuid
        self._texts_without_uuid = texts
        for record in records:
            if record.uuid in self._uuids or (not record.uuid and is_repeated):
                continue
            if record.uuid:
                self._uuids.add(record.uuid)
            self.records.append(record)

    def _skip_known(self, page: Page) -> bool:
        """Leave out the known records by their number where a node ignores conditions and has more; return whether."""
        missing = (page.total or 0) - len(self.records)
        if self._ignores_conditions or not page.records or missing <= 0:
            self.missing = max(missing, 0)
            return False
        self._ignores_conditions = True
        self.start = PageStart(skipped=len(self.records))
        return True

    def _move_behind(self, records: Sequence[Record]) -> None:
        uuids = [record.uuid or "" for record in records]
        is_sorted = uuids == sorted(uuids, key=str.lower)
        if is_sorted and _PLAIN_UUID.fullmatch(uuids[-1]) and not self._ignores_conditions:
            self.start = PageStart(uuids[-1])
        else:
            self.start = self.start._replace(skipped=self.start.skipped + len(records))
