"""The beta slider: one model for each weight of the KL, and what each pays for what it keeps."""

from vaecore.widgets.beta_slider.beta_slider import BetaSlider

__all__ = ["BetaSlider"]
