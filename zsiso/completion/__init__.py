"""Completion: what a shell asks at Tab, what it gets, and the scripts of the shells."""
