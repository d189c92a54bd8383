"""Tests of config: file and environment become a profile."""
