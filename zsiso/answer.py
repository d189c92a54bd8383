"""Pure: from the records of an answer to the VM instances that were asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zsiso.models import Record

FREE, FULL, NONE, ALREADY, UNKNOWN = "free", "full", "none", "already", "?"
"""What a VM instance's CD-ROM drives say about an ISO: whether attaching it can succeed."""

_WHY_NOT = {
    FULL: "all of its CD-ROM drives are full",
    NONE: "it has no CD-ROM drive",
    ALREADY: "it holds this ISO already",
}


def candidates(records: Iterable[Record], iso_uuid: str) -> list[Record]:
    """Return the VM instances of an answer, each once, with what their drives say of the ISO.

    The node joins two queries without removing doubles (wire page, "The call").
    """
    seen: set[str] = set()
    vms: list[Record] = []
    for record in records:
        if record.uuid is not None and record.uuid in seen:
            continue
        seen.add(record.uuid or "")
        vms.append(replace(record, computed={"cdrom": cdrom(record.fields, iso_uuid)}))
    return vms


def cdrom(vm: Mapping[str, Any], iso_uuid: str) -> str:
    """Return whether the ISO can go into one of the VM's drives (wire page, "The VM instance").

    ``already`` where a drive holds it, even beside an empty one, for the attach
    call fails then; else ``free``, ``full`` or ``none``; ``?`` where the node
    does not say.
    """
    drives = vm.get("vmCdRoms")
    if not isinstance(drives, list) or not all(isinstance(drive, dict) for drive in drives):
        return UNKNOWN
    held = [drive.get("isoUuid") for drive in drives]
    if iso_uuid in held:
        return ALREADY
    if any(not iso for iso in held):
        return FREE
    return FULL if held else NONE


@dataclass(frozen=True)
class Wanted:
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
        if self.attachable and drives in _WHY_NOT:
            return _WHY_NOT[drives]
        missing = [tag for tag, uuids in (self.bearers or {}).items() if vm.uuid not in uuids]
        if not missing:
            return None
        return f"it does not bear the tag{'' if len(missing) == 1 else 's'} {', '.join(missing)}"

    def of(self, vms: Iterable[Record]) -> list[Record]:
        """Return the VM instances that are wanted."""
        return [vm for vm in vms if self.why_not(vm) is None]


def absences(names: Iterable[str], vms: Sequence[Record], wanted: Wanted) -> list[str]:
    """Return a line for each VM that is asked for, by UUID or exact name, and is not there as wanted.

    Of several VM instances with one name, each has to be there.
    """
    lines = []
    for name in names:
        uuid = name.replace("-", "").lower()
        called = [vm for vm in vms if uuid == vm.uuid or name == vm.name]
        if not called:
            lines.append(f"{name}: it is not a candidate")
        lines += [f"{name}: {why}" for vm in called if (why := wanted.why_not(vm)) is not None]
    return lines


def unknown_drives(vms: Iterable[Record]) -> int:
    """Return of how many VM instances the node does not say what their drives hold."""
    return sum(vm.computed["cdrom"] == UNKNOWN for vm in vms)
