"""Tests of commands: one module per command."""
