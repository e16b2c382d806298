"""Live interpolation: a film from one digit to another, through latent space and pixel by pixel."""

from vaecore.widgets.live_interpolation.live_interpolation import LiveInterpolation

__all__ = ["LiveInterpolation"]
