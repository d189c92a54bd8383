"""From a name or a UUID as a user typed it to the UUID of an ISO image."""

from __future__ import annotations

import re
from collections.abc import Iterable

from zsiso import text
from zsiso.errors import IsoNotFoundError, UsageError
from zsiso.inventory.record import Record

REQUIRED_PATHS = frozenset({"uuid", "name", "status", "size", "createDate"})
"""The fields that this module reads of an ISO image."""

_UUID = "[0-9a-f]{32}"


def parse_uuid(value: str) -> str | None:
    """Return a UUID as ZStack writes it, without dashes and in lower case; None where ``value`` is no UUID."""
    digits = value.replace("-", "").lower()
    return digits if re.fullmatch(_UUID, digits) else None


def is_deleted(image: Record) -> bool:
    """Return whether an image is Deleted: a query lists it until it is expunged (docs/zstack-api.md#iso-images)."""
    return image.fields.get("status") == "Deleted"


def find_iso_by_name(name: str, images: Iterable[Record]) -> str:
    """Return the UUID of the only ISO image with this name that is not Deleted.

    A name matches in any Unicode form, unless an image has exactly the one that was typed.

    Raises:
        IsoNotFoundError: no image has the name, or the image has no UUID.
        UsageError: several images have the name.
    """
    images = list(images)
    present = [image for image in images if not is_deleted(image)]
    matches = [image for image in present if image.name == name] or [
        image for image in present if _has_name(image, name)
    ]
    if not matches:
        raise _not_found_error(name, images)
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


def _has_name(image: Record, name: str) -> bool:
    return image.name is not None and text.normalize(image.name) == text.normalize(name)


def _not_found_error(name: str, images: Iterable[Record]) -> IsoNotFoundError:
    deleted = tuple(sorted(_describe_image(image) for image in images if _has_name(image, name)))
    if deleted:
        return IsoNotFoundError(
            f"ISO image {text.quote(name)} is Deleted",
            details=deleted,
            hint="recover the image, or run `zsiso isos` to choose another one",
        )
    suggestion = text.suggest(name, sorted({image.name for image in images if image.name and not is_deleted(image)}))
    return IsoNotFoundError(
        f"ISO image {text.quote(name)} not found on the management node",
        hint=suggestion or "run `zsiso isos` to list the ISO images",
    )


def _describe_image(image: Record) -> str:
    size, date = image.fields.get("size"), image.fields.get("createDate")
    return "  ".join(
        (
            image.uuid or text.MISSING,
            text.MISSING if size is None else text.format_size(size),
            text.format_value(date or text.MISSING),
        )
    )
