"""Three bars: two distributions over three values, and KL in both directions, term by term."""

from vaecore.widgets.three_bars.three_bars import ThreeBars

__all__ = ["ThreeBars"]
