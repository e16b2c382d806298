"""Figures that move under the reader's hand: in a notebook, and on a static page without a kernel."""

from vaecore.widgets.beta_slider import BetaSlider
from vaecore.widgets.elbo_gap import ElboGap
from vaecore.widgets.fit_q import FitQ
from vaecore.widgets.latent_arithmetic import LatentArithmetic
from vaecore.widgets.latent_maps import LatentMaps
from vaecore.widgets.latent_sliders import LatentSliders
from vaecore.widgets.live_interpolation import LiveInterpolation
from vaecore.widgets.model_learns import ModelLearns
from vaecore.widgets.noise_flow import NoiseFlow
from vaecore.widgets.one_digit import OneDigit
from vaecore.widgets.optimizer_race import OptimizerRace
from vaecore.widgets.path_comparison import PathComparison
from vaecore.widgets.question import Question, question
from vaecore.widgets.three_bars import ThreeBars
from vaecore.widgets.two_gaussians import TwoGaussians

__all__ = [
    "BetaSlider",
    "ElboGap",
    "FitQ",
    "LatentArithmetic",
    "LatentMaps",
    "LatentSliders",
    "LiveInterpolation",
    "ModelLearns",
    "NoiseFlow",
    "OneDigit",
    "OptimizerRace",
    "PathComparison",
    "Question",
    "ThreeBars",
    "TwoGaussians",
    "question",
]
