"""Finds the VM instances that an ISO can be attached to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from zsiso.api.isos import resolve_iso_uuid
from zsiso.api.responses import read_records
from zsiso.inventory.candidates import CandidateFilter, unique_candidates

if TYPE_CHECKING:
    from zsiso.api.client import Client
    from zsiso.inventory.record import Projection, Record
    from zsiso.transport.messages import ApiResponse


class CandidatesQuery(NamedTuple):
    """What is asked of one cloud.

    Args:
        iso: the ISO's UUID, or the exact name of an ISO image.
        system_tags: sent to the node, which may ignore them.
        user_tags: likewise.
        verify_tags: whether zsiso itself compares the VM instances' tags, too.
        attachable: whether VM instances without a free CD-ROM drive are left out.
    """

    iso: str
    system_tags: tuple[str, ...] = ()
    user_tags: tuple[str, ...] = ()
    verify_tags: bool = False
    attachable: bool = False

    @property
    def has_tags(self) -> bool:
        """Whether there is a tag of either kind."""
        return bool(self.system_tags or self.user_tags)


class CandidatesResult(NamedTuple):
    """What one cloud returned.

    Args:
        iso_uuid: the ISO's UUID.
        response: the node's response.
        filter: which of its VM instances are wanted.
    """

    iso_uuid: str
    response: ApiResponse
    filter: CandidateFilter

    def read_vms(self, projection: Projection) -> Iterator[Record]:
        """Yield each VM instance of the response once, wanted or not, with the fields of ``projection``.

        Raises:
            ZsisoError: as ``responses.read_records``.
        """
        return unique_candidates(read_records(self.response, projection), self.iso_uuid)


def find_candidates(client: Client, query: CandidatesQuery) -> CandidatesResult:
    """Ask a cloud which VM instances an ISO can be attached to.

    Raises:
        IsoNotFoundError, UsageError: as ``resolve_iso_uuid``.
        ZsisoError: as ``Client.vm_candidates`` and ``Client.vms_with_tag``.
    """
    iso_uuid = resolve_iso_uuid(client, query.iso)
    response = client.vm_candidates(iso_uuid, query.system_tags, query.user_tags)
    vms_by_tag = _find_vms_by_tag(client, query) if query.verify_tags and query.has_tags else None
    return CandidatesResult(iso_uuid, response, CandidateFilter(attachable=query.attachable, vms_by_tag=vms_by_tag))


def _find_vms_by_tag(client: Client, query: CandidatesQuery) -> dict[str, frozenset[str]]:
    tags = [("system-tags", tag) for tag in query.system_tags] + [("user-tags", tag) for tag in query.user_tags]
    vms_by_tag: dict[str, frozenset[str]] = {}
    for kind, tag in tags:
        vms = client.vms_with_tag(kind, tag)
        # The same text may be asked for as a system tag and as a user tag: a VM instance must have both.
        vms_by_tag[tag] = vms_by_tag.get(tag, vms) & vms
    return vms_by_tag
