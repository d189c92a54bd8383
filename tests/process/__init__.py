"""The process: what it loads, how it starts and how it ends."""
