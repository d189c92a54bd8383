"""The commands: options in, one run, nothing else. ``zsiso.cli`` puts them together.

Each imports what it needs when it runs, so that ``zsiso --help`` loads none of it.
"""
