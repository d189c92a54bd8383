"""The embedded management node, for trying and testing without a cloud."""

from zsiso.mock_node.auth_config import MockAuthConfig
from zsiso.mock_node.cloud_file import load_cloud, parse_cloud
from zsiso.mock_node.example import EXAMPLE_ISO, EXAMPLE_SESSION, example_cloud, example_inventory
from zsiso.mock_node.messages import MockRequest, MockResponse
from zsiso.mock_node.node import CONTEXT_PATH, MockNode
from zsiso.mock_node.server import serve

__all__ = [
    "CONTEXT_PATH",
    "EXAMPLE_ISO",
    "EXAMPLE_SESSION",
    "MockAuthConfig",
    "MockNode",
    "MockRequest",
    "MockResponse",
    "example_cloud",
    "example_inventory",
    "load_cloud",
    "parse_cloud",
    "serve",
]
