"""What chapter 2 says of its numbers."""

import numpy as np

from claims.registry import Names, says
from vaecore import integrate_log_likelihood
from vaecore.widgets import OneDigit
from vaecore.widgets.one_digit.drawing import LETTER, SCRIBBLE


@says("ellipses of one colour lie together, and those at the rim are larger.", "no ellipse is a mere point")
def the_map_is_as_described(names: Names) -> None:
    """The outer tenth is half as wide again as the inner half; digits of a class are nearer than others."""
    mean, log_std = names["map_model"].encode(names["test"])
    radius, size = np.linalg.norm(mean, axis=1), np.exp(log_std).mean(axis=1)
    assert np.exp(log_std).min() > 1e-3
    rim, middle = radius > np.quantile(radius, 0.9), radius < np.median(radius)
    assert np.median(size[rim]) > 1.5 * np.median(size[middle])
    labels = names["test_labels"]
    own = np.mean([mean[labels == k].std(axis=0).mean() for k in range(10)])
    assert own < 0.7 * mean.std(axis=0).mean()


@says("Heads makes the bent coin more probable than it was, and tails makes it much less so.")
def the_throw_tells(names: Names) -> None:
    """Exact tables: from 0.25 to 0.375 and to 0.0625."""
    tails, heads = names["coins"].posterior[:, 1]
    assert heads > 0.3 and tails < 0.1


@says(
    "It is 0 if the two are the same, and positive otherwise.",
    "the first two lines of the cell differ.",
)
def the_divergence_has_a_direction(names: Names) -> None:
    """Exact tables: 0.0381, 0.0354 and 0; the two directions are 8% apart, a thousandth is held."""
    one, other, same = names["apart"].values()
    assert min(one, other) > 0.03 and abs(one / other - 1) > 1e-3 and same == 0


@says("The second and the last column agree", "For the coins the best $\\theta$ is the share of heads")
def the_likelihood_is_largest_at_the_share(names: Names) -> None:
    """Both columns to 1e-12; the share's is largest by 0.01 nats (0.06 and 0.1 were measured)."""
    fits = names["fits"]
    np.testing.assert_allclose([mean for mean, _ in fits.values()], [v for _, v in fits.values()], rtol=1e-12)
    best = fits[names["share"]][0]
    assert all(best > mean + 0.01 for theta, (mean, _) in fits.items() if theta != names["share"])


@says(
    "At 17.2 that is nearly undecided.",
    "each kind is as plain as can be, and $p(x)$ has three humps.",
    "A histogram of lengths with three humps",
)
def three_bells_have_three_humps(names: Names) -> None:
    """Formulas: 0.53 against 0.47; between two humps the density is below half of the lower one's top."""
    assert 0.4 < names["of_kind"][1].max() < 0.6
    density = names["joint"](np.linspace(4, 26, 400)).sum(axis=1)
    inside = density[1:-1]
    tops = inside[(inside > density[:-2]) & (inside > density[2:])]
    valleys = inside[(inside < density[:-2]) & (inside < density[2:])]
    assert len(tops) == 3 and len(valleys) == 2
    assert (valleys < np.minimum(tops[:-1], tops[1:]) / 2).all()


@says("In a small linear-Gaussian world this works:")
def the_plain_estimate_works_in_a_small_world(names: Names) -> None:
    """Within 0.1 nats after 10,000 draws; their standard error is 0.02."""
    z = names["np"].random.default_rng(5).standard_normal((10_000, 2))
    _, x = names["small"].sample(1, np.random.default_rng(5))
    log_p = names["small"].log_likelihood(np.tile(x, (10_000, 1)), z)
    estimate = names["log_marginal_monte_carlo"](log_p[None])[0]
    assert abs(estimate - names["small"].log_marginal(x)[0]) < 0.1


@says(
    "On the plane, twenty thousand samples nearly suffice: some of them fall near the right place.",
    "In 50 dimensions none of them does.",
    "For the model with 2 latent dimensions the naive estimate rises until it reaches the dashed line",
    "it rises too, and stays far below the dashed line of the better estimate.",
)
def sampling_the_prior_fails_in_many_dimensions(names: Names) -> None:
    """Within 2 nats on the plane (0.2 were measured), more than 25 away in 50 dimensions (50)."""
    better, sizes = names["better"], names["sizes"]
    z = np.random.default_rng(7).standard_normal((sizes[-1], 2), dtype=np.float32)
    log_p = names["log_likelihoods"](names["map_model"], names["held_out"], z)
    on_plane = [names["log_marginal_monte_carlo"](log_p[:, :S]).mean() for S in sizes]
    assert abs(on_plane[-1] - better[2]) < 2 and on_plane[0] < on_plane[-1] - 10
    assert names["naive"][-1] < better[50] - 25 and names["naive"][0] < names["naive"][-1] - 10


@says("The smaller sigma, the steeper the line.", "Every digit lies on the line.")
def a_gaussian_is_a_squared_error(names: Names) -> None:
    """A formula: float32 keeps four digits of it."""
    for sigma in (0.2, 0.3, 0.5):
        log_sigma = np.full_like(names["digits"], np.log(sigma))
        density = names["gaussian_log_prob"](names["digits"], names["outputs"], log_sigma)
        line = -names["squared_error"] / (2 * sigma**2) - 392 * np.log(2 * np.pi * sigma**2)
        np.testing.assert_allclose(density, line, rtol=1e-3, atol=0.1)


@says("one bump becomes two.")
def tanh_makes_two_bumps(names: Names) -> None:
    """Excess kurtosis: 0 for one Gaussian bump, nearly -2 for two narrow ones; 4,000 draws know it to 0.1."""
    linear, bent = names["kurtosis"]
    assert abs(linear) < 0.4 and bent < -1.2


@says(
    "of the letter A is far below that of any of the ten digits, and that of the scribble is lower again.",
    "is more probable than most of the ten digits.",
    "is hopelessly wrong about it: look at the gap.",
)
def what_is_no_digit_is_improbable_but_a_blank(names: Names) -> None:
    """Deterministic: the letter 20 nats below the last digit (41 measured), the blank before 7 of 10 (8), its
    gap ten times that of the digits' mean (271 nats against less than 10).
    """
    figure = OneDigit(names["map_model"], names["digits"], names["labels"])
    images, bounds = [], []
    for strokes in (*range(10), LETTER, SCRIBBLE, []):
        if isinstance(strokes, int):
            figure.digit = strokes
        else:
            figure.strokes, figure.digit = strokes, -1
        images.append(figure.image)
        bounds.append(figure.numbers["bound"])
    log_p = integrate_log_likelihood(figure.vae, np.array(images), reach=4.5)
    digits, (letter, scribble, blank) = log_p[:10], log_p[10:]
    assert letter < digits.min() - 20 and scribble < letter - 100
    assert np.sum(blank > digits + 2) >= 7
    gaps = log_p - bounds
    assert gaps[-1] > 10 * gaps[:10].mean() and gaps[-1] > 100
