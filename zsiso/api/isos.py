"""Finds the ISO image that a UUID or a name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.inventory.isos import REQUIRED_PATHS, find_iso_by_name, parse_uuid
from zsiso.inventory.record import Projection

if TYPE_CHECKING:
    from zsiso.api.client import Client


def resolve_iso_uuid(client: Client, iso: str) -> str:
    """Return the UUID of an ISO; the node is asked only where ``iso`` is a name.

    Args:
        client: asks the cloud.
        iso: a UUID in any form, or the exact name of an ISO image.

    Raises:
        IsoNotFoundError: no ISO image has the name.
        UsageError: several ISO images have it.
        ZsisoError: as ``Client.iso_images``.
    """
    return parse_uuid(iso) or find_iso_by_name(iso, client.iso_images(Projection(REQUIRED_PATHS, texts=False)))
