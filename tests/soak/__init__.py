"""The soak: thousands of runs against a node at which everything goes wrong that can.

``python -m tests.soak --help``; no part of the test run.
"""
