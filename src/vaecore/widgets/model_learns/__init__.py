"""A training that the reader scrubs through: the map, samples, reconstructions and the terms of the bound."""

from vaecore.widgets.model_learns.model_learns import ModelLearns

__all__ = ["ModelLearns"]
