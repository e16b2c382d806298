"""What chapter 4 says of its numbers."""

import numpy as np

from claims.registry import Names, says


@says(
    "The value is good.",
    "The slope is 0: once drawn, a number does not remember the $\\mu$ that it came from",
)
def a_draw_has_no_slope(names: Names) -> None:
    """The value within 0.3, five standard errors of 1,000 draws; the slope is 0 exactly."""
    assert abs(names["value"] - 2.5) < 0.3 and names["slope"] == 0


@says(
    "The mean is right.",
    "But look at the single estimates: some do not even have the right sign.",
    "Every one of the six has the right sign.",
)
def single_estimates_differ_in_sign(names: Names) -> None:
    """The means within 0.15, six standard errors; the nearest of the signs is 1.7 away from 0."""
    assert abs(names["score_mean"].mean() - 3) < 0.15 and abs(names["path_mean"].mean() - 3) < 0.03
    assert names["score_mean"][:6, 0].min() < -1 and names["path_mean"][:6, 0].min() > 1


@says("A step is flat wherever it has a slope at all, so the path carries nothing.")
def a_step_has_no_path(names: Names) -> None:
    """Exactly 0; the score function within 0.03, six standard errors."""
    assert (names["by_path"] == 0).all()
    assert abs(names["by_score"].mean() - 1 / np.sqrt(2 * np.pi)) < 0.03


@says(
    "Lines are the formulas, dots are measured:",
    "The score function falls from about 540 to a minimum near 50 and rises again, "
    "the path rises from 0.04 to 16, always far below.",
    "The score function climbs from 15 to about 4500, the path stays at 4.",
)
def the_dots_are_on_the_lines(names: Names) -> None:
    """Within 15%; variances of 20,000 estimates have standard errors of a few hundredths."""
    mu, sigma, size = names["mu"], names["sigmas"], names["sizes"]
    by_sigma = mu**4 / sigma**2 + 14 * mu**2 + 15 * sigma**2, 4 * sigma**2
    by_size = size**2 + 6 * size + 8, np.full(len(size), 4)
    np.testing.assert_allclose(names["against_sigma"].T, by_sigma, rtol=0.15)
    np.testing.assert_allclose(names["against_size"].T, by_size, rtol=0.15)


@says("a narrow $q$ is no longer a problem, but this is more than twice the path's $4 \\sigma^2$ at best.")
def the_mean_as_baseline_helps_a_narrow_q(names: Names) -> None:
    """The formula to 10%, of 100,000 estimates at two widths; alone it is ten times as much in a narrow q."""
    mu, estimate = names["mu"], names["score_function_gradient"]
    for sigma in (0.1, 1.0):
        problem = names["square"], names["mean"], np.log([sigma])
        alone, helped = (
            estimate(*problem, np.random.default_rng(6), 100_000, baseline=b)[0].var()
            for b in (0, mu**2 + sigma**2)
        )
        assert abs(helped / (8 * mu**2 + 10 * sigma**2) - 1) < 0.1 and helped > 2 * 4 * sigma**2
        assert sigma > 0.1 or alone > 10 * helped


@says("It helps, and it is not enough.")
def a_baseline_helps(names: Names) -> None:
    """From 56 to 20, and the path has 1: by half at least, and five times the path's still."""
    problem = names["square"], names["mean"], names["log_std"]
    estimate, rng = names["score_function_gradient"], np.random.default_rng
    alone, helped = (estimate(*problem, rng(6), 100_000, baseline=b)[0].var() for b in (0, 3))
    path = names["pathwise_gradient"](*problem, rng(6), 100_000)[0].var()
    assert helped < 0.5 * alone and helped > 5 * path


@says("The path wins here too, even against the baseline.")
def the_path_wins_on_the_real_model(names: Names) -> None:
    """By a factor of three for both; measured were 11 and 39, and 100 between the other two."""
    without, baseline, path = (
        np.array([g.var(axis=0).sum() for g in gradients]) for gradients in names["ways"].values()
    )
    assert (path < baseline / 3).all() and (baseline < without / 10).all()


@says("For $\\sigma = 3$ it makes draws whose standard deviation is 9.")
def the_variance_is_no_standard_deviation(names: Names) -> None:
    """Within 0.1; the standard error is 0.02."""
    eps = np.random.default_rng(10).standard_normal(100_000)
    assert abs(np.std(names["sigma_is_3"] ** 2 * eps) - 9) < 0.1


@says("Before training, B scatters less, as expected.", "After training it is A!")
def training_turns_the_estimators_round(names: Names) -> None:
    """Half and two thirds were measured, of the standard deviation; four fifths is held."""
    std = {}
    for name in ("untrained", "lab_model"):
        for estimator in ("sgvb_a", "sgvb_b"):
            std[name, estimator] = names["scatter"](names[name], names[estimator], repeats=100)[1]
    assert std["untrained", "sgvb_b"] < 0.8 * std["untrained", "sgvb_a"]
    assert std["lab_model", "sgvb_a"] < 0.8 * std["lab_model", "sgvb_b"]


@says(
    "For the gradient, B is ahead of A: a little for the means, clearly for the log standard deviations.",
    "But much of A's noise can be taken away, as the third row shows.",
    "On the trained model it is well ahead of B.",
)
def for_the_gradient_b_is_ahead_of_a_and_a_held_of_b(names: Names) -> None:
    """B of A by 5% and 60%, held are 1%, as both have the same noise, and a third; A held is half of B."""
    of = {name: g.var(axis=0).mean(axis=0) for name, g in names["gradients"].items()}
    means = {name: variance[:50].sum() for name, variance in of.items()}
    log_stds = {name: variance[50:].sum() for name, variance in of.items()}
    assert 0.8 * means["A"] < means["B"] < 0.99 * means["A"] and log_stds["B"] < 0.67 * log_stds["A"]
    assert means["A, held"] < 0.5 * means["B"] and log_stds["A, held"] < 0.5 * log_stds["B"]


@says("What comes by the second way is the score, whose mean is 0", "The mean of the gradient is the same")
def the_score_has_no_mean(names: Names) -> None:
    """Of 1,000 components, each a mean of 200 draws, none is farther away than 6 of its standard errors."""
    score = names["gradients"]["A"] - names["gradients"]["A, held"]
    assert (np.abs(score.mean(axis=0)) < 6 * score.std(axis=0) / np.sqrt(len(score)) + 1e-6).all()
