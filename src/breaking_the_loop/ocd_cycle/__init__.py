"""Notebook 01: three models of the cycle, treatments, and a fast drug as hypothesis."""
