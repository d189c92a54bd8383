"""Formats, stdout and stderr: how a list and a message are written."""
