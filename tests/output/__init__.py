"""Tests of output: formats and terminals."""
