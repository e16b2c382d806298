"""Latent sliders: move z by hand, and see what the decoder makes of it."""

from vaecore.widgets.latent_sliders.latent_sliders import LatentSliders

__all__ = ["LatentSliders"]
