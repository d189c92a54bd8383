"""From the VM instances of a response to those that are requested: CD-ROM state, filter, counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from zsiso.inventory.record import Record
from zsiso.text import normalize

FREE, FULL, NONE, ALREADY, UNKNOWN = "free", "full", "none", "already", "?"
"""The CD-ROM states of a VM instance: whether an ISO can be attached to it (``cdrom_state``)."""

_CDROM_REASONS = {
    FULL: "all its CD-ROM drives are full",
    NONE: "it has no CD-ROM drive",
    ALREADY: "this ISO is attached already",
}


REQUIRED_PATHS = frozenset({"uuid", "name", "vmCdRoms.isoUuid"})
"""The fields, and the path into a list, that this module reads of a VM instance."""


def unique_candidates(records: Iterable[Record], iso_uuid: str) -> Iterator[Record]:
    """Yield the VM instances of a response, each once, with its CD-ROM state for the ISO.

    No code of the node removes duplicates (docs/zstack-api.md#listed-vm-instances). Those without
    a UUID, or with a blank one, cannot be compared, so each of them is yielded.
    """
    seen: set[str] = set()
    for fields, text, _ in records:
        uuid = fields.get("uuid")
        if isinstance(uuid, str) and uuid.strip():
            if uuid in seen:
                continue
            seen.add(uuid)
        yield Record(fields, text, _COMPUTED_BY_STATE[cdrom_state(fields, iso_uuid)])


def cdrom_state(vm: Mapping[str, Any], iso_uuid: str) -> str:
    """Return whether the ISO can be attached to a drive of the VM (docs/zstack-api.md#attach-conditions).

    ``already`` where a drive has the ISO, even next to an empty drive, because an attach is
    rejected then; else ``free`` with an empty drive, ``full`` without one, ``none`` without any
    drive; ``?`` where the response does not list the drives (docs/zstack-api.md#cd-rom-drives).
    """
    drives = vm.get("vmCdRoms")
    if not isinstance(drives, list):
        return UNKNOWN
    state = FULL if drives else NONE
    for drive in drives:
        if not isinstance(drive, dict):
            return UNKNOWN
        attached = drive.get("isoUuid")
        if attached == iso_uuid:
            state = ALREADY
        elif not attached and state is FULL:
            state = FREE
    return state


# One mapping for each state, shared by many VM instances to save memory.
_COMPUTED_BY_STATE: Mapping[str, Mapping[str, str]] = {
    state: {"cdrom": state} for state in (FREE, FULL, NONE, ALREADY, UNKNOWN)
}


class CandidateFilter(NamedTuple):
    """Which of the candidates are requested.

    Args:
        attachable: only those whose CD-ROM state is ``free`` or ``?``.
        vms_by_tag: for each tag, the UUIDs of the VM instances that have it; only those with every tag.
    """

    attachable: bool = False
    vms_by_tag: Mapping[str, frozenset[str]] | None = None

    @property
    def is_active(self) -> bool:
        """Whether it can reject a candidate."""
        return self.attachable or self.vms_by_tag is not None

    def rejection_reason(self, vm: Record) -> str | None:
        """Return why it rejects a candidate, None where it does not."""
        state = vm.computed["cdrom"]
        if self.attachable and state in _CDROM_REASONS:
            return _CDROM_REASONS[state]
        missing = [tag for tag, uuids in (self.vms_by_tag or {}).items() if vm.uuid not in uuids]
        if not missing:
            return None
        return f"it does not have the tag{'' if len(missing) == 1 else 's'} {', '.join(missing)}"


@dataclass
class CandidateCounts:
    """How many VM instances a response has, how many pass the filter, and how many of these have the state ``?``."""

    candidates: int = 0
    accepted: int = 0
    unknown: int = 0


def filter_candidates(
    vms: Iterable[Record], candidate_filter: CandidateFilter, counts: CandidateCounts
) -> Iterator[Record]:
    """Yield the VM instances that pass the filter; ``counts`` is complete after the last one."""
    is_active = candidate_filter.is_active
    candidates = accepted = unknown = 0
    for vm in vms:
        candidates += 1
        if is_active and candidate_filter.rejection_reason(vm) is not None:
            continue
        accepted += 1
        if vm.computed["cdrom"] == UNKNOWN:
            unknown += 1
        yield vm
    counts.candidates, counts.accepted, counts.unknown = candidates, accepted, unknown


def missing_candidates(names: Sequence[str], vms: Iterable[Record], candidate_filter: CandidateFilter) -> list[str]:
    """Return a line for each VM instance, by UUID or name, that is no candidate or does not pass the filter.

    A name matches in any Unicode form; if several VM instances have it, each of them must pass.
    """
    uuids = {name: name.replace("-", "").lower() for name in names}
    identifiers = {*map(normalize, names), *uuids.values()}
    matches = [vm for vm in vms if vm.uuid in identifiers or _compared_name(vm) in identifiers]
    lines = []
    for name in names:
        named = [vm for vm in matches if uuids[name] == vm.uuid or normalize(name) == _compared_name(vm)]
        if not named:
            lines.append(f"{name}: it is not a candidate")
        lines += [f"{name}: {reason}" for vm in named if (reason := candidate_filter.rejection_reason(vm)) is not None]
    return lines


def _compared_name(vm: Record) -> str | None:
    return normalize(vm.name) if vm.name is not None else None
