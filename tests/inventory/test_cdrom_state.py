"""The state of a VM instance's CD-ROM drives."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO
from zsiso.inventory.candidates import cdrom_state

OTHER = "8f36a77ab76e3425a571a7f75fca2d69"


@pytest.mark.parametrize(
    ("drives", "state"),
    [
        ([{}], "free"),
        ([{"isoUuid": None}], "free"),
        ([{"isoUuid": ""}], "free"),
        ([{"isoUuid": OTHER}, {"deviceId": 1}], "free"),
        ([{"isoUuid": OTHER}], "full"),
        ([{"isoUuid": OTHER}, {"isoUuid": "another"}], "full"),
        ([], "none"),
        ([{"isoUuid": ISO}], "already"),
        ([{}, {"isoUuid": ISO}], "already"),
        (None, "?"),
        ("drives", "?"),
        ([5], "?"),
    ],
)
def test_cdrom_state_follows_from_drives(drives: object, state: str) -> None:
    assert cdrom_state({"vmCdRoms": drives}, ISO) == state
    if drives is None:
        assert cdrom_state({}, ISO) == state
