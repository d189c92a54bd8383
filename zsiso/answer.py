"""Pure: from the rows of an answer to the VM instances to show, in order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from zsiso.models import VmInstance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DIGITS = re.compile("([0-9]+)")


def vm_instances(rows: Iterable[Mapping[str, Any]]) -> list[VmInstance]:
    """Return the VM instances in ``rows``, sorted by name as people order names."""
    return sorted(map(VmInstance.from_row, rows), key=_by_name)


def _by_name(vm: VmInstance) -> tuple[bool, list[tuple[int, str]], str, str]:
    return (vm.name is None, natural_key(vm.name or ""), vm.name or "", vm.uuid or "")


def natural_key(name: str) -> list[tuple[int, str]]:
    """Return a key that puts ``web-2`` before ``web-10``, and ``a`` beside ``A``."""
    parts = _DIGITS.split(name.casefold())
    # Odd places are the runs of digits.
    return [_magnitude(part.lstrip("0")) if at % 2 else (0, part) for at, part in enumerate(parts)]


def _magnitude(digits: str) -> tuple[int, str]:
    # The longer run is the greater number; int() would refuse the very long ones.
    return (len(digits), digits)
