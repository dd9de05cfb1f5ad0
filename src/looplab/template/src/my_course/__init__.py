"""My course: one room for each notebook."""
