"""The gap: log p(x), the lower bound of a q that the reader moves, and what lies between them."""

from vaecore.widgets.elbo_gap.elbo_gap import ElboGap

__all__ = ["ElboGap"]
