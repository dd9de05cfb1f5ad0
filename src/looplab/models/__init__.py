"""The science: one file per topic, equations and parameters with their sources, no drawing."""
