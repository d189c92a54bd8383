"""From a name or a UUID as a user typed it to the UUID of an ISO image."""

from __future__ import annotations

import re
from collections.abc import Iterable

from zsiso import text
from zsiso.errors import IsoNotFoundError, UsageError
from zsiso.inventory.record import Record

_UUID = "[0-9a-f]{32}"


def parse_uuid(value: str) -> str | None:
    """Return a UUID as ZStack writes it, without dashes and in lower case; None where ``value`` is no UUID."""
    digits = value.replace("-", "").lower()
    return digits if re.fullmatch(_UUID, digits) else None


def find_iso_by_name(name: str, images: Iterable[Record]) -> str:
    """Return the UUID of the only ISO image with this name, in any Unicode form unless one has exactly this one.

    Raises:
        IsoNotFoundError: no image has the name, or the image has no UUID.
        UsageError: several images have the name.
    """
    images = list(images)
    matches = [image for image in images if image.name == name] or [
        image for image in images if text.normalize(image.name or "") == text.normalize(name)
    ]
    if not matches:
        suggestion = text.suggest(name, sorted({image.name for image in images if image.name}))
        raise IsoNotFoundError(
            f"ISO image {text.quote(name)} not found on the management node",
            hint=suggestion or "run `zsiso isos` to list the ISO images",
        )
    if len(matches) > 1:
        raise UsageError(
            f"{len(matches)} ISO images have the name {text.quote(name)}",
            details=tuple(sorted(_describe_image(image) for image in matches)),
            hint="use the UUID of one of them",
        )
    uuid = parse_uuid(matches[0].uuid or "")
    if uuid is None:
        raise IsoNotFoundError(
            f"ISO image {text.quote(name)} has no UUID", hint="run `zsiso isos` to list the ISO images"
        )
    return uuid


def _describe_image(image: Record) -> str:
    size, date = image.fields.get("size"), image.fields.get("createDate")
    return "  ".join(
        (
            image.uuid or text.MISSING,
            text.MISSING if size is None else text.format_size(size),
            text.format_value(date or text.MISSING),
        )
    )
