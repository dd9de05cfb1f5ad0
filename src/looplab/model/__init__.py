"""A model, declared once: run with arrays, printed as equations, run in the browser."""
