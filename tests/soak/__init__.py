"""The soak test: thousands of runs against a node with random faults.

Run ``python -m tests.soak --help``; pytest does not collect it.
"""
