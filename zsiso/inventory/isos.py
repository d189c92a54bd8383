"""Pure: which ISO image somebody means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zsiso import text
from zsiso.errors import IsoNotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zsiso.inventory.record import Record

_UUID = "[0-9a-f]{32}"


def parse_uuid(typed: str) -> str | None:
    """Return the UUID that ``typed`` is, dashes and capitals put right; None for any other text."""
    digits = typed.replace("-", "").lower()
    return digits if re.fullmatch(_UUID, digits) else None


def find_iso_by_name(name: str, images: Iterable[Record]) -> str:
    """Return the UUID of the only ISO image with this exact name.

    Raises:
        IsoNotFoundError: there is none.
        UsageError: there are several, or its UUID is none.
    """
    images = list(images)
    found = [image for image in images if image.name == name]
    if not found:
        near = text.suggest(name, sorted({image.name for image in images if image.name}))
        raise IsoNotFoundError(f"no ISO image is called {text.quote(name)}", hint=near or "`zsiso isos` lists them")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} ISO images are called {text.quote(name)}",
            details=tuple(sorted(_describe_image(image) for image in found)),
            hint="say which by its UUID",
        )
    uuid = parse_uuid(found[0].uuid or "")
    if uuid is None:
        raise IsoNotFoundError(f"the ISO image called {text.quote(name)} has no UUID", hint="`zsiso isos` lists them")
    return uuid


def _describe_image(image: Record) -> str:
    size = image.fields.get("size")
    told = text.format_gib(size) if text.is_number(size) else text.MISSING
    return f"{image.uuid or text.MISSING}  {told}  {text.format_value(image.fields.get('createDate') or text.MISSING)}"
