"""The living figure: one matplotlib figure that follows a model, in Python and in the browser."""
