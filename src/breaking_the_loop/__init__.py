"""*Breaking the Loop*: one room a notebook, with its models, figures and lesson."""
