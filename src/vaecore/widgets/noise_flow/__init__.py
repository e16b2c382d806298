"""Noise flow: z made from noise under the reader's hand, and two estimates of a gradient for each draw."""

from vaecore.widgets.noise_flow.noise_flow import NoiseFlow

__all__ = ["NoiseFlow"]
