"""Tests of api: ZStack's API."""
