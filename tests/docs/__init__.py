"""Tests of the documents: what they show runs, and is up to date."""
