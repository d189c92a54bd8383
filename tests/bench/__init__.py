"""The benchmark: zsiso compared with other programs. Run ``python -m tests.bench``; pytest does not collect it."""
