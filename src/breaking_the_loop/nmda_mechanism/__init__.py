"""Notebook 02: from an infusion to a loosened circuit."""
