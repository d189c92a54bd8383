"""Tests of completion: what a shell asks and gets."""
