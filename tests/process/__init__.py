"""Tests that need processes of their own: start-up, signals, standard streams, shells."""
