"""Two Gaussians: pull them about, and see KL in both directions, with what is under its integral."""

from vaecore.widgets.two_gaussians.two_gaussians import TwoGaussians

__all__ = ["TwoGaussians"]
