"""The models, living figures and publishing behind *Breaking the Loop*.

Imports point one way: models, model machinery, figures, notebooks, publishing.
"""
