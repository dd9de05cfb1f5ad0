"""Notebook 02: from an infusion to a circuit that may loosen."""
