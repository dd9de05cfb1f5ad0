"""The figures of each notebook: one file per notebook, one function per figure."""
