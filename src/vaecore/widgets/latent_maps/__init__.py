"""Latent maps: the same digits encoded by several models, side by side, and a point to drag on each map."""

from vaecore.widgets.latent_maps.latent_maps import LatentMaps

__all__ = ["LatentMaps"]
