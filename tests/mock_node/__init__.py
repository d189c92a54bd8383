"""Tests of mock_node: the embedded management node."""
