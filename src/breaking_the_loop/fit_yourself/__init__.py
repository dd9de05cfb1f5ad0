"""Notebook 05: play a game, be fitted, and learn what the fit can mean."""
