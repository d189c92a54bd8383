"""The cloud that the mock node serves when no other is given."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING

from zsiso.mock_node.cloud_file import parse_cloud

if TYPE_CHECKING:
    from zsiso.mock_node.cloud import Cloud

# The UUIDs of the documented curl example (ZStack Dev Guide, GetCandidateVmForAttachingIso).
EXAMPLE_ISO = "3e5e142462c54736b1880b43d49edeba"
EXAMPLE_SESSION = "54ca471114824451b5b3e4cc22f9a927"


def example_cloud() -> Cloud:
    """Return the example's cloud, which any account may log in to."""
    return parse_cloud(json.loads(resources.files("zsiso.mock_node").joinpath("example_cloud.json").read_bytes()))


def example_inventory() -> bytes:
    """Return the body that the example's ISO is answered with."""
    from zsiso.mock_node.messages import MockRequest
    from zsiso.mock_node.node import MockNode

    path = f"/v1/images/iso/{EXAMPLE_ISO}/vm-candidates"
    headers = {"authorization": f"OAuth {EXAMPLE_SESSION}"}
    return MockNode(example_cloud()).handle(MockRequest("GET", path, headers)).body
