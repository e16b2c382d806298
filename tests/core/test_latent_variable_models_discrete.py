"""The discrete world: Bayes by hand, the two ways to write the bound, counts of samples, nonsense."""

import math

import numpy as np
import pytest

from vaecore import InvalidInputError
from vaecore.latent_variable_models import DiscreteWorld

# A coin is fair (z = 0) or bent (z = 1); x is tails or heads.
COINS = DiscreteWorld([0.75, 0.25], [[0.5, 0.5], [0.1, 0.9]])


def test_a_world_that_can_be_done_by_hand():
    # p(heads) = 0.75 * 0.5 + 0.25 * 0.9 = 0.6;  p(bent | heads) = 0.225 / 0.6 = 0.375
    np.testing.assert_allclose(COINS.joint, [[0.375, 0.375], [0.025, 0.225]], rtol=1e-15)
    np.testing.assert_allclose(COINS.marginal, [0.4, 0.6], rtol=1e-15)
    np.testing.assert_allclose(COINS.posterior, [[0.9375, 0.0625], [0.625, 0.375]], rtol=1e-15)
    assert COINS.log_marginal(1) == pytest.approx(math.log(0.6), rel=1e-15)
    q = [0.5, 0.5]
    assert COINS.elbo(q, 1) == pytest.approx(0.5 * math.log(0.375 / 0.5) + 0.5 * math.log(0.225 / 0.5))
    assert COINS.expected_log_likelihood(q, 1) == pytest.approx(0.5 * math.log(0.5 * 0.9))
    assert COINS.kl_to_prior(q) == pytest.approx(0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25))
    assert COINS.kl_to_posterior(q, 1) == pytest.approx(0.5 * math.log(0.25 / (0.625 * 0.375)))


def test_log_evidence_is_the_bound_plus_the_gap_in_random_worlds(rng):
    for _ in range(200):
        latents, observations = rng.integers(1, 9, size=2)
        world = DiscreteWorld.random(rng, int(latents), int(observations))
        assert world.joint.shape == (latents, observations)
        assert world.joint.sum() == pytest.approx(1, abs=1e-14)
        x = np.arange(observations)
        q = rng.dirichlet(np.ones(latents), size=observations)
        elbo, gap = world.elbo(q, x), world.kl_to_posterior(q, x)
        np.testing.assert_allclose(elbo + gap, world.log_marginal(x), rtol=0, atol=1e-12)
        split = world.expected_log_likelihood(q, x) - world.kl_to_prior(q)
        np.testing.assert_allclose(split, elbo, rtol=0, atol=1e-12)
        assert (gap >= 0).all()
        np.testing.assert_allclose(world.elbo(world.posterior, x), world.log_marginal(x), atol=1e-12)
        # One q and one x at a time say the same as all together.
        np.testing.assert_allclose([world.elbo(q[i], i) for i in x], elbo, rtol=1e-14)


def test_what_is_impossible_counts_for_nothing_or_is_infinite():
    world = DiscreteWorld([0.5, 0.5, 0.0], [[1.0, 0.0], [0.5, 0.5], [0.2, 0.8]])
    # x = 1 cannot come from z = 0, and z = 2 never happens: the posterior is all on z = 1.
    np.testing.assert_array_equal(world.posterior[1], [0, 1, 0])
    assert world.elbo([0.0, 1.0, 0.0], 1) == world.log_marginal(1) == math.log(0.25)
    assert world.kl_to_posterior([0.0, 1.0, 0.0], 1) == 0
    assert world.elbo([0.5, 0.5, 0.0], 1) == world.expected_log_likelihood([0.5, 0.5, 0.0], 1) == -math.inf
    assert world.kl_to_posterior([0.5, 0.5, 0.0], 1) == math.inf
    assert world.kl_to_prior([0.0, 0.5, 0.5]) == math.inf
    assert world.kl_to_prior([1.0, 0.0, 0.0]) == pytest.approx(math.log(2))
    z, x = world.sample(20_000, np.random.default_rng(0))
    assert 2 not in z and 1 not in x[z == 0]


def test_samples_come_as_often_as_the_joint_says(rng):
    """Each of the 24 counts is binomial; 6.5 standard deviations: at most 24 * 2e-10 false alarms, and for
    the smallest expected counts (above 100 here) still below 1e-7."""
    n = 400_000
    world = DiscreteWorld(np.array([4, 3, 2, 1]) / 10, (np.arange(24).reshape(4, 6) % 7 + 1) /
                          (np.arange(24).reshape(4, 6) % 7 + 1).sum(axis=1, keepdims=True))  # fmt: skip
    assert world.joint.min() * n > 100
    z, x = world.sample(n, rng)
    counts = np.zeros((4, 6))
    np.add.at(counts, (z, x), 1)
    spread = np.sqrt(n * world.joint * (1 - world.joint))
    assert np.all(abs(counts - n * world.joint) < 6.5 * spread)


@pytest.mark.parametrize(
    ("prior", "likelihood", "message"),
    [
        ([0.5, 0.6], [[1.0], [1.0]], r"prior has .* sums from 1.1 .* whose sum is 1; divide by the sum"),
        ([-0.5, 1.5], [[1.0], [1.0]], "prior has values from -0.5"),
        ([math.nan, 1.0], [[1.0], [1.0]], "prior has values from nan"),
        ([0.5, 0.5], [[0.5, 0.5], [0.5, 0.4]], "likelihood has .* sums from 0.9 to 1"),
        ([0.5, 0.5], [0.5, 0.5], r"likelihood has shape \(2,\), expected probabilities on 2 axes"),
        ([[1.0]], [[1.0]], r"prior has shape \(1, 1\), expected probabilities on 1 axes"),
        ([1, 0], [[1.0], [1.0]], "prior has dtype int64, expected floating-point"),
        ([0.5, 0.5], [[1.0]], "2 values of z and likelihood 1 rows, expected one row"),
        ([0.5, 0.5], [[1.0, 0.0], [1.0, 0.0]], r"x = \[1\] has probability 0 .* leave those columns out"),
    ],
)
def test_a_world_that_is_none_is_refused(prior, likelihood, message):
    with pytest.raises(InvalidInputError, match=message):
        DiscreteWorld(prior, likelihood)


@pytest.mark.parametrize(
    ("q", "x", "message"),
    [
        ([0.5, 0.5], 2, "x is 2, expected observations as whole numbers 0 to 1"),
        ([0.5, 0.5], -1, "x is -1"),
        ([0.5, 0.5], 0.5, "x is 0.5"),
        ([1.0], 0, r"q has shape \(1,\), expected 2 values in a row"),
        (1.0, 0, r"q has shape \(\), expected probabilities"),
        ([0.5, 0.2], 0, "q has .* whose sum is 1"),
    ],
)
def test_a_question_to_the_discrete_world_that_has_no_answer(q, x, message):
    for ask in (COINS.elbo, COINS.expected_log_likelihood, COINS.kl_to_posterior):
        with pytest.raises(InvalidInputError, match=message):
            ask(q, x)


def test_other_bad_input_is_named(rng):
    with pytest.raises(InvalidInputError, match=r"expected a numpy.random.Generator"):
        COINS.sample(3, 0)
    with pytest.raises(InvalidInputError, match="num_latents is 0"):
        DiscreteWorld.random(rng, 0)
