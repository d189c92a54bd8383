"""Pure: from the records of an answer to the VM instances that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from zsiso.inventory.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FREE, FULL, NONE, ALREADY, UNKNOWN = "free", "full", "none", "already", "?"
"""What a VM instance's CD-ROM drives say about an ISO: whether attaching it can succeed."""

_CDROM_REASONS = {
    FULL: "all of its CD-ROM drives are full",
    NONE: "it has no CD-ROM drive",
    ALREADY: "it holds this ISO already",
}


REQUIRED_PATHS = frozenset({"uuid", "name", "vmCdRoms.isoUuid"})
"""What is read of a VM instance here."""


def unique_candidates(records: Iterable[Record], iso_uuid: str) -> Iterator[Record]:
    """Give the VM instances of an answer, each once, with what their drives say of the ISO.

    The node joins two queries without removing doubles (wire page, "The call").
    """
    seen: set[str] = set()
    for fields, text, _ in records:
        uuid = fields.get("uuid")
        if isinstance(uuid, str):
            if uuid in seen:
                continue
            seen.add(uuid)
        yield Record(fields, text, _COMPUTED_BY_STATE[cdrom_state(fields, iso_uuid)])


def cdrom_state(vm: Mapping[str, Any], iso_uuid: str) -> str:
    """Return whether the ISO can go into one of the VM's drives (wire page, "The VM instance").

    ``already`` where a drive holds it, even beside an empty one, for the attach
    call fails then; else ``free``, ``full`` or ``none``; ``?`` where the node
    does not say.
    """
    drives = vm.get("vmCdRoms")
    if not isinstance(drives, list):
        return UNKNOWN
    state = FULL if drives else NONE
    for drive in drives:
        if not isinstance(drive, dict):
            return UNKNOWN
        held = drive.get("isoUuid")
        if held == iso_uuid:
            state = ALREADY
        elif not held and state is FULL:
            state = FREE
    return state


# The same for many VM instances, so that many take no room.
_COMPUTED_BY_STATE: Mapping[str, Mapping[str, str]] = {
    state: {"cdrom": state} for state in (FREE, FULL, NONE, ALREADY, UNKNOWN)
}


class CandidateFilter(NamedTuple):
    """What the VM instances are narrowed to.

    Args:
        attachable: only those whose drives can take the ISO, or may.
        bearers: which VM instances bear each tag; only those that bear all.
    """

    attachable: bool = False
    bearers: Mapping[str, frozenset[str]] | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is asked beside being a candidate."""
        return self.attachable or self.bearers is not None

    def why_not(self, vm: Record) -> str | None:
        """Return why a candidate is not wanted, None where it is."""
        drives = vm.computed["cdrom"]
        if self.attachable and drives in _CDROM_REASONS:
            return _CDROM_REASONS[drives]
        missing = [tag for tag, uuids in (self.bearers or {}).items() if vm.uuid not in uuids]
        if not missing:
            return None
        return f"it does not bear the tag{'' if len(missing) == 1 else 's'} {', '.join(missing)}"


@dataclass
class CandidateCounts:
    """How many VM instances there were, how many were wanted, and of how many the drives are not known."""

    candidates: int = 0
    wanted: int = 0
    unknown: int = 0


def filter_candidates(vms: Iterable[Record], wanted: CandidateFilter, tally: CandidateCounts) -> Iterator[Record]:
    """Give the VM instances that are wanted, and count them until there are no more."""
    narrows = wanted.narrows
    there = given = unknown = 0
    for vm in vms:
        there += 1
        if narrows and wanted.why_not(vm) is not None:
            continue
        given += 1
        if vm.computed["cdrom"] == UNKNOWN:
            unknown += 1
        yield vm
    tally.candidates, tally.wanted, tally.unknown = there, given, unknown


def missing_candidates(names: Sequence[str], vms: Iterable[Record], wanted: CandidateFilter) -> list[str]:
    """Return a line for each VM that is asked for, by UUID or exact name, and is not there as wanted.

    Of several VM instances with one name, each has to be there.
    """
    uuids = {name: name.replace("-", "").lower() for name in names}
    asked = {*names, *uuids.values()}
    there = [vm for vm in vms if vm.uuid in asked or vm.name in asked]
    lines = []
    for name in names:
        called = [vm for vm in there if uuids[name] == vm.uuid or name == vm.name]
        if not called:
            lines.append(f"{name}: it is not a candidate")
        lines += [f"{name}: {why}" for vm in called if (why := wanted.why_not(vm)) is not None]
    return lines
