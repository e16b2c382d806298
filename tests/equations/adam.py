"""The numbered equations of book/06_adam.md."""

from fractions import Fraction

import numpy as np
import torch

from equations.registry import checks
from vaecore.adam import SGD, Adam


@checks("eq-adam-factor")
def a_coordinate_shrinks_by_the_same_factor_at_each_step() -> None:
    """Gradient ascent on -a x^2 / 2 with torch's gradient, 200 steps; and which factors come closer."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        a, alpha, x_0 = rng.uniform(0.1, 20), rng.uniform(0.001, 0.12), rng.normal()
        x = torch.tensor(x_0, dtype=torch.float64, requires_grad=True)
        theta, sgd = np.array([x_0]), SGD(alpha)
        for t in range(1, 201):
            (gradient,) = torch.autograd.grad(-a * x**2 / 2, x)
            x = (x + alpha * gradient).detach().requires_grad_()
            sgd.ascend([theta], [-a * theta])
            expected = (1 - alpha * a) ** t * x_0
            np.testing.assert_allclose([x.item(), theta[0]], expected, rtol=1e-11)
        assert (abs(theta[0]) < abs(x_0)) == (alpha < 2 / a)


@checks("eq-adam-average")
def a_running_average_is_a_weighted_sum() -> None:
    """In fractions, exactly: the rule, the sum, and the step of momentum, which is 1 / (1 - beta) as long."""
    rng = np.random.default_rng(2)
    for beta in (Fraction(0), Fraction(1, 2), Fraction(9, 10)):
        gradients = [Fraction(int(n), 8) for n in rng.integers(-20, 20, 15)]
        m = Fraction(0)
        theta, sgd = np.zeros(1), SGD(1.0, momentum=float(beta))
        for t, g in enumerate(gradients, start=1):
            before = theta[0]
            m = beta * m + (1 - beta) * g
            weights = [(1 - beta) * beta ** (t - k) for k in range(1, t + 1)]
            assert m == sum(w * g_k for w, g_k in zip(weights, gradients, strict=False))
            assert sum(weights) == 1 - beta**t
            sgd.ascend([theta], [np.array([float(g)])])
            np.testing.assert_allclose(theta[0] - before, float(m / (1 - beta)), rtol=1e-12, atol=1e-12)


@checks("eq-adam-moments")
def the_moments_are_those_that_adam_keeps() -> None:
    """After each of 30 steps, as weighted sums over all the gradients, written without the recursion."""
    rng = np.random.default_rng(3)
    gradients = rng.normal(0.5, 1, (30, 4))
    adam, theta = Adam(0.01, 0.8, 0.95), np.zeros(4)
    for t in range(1, 31):
        adam.ascend([theta], [gradients[t - 1]])
        age = t - np.arange(1, t + 1)[:, None]
        m = np.sum(0.2 * 0.8**age * gradients[:t], axis=0)
        v = np.sum(0.05 * 0.95**age * gradients[:t] ** 2, axis=0)
        np.testing.assert_allclose(adam.m[0], m, rtol=1e-12)
        np.testing.assert_allclose(adam.v[0], v, rtol=1e-12)


@checks("eq-adam-bias")
def the_moments_are_too_small_by_a_known_factor() -> None:
    """Exactly, over all 2^8 sequences of gradients that are 5 or -1 by a coin; for both moments."""
    beta1, beta2, steps = Fraction(9, 10), Fraction(999, 1000), 8
    sums = {t: [Fraction(0), Fraction(0)] for t in range(1, steps + 1)}
    for number in range(2**steps):
        m = v = Fraction(0)
        for t in range(1, steps + 1):
            g = 5 if number >> (t - 1) & 1 else -1
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            sums[t][0] += m
            sums[t][1] += v
    for t, (m, v) in sums.items():
        assert m / 2**steps == (1 - beta1**t) * 2  # E[g] = (5 - 1) / 2
        assert v / 2**steps == (1 - beta2**t) * 13  # E[g^2] = (25 + 1) / 2


@checks("eq-adam-uncorrected")
def without_correction_a_steady_gradient_gives_too_long_steps() -> None:
    """Each of 300 steps of an Adam without correction, either sign; three settings, one with short steps."""
    for beta1, beta2 in ((0.9, 0.999), (0.5, 0.99), (0.99, 0.9)):
        for g in (0.3, -7.0):
            adam, theta = Adam(1.0, beta1, beta2, eps=1e-30, bias_correction=False), np.zeros(1)
            for t in range(1, 301):
                before = theta[0]
                adam.ascend([theta], [np.array([g])])
                expected = (1 - beta1**t) / np.sqrt(1 - beta2**t) * np.sign(g)
                np.testing.assert_allclose(theta[0] - before, expected, rtol=1e-10)


@checks("eq-adam-update")
def an_update_is_torchs() -> None:
    """300 noisy steps uphill against torch.optim.Adam(maximize=True), and against the formula."""
    rng = np.random.default_rng(4)
    theta, adam = rng.normal(size=5), Adam(0.02, 0.8, 0.95, 1e-3)
    tensor = torch.tensor(theta)
    oracle = torch.optim.Adam([tensor], lr=0.02, betas=(0.8, 0.95), eps=1e-3, maximize=True)
    for t in range(1, 301):
        g, before = rng.normal(0.2, 1, 5), theta.copy()
        adam.ascend([theta], [g])
        tensor.grad = torch.tensor(g)
        oracle.step()
        m_hat, v_hat = adam.m[0] / (1 - 0.8**t), adam.v[0] / (1 - 0.95**t)
        np.testing.assert_allclose(theta, before + 0.02 * m_hat / (np.sqrt(v_hat) + 1e-3), rtol=1e-12)
        np.testing.assert_allclose(theta, tensor.numpy(), rtol=1e-11)


@checks("eq-adam-first-step")
def the_first_step_is_alpha_whatever_the_gradient() -> None:
    """For gradients of 1e-12 to 1e12 and any betas; within 1% of alpha only where |g| >= 99 eps."""
    rng = np.random.default_rng(5)
    for exponent in range(-12, 13):
        for sign in (1, -1):
            g, beta1, beta2 = sign * 10.0**exponent, *rng.uniform(0, 0.999, 2)
            theta = np.zeros(1)
            Adam(0.01, beta1, beta2, eps=1e-8).ascend([theta], [np.array([g])])
            np.testing.assert_allclose(theta[0], 0.01 * g / (abs(g) + 1e-8), rtol=1e-10)
            assert (abs(theta[0] - 0.01 * sign) <= 1e-4) == (abs(g) >= 99e-8)
