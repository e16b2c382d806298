"""A race uphill: gradient ascent, ADAM, and ADAM without bias correction, from one start."""

from vaecore.widgets.optimizer_race.optimizer_race import OptimizerRace

__all__ = ["OptimizerRace"]
