"""Tests of transport: how a request travels."""
