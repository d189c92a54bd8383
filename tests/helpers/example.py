"""The example response of ZStack's documentation."""

from __future__ import annotations

from pathlib import Path

EXAMPLE = (Path(__file__).parents[1] / "data" / "example-response.json").read_bytes()
