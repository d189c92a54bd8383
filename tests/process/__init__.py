"""Tests that start processes: start-up, signals, standard streams, shells and limits."""
