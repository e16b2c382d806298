"""A Gaussian q that the reader fits by hand to one digit's posterior, with the bound and the gap in nats."""

from vaecore.widgets.fit_q.fit_q import FitQ

__all__ = ["FitQ"]
