"""Latent arithmetic under the reader's hand: a + t (c - b), which is a - b + c at t = 1."""

from vaecore.widgets.latent_arithmetic.latent_arithmetic import LatentArithmetic

__all__ = ["LatentArithmetic"]
