"""Tests of cli: what commands share."""
