"""Tests of inventory: VM instances and ISO images."""
