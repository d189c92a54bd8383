"""The embedded management node, for trying and testing without a cloud."""

from zsiso.mock_node.cloud import EXAMPLE_ISO, EXAMPLE_SESSION, Accepts, Cloud
from zsiso.mock_node.server import CONTEXT_PATH, example_inventory, serve

__all__ = ["CONTEXT_PATH", "EXAMPLE_ISO", "EXAMPLE_SESSION", "Accepts", "Cloud", "example_inventory", "serve"]
