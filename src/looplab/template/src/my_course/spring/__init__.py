"""The room of notebook 01: its model, its figure, its lesson."""
