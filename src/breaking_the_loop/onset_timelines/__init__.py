"""Notebook 03: how fast, how much, and for how long."""
