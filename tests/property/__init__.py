"""Tests of properties that hold for any input, by hypothesis."""
