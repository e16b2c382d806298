"""One digit through a VAE: drawn by hand or picked, encoded, sampled, decoded, with the bound in nats."""

from vaecore.widgets.one_digit.one_digit import OneDigit

__all__ = ["OneDigit"]
