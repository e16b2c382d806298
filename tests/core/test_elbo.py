"""The lower bound: the formula, torch, quadrature, unbiasedness, its scale over batches, bad input."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import torch

from vaecore import (
    InvalidInputError,
    compute_KL,
    init_network,
    neural_net_predict,
    vae_lower_bound,
    vae_lower_bound_sum,
    value_and_gradients,
)
from vaecore.foundations.parameters import leaves, rebuild


@pytest.fixture
def vae(rng):
    """A decoder (3 to 8), an encoder (8 to 2 x 3) and five images, in float64, no bias 0."""
    networks = init_network((3, 5, 8), rng, np.float64), init_network((8, 5, 6), rng, np.float64)
    gen_params, rec_params = ([(w, rng.normal(size=b.shape) / 2) for w, b in params] for params in networks)
    return gen_params, rec_params, rng.random((5, 8))


def plain_bound(gen_params, rec_params, x, eps, beta):
    """The bound written out, eps: (num_samples, B, L)."""

    def mlp(params, h):
        for weights, biases in params[:-1]:
            h = anp.tanh(anp.dot(h, weights) + biases)
        return anp.dot(h, params[-1][0]) + params[-1][1]

    mean, log_std = anp.split(mlp(rec_params, x), 2, axis=1)
    kl = 0.5 * anp.sum(anp.exp(2 * log_std) + mean**2 - 1 - 2 * log_std, axis=1)
    log_prob = 0
    for one_eps in eps:
        s = 1 / (1 + anp.exp(-mlp(gen_params, mean + anp.exp(log_std) * one_eps)))
        log_prob += anp.sum(x * anp.log(s) + (1 - x) * anp.log(1 - s), axis=1)
    return anp.mean(log_prob / len(eps) - beta * kl)


@pytest.mark.parametrize(("num_samples", "beta"), [(1, 1.0), (3, 1.0), (2, 0.3), (1, 0)])
def test_value_and_gradients_are_those_of_the_formula(vae, num_samples, beta):
    gen_params, rec_params, images = vae
    eps = np.random.default_rng(3).standard_normal((num_samples, 5, 3))
    ours, ours_gradients = value_and_gradients(
        lambda p: vae_lower_bound(*p, images, np.random.default_rng(3), num_samples=num_samples, beta=beta),
        [gen_params, rec_params],
    )
    plain = autograd.value_and_grad(lambda p: plain_bound(p[0], p[1], images, eps, beta))
    value, gradients = plain([gen_params, rec_params])
    assert np.ndim(ours) == 0
    np.testing.assert_allclose(ours, value, rtol=1e-13)
    for a, b in zip(leaves(ours_gradients), leaves(gradients), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-13)


def test_value_and_gradients_equal_torch(vae):
    gen_params, rec_params, images = vae
    tensors = [torch.tensor(leaf, requires_grad=True) for leaf in leaves([gen_params, rec_params])]
    gw1, gb1, gw2, gb2, rw1, rb1, rw2, rb2 = tensors
    x, eps = torch.tensor(images), torch.tensor(np.random.default_rng(3).standard_normal((5, 3)))
    mean, log_std = (torch.tanh(x @ rw1 + rb1) @ rw2 + rb2).split(3, dim=1)
    logits = torch.tanh((mean + torch.exp(log_std) * eps) @ gw1 + gb1) @ gw2 + gb2
    bce = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)
    posterior = torch.distributions.Normal(mean, torch.exp(log_std))
    kl = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(dim=1)
    bound = (-bce - kl).mean()
    bound.backward()
    value, gradients = value_and_gradients(
        lambda p: vae_lower_bound(p[0], p[1], images, np.random.default_rng(3)), [gen_params, rec_params]
    )
    np.testing.assert_allclose(value, bound.item(), rtol=1e-13)
    for gradient, tensor in zip(leaves(gradients), tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-10, atol=1e-13)


def test_gradients_agree_with_finite_differences_for_fixed_noise(vae, rng):
    gen_params, rec_params, images = vae
    params = [gen_params, rec_params]

    def objective(p):
        return vae_lower_bound(p[0], p[1], images, np.random.default_rng(3), num_samples=2, beta=0.5)

    slopes = leaves(value_and_gradients(objective, params)[1])
    for _ in range(5):
        us, h = [rng.normal(size=slope.shape) for slope in slopes], 1e-5
        ahead, behind = (
            objective(rebuild(params, [leaf + s * h * u for leaf, u in zip(leaves(params), us, strict=True)]))
            for s in (1, -1)
        )
        measured = (ahead - behind) / (2 * h)
        computed = sum(np.sum(slope * u) for slope, u in zip(slopes, us, strict=True))
        assert computed == pytest.approx(measured, rel=1e-6), (computed, measured)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_bound_and_its_gradients_keep_the_dtype(vae, dtype, rng):
    gen_params, rec_params, images = vae
    params = rebuild([gen_params, rec_params], [a.astype(dtype) for a in leaves([gen_params, rec_params])])
    for bound in (vae_lower_bound, lambda *args, **kwargs: vae_lower_bound_sum(*args, total=9, **kwargs)):
        value, gradients = value_and_gradients(
            lambda p, f=bound: f(*p, images.astype(dtype), rng, num_samples=2, beta=0.5), params
        )
        assert value.dtype == dtype and {g.dtype for g in leaves(gradients)} == {np.dtype(dtype)}


class OneLatent:
    """A model with one latent and four pixels, small enough for quadrature."""

    image = np.array([[1.0, 0.0, 1.0, 1.0]])
    gen_params = ((np.array([[2.0, 1.0, 0.6, -2.4]]), np.array([0.1, -0.3, 0.0, 0.5])),)
    rec_params = ((np.array([[0.3, -0.2], [0.1, 0.1], [0.2, 0.0], [0.1, -0.1]]), np.array([0.2, -0.1])),)

    @classmethod
    def log_prob(cls, z):
        (weights, biases), x = cls.gen_params[0], cls.image
        logits = z[:, None] * weights + biases
        return np.sum(x * logits - np.logaddexp(0, logits), axis=1)

    @classmethod
    def exact(cls):
        """Return the bound, variance and kurtosis of log p(x | z) for one sample of z, and log p(x)."""
        (weights, biases), x = cls.rec_params[0], cls.image
        mean, log_std = (x @ weights + biases)[0]
        t, weight = np.polynomial.hermite_e.hermegauss(80)
        weight /= weight.sum()
        f = cls.log_prob(mean + np.exp(log_std) * t)
        expected, kl = weight @ f, 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std)
        variance = weight @ (f - expected) ** 2
        kurtosis = weight @ (f - expected) ** 4 / variance**2
        return expected - kl, variance, kurtosis, np.log(weight @ np.exp(cls.log_prob(t)))


@pytest.mark.parametrize(("num_samples", "batch"), [(1, 200_000), (10, 20_000)])
def test_the_estimate_is_unbiased_and_below_log_p(num_samples, batch, rng):
    exact, variance, _, log_p = OneLatent.exact()
    images = np.tile(OneLatent.image, (batch, 1))
    estimate = vae_lower_bound(
        OneLatent.gen_params, OneLatent.rec_params, images, rng, num_samples=num_samples
    )
    # 200,000 samples of z in all; six standard deviations of their mean: false alarm 2e-9.
    assert abs(estimate - exact) < 6 * np.sqrt(variance / 200_000), (estimate, exact)
    assert exact < log_p - 0.01


def test_more_samples_keep_the_mean_and_divide_the_variance(rng):
    exact, variance, kurtosis, _ = OneLatent.exact()
    n, k = 1_500, 8
    for num_samples in (1, k):
        estimates = [
            vae_lower_bound(
                OneLatent.gen_params, OneLatent.rec_params, OneLatent.image, rng, num_samples=num_samples
            )
            for _ in range(n)
        ]
        # Six standard deviations of the mean: false alarm 2e-9.  Twelve of the variance, because its estimate
        # is skewed: even so far below 1e-6, and a variance that is not divided is 7 times too large.
        assert abs(np.mean(estimates) - exact) < 6 * np.sqrt(variance / num_samples / n)
        relative_std = np.sqrt((2 + (kurtosis - 3) / num_samples) / n)
        assert abs(np.var(estimates) / (variance / num_samples) - 1) < 12 * relative_std < 0.7


def test_several_samples_are_the_mean_of_single_ones(vae):
    rng = np.random.default_rng(3)
    singles = [vae_lower_bound(*vae, rng) for _ in range(4)]
    together = vae_lower_bound(*vae, np.random.default_rng(3), num_samples=4)
    np.testing.assert_allclose(together, np.mean(singles), rtol=1e-14)
    assert np.std(singles) > 1e-3


def test_beta_weighs_the_kl(vae):
    _, rec_params, images = vae
    kl = compute_KL(neural_net_predict(rec_params, images)).mean()
    bounds = [vae_lower_bound(*vae, np.random.default_rng(3), beta=beta) for beta in (0, 1, 4)]
    np.testing.assert_allclose(np.diff(bounds), [-kl, -3 * kl], rtol=1e-12)
    assert vae_lower_bound(*vae, np.random.default_rng(3)) == bounds[1]


def test_sum_is_n_times_the_mean(vae):
    for arguments in ({}, {"num_samples": 3, "beta": 0.2}):
        mean = vae_lower_bound(*vae, np.random.default_rng(3), **arguments)
        total = vae_lower_bound_sum(*vae, np.random.default_rng(3), total=60_000, **arguments)
        np.testing.assert_allclose(total, 60_000 * mean, rtol=1e-14)


def test_a_smaller_last_batch_counts_by_its_own_size(vae, rng):
    gen_params, rec_params, images = vae
    # A decoder that does not listen to z makes the bound exact, so that an epoch can be added up.
    deaf = [(np.zeros_like(gen_params[0][0]), gen_params[0][1]), gen_params[1]]
    whole = vae_lower_bound_sum(deaf, rec_params, images, rng, total=5)
    batches = images[:2], images[2:4], images[4:]
    sums = [vae_lower_bound_sum(deaf, rec_params, batch, rng, total=5) for batch in batches]
    np.testing.assert_allclose(np.average(sums, weights=[2, 2, 1]), whole, rtol=1e-13)
    by_row = [vae_lower_bound(deaf, rec_params, image[None, :], rng) for image in images]
    means = [np.mean(by_row[:2]), np.mean(by_row[2:4]), by_row[4]]
    np.testing.assert_allclose(sums, 5 * np.array(means), rtol=1e-13)


def a_network(*sizes):
    return init_network(sizes, np.random.default_rng(0))


BAD = [
    ("data", lambda x: x[0], r"data has shape \(8,\).* pass data\[None, :\]"),
    ("data", lambda x: x[:0], "data has shape .* batch is empty"),
    ("data", lambda x: x[:, :7], r"shape \(5, 7\), expected \(B, 8\)"),
    ("data", lambda x: (255 * x).astype(np.uint8), "data has dtype uint8.*loader"),
    ("data", lambda x: 255 * x, r"data runs from .*, expected pixels in \[0, 1\]; divide bytes by 255"),
    ("data", lambda x: x - 1, r"data runs from -.*, expected pixels in \[0, 1\]"),
    ("data", lambda x: x * np.nan, "data holds 40 value.*NaN"),
    ("gen_params", lambda p: None, "params is of type NoneType"),
    ("gen_params", lambda p: a_network(2, 8), r"shape \(5, 3\), expected \(B, 2\)"),
    ("gen_params", lambda p: a_network(3, 9), r"targets has shape \(5, 8\), expected \(B, 9\)"),
    ("rec_params", lambda p: a_network(8, 5), "expected an even width 2L"),
    ("rec_params", lambda p: [(w * np.nan, b) for w, b in p], "encoder_output holds 30 value.*NaN"),
    ("gen_params", lambda p: [(w * np.nan, b) for w, b in p], "logits holds 40 value.*NaN"),
    ("rng", lambda rng: 3, "rng is of type int, expected a numpy.random.Generator"),
    ("num_samples", lambda n: 0, "num_samples is 0, expected a whole number of at least 1"),
    ("num_samples", lambda n: 1.5, "num_samples is 1.5"),
    ("beta", lambda b: -1, "beta is -1, expected a finite number at least 0"),
    ("beta", lambda b: np.nan, "beta is nan"),
]


@pytest.mark.parametrize(("argument", "spoil", "message"), BAD)
def test_bad_input_is_named(vae, rng, argument, spoil, message):
    good = dict(zip(("gen_params", "rec_params", "data"), vae, strict=True))
    good |= {"rng": rng, "num_samples": 1, "beta": 1.0}
    assert np.isfinite(vae_lower_bound(**good))
    bad = good | {argument: spoil(good[argument])}
    for bound in (lambda: vae_lower_bound(**bad), lambda: vae_lower_bound_sum(**bad, total=10)):
        with pytest.raises(InvalidInputError, match=message):
            bound()


@pytest.mark.parametrize("total", [4, 0, -1, 2.5, None])
def test_a_total_below_the_batch_is_named(vae, rng, total):
    with pytest.raises(InvalidInputError, match=f"total is {total}, expected"):
        vae_lower_bound_sum(*vae, rng, total=total)
