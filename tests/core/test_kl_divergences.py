"""KL divergences of coins, of dice and of any two Gaussians: against 700 digits, torch and quadrature."""

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest
import torch
from autograd.test_util import check_grads

from vaecore import InvalidInputError, compute_KL
from vaecore.kl import bernoulli_kl, discrete_kl, gaussian_kl

DTYPES = [np.float32, np.float64]
THIRDS = np.full(3, 1 / 3)
SHEET = np.array([0.36, 0.48, 0.16])


def exact_coin(p, q):
    """KL(Bernoulli(p) || Bernoulli(q)) of the numbers as they are stored; 700 digits, as 1 - 1e-320 needs."""

    def term(a, b):
        if a == 0:
            return mpmath.mpf(0)
        return mpmath.inf if b == 0 else a * mpmath.log(a / b)

    p, q = mpmath.mpf(float(p)), mpmath.mpf(float(q))
    return term(p, q) + term(1 - p, 1 - q)


def coins(rng, dtype):
    """Pairs of probabilities: anywhere; nearly equal; tiny; nearly 1; certain."""
    least = 320 if dtype == np.float64 else 44  # powers of ten: subnormal numbers too
    for _ in range(60):
        p = rng.random()
        yield p, rng.random()
        yield p, min(1, p * (1 + rng.choice([-1, 1]) * 10.0 ** rng.uniform(-16, 0)))
        yield 10.0 ** rng.uniform(-least, 0), 10.0 ** rng.uniform(-least, 0)
        missing = 10.0 ** rng.uniform(-17, 0)
        yield 1 - missing, 1 - missing * (1 + 10.0 ** rng.uniform(-10, 0)) % 1
    yield from [(p, q) for p in (0, 0.3, 1, 5e-324, 1e-45) for q in (0, 0.3, 1, 5e-324, 1e-45)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_coin_is_exact_near_p_equal_to_q_and_at_the_ends(dtype, rng):
    finfo = np.finfo(dtype)
    with mpmath.workdps(700):
        for pair in coins(rng, dtype):
            p, q = (dtype(value) for value in pair)
            kl, exact = bernoulli_kl(p, q), exact_coin(p, q)
            assert kl.dtype == dtype and kl >= 0, (p, q, kl)
            if exact == mpmath.inf:
                assert kl == np.inf, (p, q, kl)
            else:
                error = abs(mpmath.mpf(float(kl)) - exact)
                assert error <= 20 * float(finfo.eps) * exact + float(finfo.tiny), (p, q, kl)


def test_a_fair_coin_by_hand():
    # 1/2 log(1/2 / 1/4) + 1/2 log(1/2 / 3/4) = 1/2 log(4/3)
    assert bernoulli_kl(0.5, 0.25) == pytest.approx(0.5 * np.log(4 / 3), rel=1e-15)
    assert bernoulli_kl(0.25, 0.5) == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5), rel=1e-14)


def test_zero_times_log_zero_is_zero_and_the_impossible_is_infinite():
    p = np.array([0.0, 1.0, 0.0, 0.5, 0.5, 1.0, 0.0])
    q = np.array([0.0, 1.0, 0.5, 0.0, 1.0, 0.0, 1.0])
    expected = [0, 0, np.log(2), np.inf, np.inf, np.inf, np.inf]
    np.testing.assert_allclose(bernoulli_kl(p, q), expected, rtol=1e-15)
    faces = np.stack([1 - p, p], axis=1), np.stack([1 - q, q], axis=1)
    np.testing.assert_allclose(discrete_kl(*faces), expected, rtol=1e-15)


def test_the_sheets_two_dice():
    assert discrete_kl(SHEET, THIRDS) == pytest.approx(0.0852996013, abs=5e-11)
    assert discrete_kl(THIRDS, SHEET) == pytest.approx(0.0974550068, abs=5e-11)
    assert bernoulli_kl(0.0, 0.5) == discrete_kl(np.array([1.0, 0.0]), np.array([0.5, 0.5]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_dice_equal_the_sum_over_their_faces(dtype, rng):
    for _ in range(100):
        p, q = rng.dirichlet(np.full(6, 0.5), size=2)
        if rng.random() < 0.5:  # nearly equal
            q = p * (1 + 1e-6 * rng.normal(size=6))
        p, q = (np.asarray(v / v.sum(), dtype) for v in (p, q))
        kl = discrete_kl(p, q)
        pairs = [(mpmath.mpf(float(a)), mpmath.mpf(float(b))) for a, b in zip(p, q, strict=True)]
        with mpmath.workdps(50):
            exact = mpmath.fsum(a * mpmath.log(a / b) - a + b for a, b in pairs)
        assert kl.dtype == dtype and kl >= 0
        np.testing.assert_allclose(kl, float(exact), rtol=20 * np.finfo(dtype).eps, err_msg=f"{p} {q}")
        # The stored numbers sum to 1 up to their rounding, and so does the plain sum of the definition.
        plain = np.sum(p.astype(float) * np.log(p.astype(float) / q))
        assert kl == pytest.approx(plain, rel=1e-4, abs=6 * float(np.finfo(dtype).eps))


def test_equal_distributions_cost_exactly_nothing(rng):
    p = rng.dirichlet(np.ones(10), size=50)
    assert not discrete_kl(p, p).any() and not bernoulli_kl(p, p).any()
    mean, log_std = rng.normal(size=(2, 50, 3))
    assert not gaussian_kl(mean, log_std, mean, log_std).any()


def test_all_three_equal_torch_distributions(rng):
    kl = torch.distributions.kl_divergence
    logits_p, logits_q = 3 * rng.normal(size=(2, 40, 5))
    p, q = (torch.softmax(torch.tensor(a), dim=-1) for a in (logits_p, logits_q))
    dice = kl(torch.distributions.Categorical(p), torch.distributions.Categorical(q))
    np.testing.assert_allclose(discrete_kl(p.numpy(), q.numpy()), dice, rtol=1e-12)
    coins = kl(torch.distributions.Bernoulli(p), torch.distributions.Bernoulli(q))
    np.testing.assert_allclose(bernoulli_kl(p.numpy(), q.numpy()), coins, rtol=1e-10, atol=1e-15)
    oracles = [torch.tensor(a, requires_grad=True) for a in rng.normal(size=(4, 40, 5))]
    mean_q, log_std_q, mean_p, log_std_p = oracles
    normals = [torch.distributions.Normal(m, s.exp()) for m, s in ((mean_q, log_std_q), (mean_p, log_std_p))]
    gaussians = kl(*normals).sum(dim=-1)
    gaussians.sum().backward()
    values = [oracle.detach().numpy() for oracle in oracles]
    np.testing.assert_allclose(gaussian_kl(*values), gaussians.detach(), rtol=1e-12)
    for i, oracle in enumerate(oracles):
        slope = autograd.grad(lambda *v: anp.sum(gaussian_kl(*v)), i)(*values)
        np.testing.assert_allclose(slope, oracle.grad, rtol=1e-10, atol=1e-12)


def test_gaussians_equal_quadrature(rng):
    z = np.linspace(-40, 40, 40_001)  # the trapezoidal rule is exact to rounding for such smooth bells
    for mean_q, log_std_q, mean_p, log_std_p in rng.uniform(-1, 1, size=(20, 4)):
        log_q = -0.5 * ((z - mean_q) / np.exp(log_std_q)) ** 2 - log_std_q - 0.5 * np.log(2 * np.pi)
        log_p = -0.5 * ((z - mean_p) / np.exp(log_std_p)) ** 2 - log_std_p - 0.5 * np.log(2 * np.pi)
        integral = np.trapezoid(np.exp(log_q) * (log_q - log_p), z)
        assert gaussian_kl(mean_q, log_std_q, mean_p, log_std_p) == pytest.approx(integral, rel=1e-10)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_standard_normal_is_one_case_of_two_gaussians(dtype, rng):
    encoder_output = rng.normal(size=(9, 8)).astype(dtype)
    kl = gaussian_kl(encoder_output[:, :4], encoder_output[:, 4:], 0.0, 0.0)
    assert kl.dtype == dtype and kl.shape == (9,)
    np.testing.assert_array_equal(kl, compute_KL(encoder_output))


def test_gaussians_near_each_other_keep_their_digits_and_never_go_below_0(rng):
    d = rng.choice([-1, 1], 500) * 10.0 ** rng.uniform(-15, 0, 500)
    kl = gaussian_kl(0.0, d[:, None], 0.0, 0.0)
    with mpmath.workdps(60):
        exact = [float((mpmath.exp(2 * mpmath.mpf(x)) - 1 - 2 * mpmath.mpf(x)) / 2) for x in d]
    np.testing.assert_allclose(kl, exact, rtol=4e-15)
    assert (kl > 0).all()
    assert (compute_KL(np.stack([np.zeros(500), d], axis=1)) > 0).all()


def test_shapes_broadcast_and_the_last_axis_is_summed(rng):
    mean = rng.normal(size=(4, 1, 3))
    log_std = rng.normal(size=(5, 3))
    kl = gaussian_kl(mean, log_std, 0.5, np.zeros(3))
    assert kl.shape == (4, 5)
    assert kl[2, 3] == pytest.approx(sum(gaussian_kl(mean[2, 0, j], log_std[3, j], 0.5, 0) for j in range(3)))
    assert gaussian_kl(2, 0, 0, 0) == 2 and np.shape(gaussian_kl(2, 0, 0, 0)) == ()
    assert bernoulli_kl(rng.random((3, 1)), rng.random(4)).shape == (3, 4)
    assert discrete_kl(np.stack([SHEET, THIRDS]), THIRDS).shape == (2,)
    single = gaussian_kl(np.zeros(2, np.float32), 0.5, 1, np.float32(0))
    assert single.dtype == np.float32


def test_gradients_agree_with_finite_differences(rng):
    p, q = rng.uniform(0.1, 0.9, size=(2, 4))
    check_grads(bernoulli_kl, (0, 1), modes=["rev"], order=2)(p, q)
    check_grads(lambda p: bernoulli_kl(p, 0.3), modes=["rev"], order=2)(p)
    check_grads(gaussian_kl, (0, 1, 2, 3), modes=["rev"], order=2)(*rng.normal(size=(4, 3, 2)))
    check_grads(lambda s: gaussian_kl(p, s, 0.5, q), modes=["rev"], order=2)(np.array([0.2]))

    def of_logits(a, b):  # to stay among probabilities that sum to 1
        return discrete_kl(*(anp.exp(c) / anp.sum(anp.exp(c), axis=-1, keepdims=True) for c in (a, b)))

    check_grads(of_logits, (0, 1), modes=["rev"], order=2)(*rng.normal(size=(2, 3, 4)))


def test_at_the_ends_gradients_are_no_nan():
    p, q = np.array([0.0, 1.0, 0.4]), np.array([0.0, 1.0, 0.4])
    for i in (0, 1):
        np.testing.assert_array_equal(autograd.grad(lambda *v: anp.sum(bernoulli_kl(*v)), i)(p, q), 0)
        np.testing.assert_array_equal(
            autograd.grad(discrete_kl, i)(np.array([0, 0.5, 0.5]), np.array([0, 0.5, 0.5])), 0
        )
    assert autograd.grad(bernoulli_kl)(0.0, 0.5) == -np.inf  # the slope of p log p at 0
    assert autograd.grad(bernoulli_kl, 1)(0.5, 0.0) == -np.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: discrete_kl(SHEET, np.full(3, 0.333)), r"q sum to 0\.999, expected 1 .* 1 / 3, not 0\.333"),
        (lambda: discrete_kl(np.array([[1.0, 0.0], [0.5, 0.6]]), np.ones(1)), r"p sum to 1\.1"),
        (lambda: discrete_kl(np.array([1.5, -0.5]), np.array([0.5, 0.5])), r"p runs from -0\.5 to 1\.5"),
        (lambda: discrete_kl(SHEET, np.array([0.5, 0.5])), r"p \(3,\), q \(2,\) do not fit"),
        (lambda: discrete_kl(np.float64(1), SHEET), r"p has shape \(\), expected the probabilities of K"),
        (lambda: discrete_kl(np.zeros((0, 3)), SHEET), r"p has shape \(0, 3\)"),
        (lambda: discrete_kl(np.array([np.nan, 1.0]), THIRDS), "p holds 1 value.* NaN"),
        (lambda: discrete_kl([1, 0], [0.5, 0.5]), "p has dtype int64, expected floating-point"),
        (lambda: bernoulli_kl(1.2, 0.5), r"p runs from 0 to 1\.2, expected probabilities in \[0, 1\]"),
        (lambda: bernoulli_kl(0.5, np.array([-3.0])), "q runs from -3 to 1.*sigmoid"),
        (lambda: bernoulli_kl(0.5, float("nan")), "q holds 1 value.* NaN"),
        (lambda: bernoulli_kl(np.ones(3), np.ones(2)), r"p \(3,\), q \(2,\) do not fit, .* broadcast"),
        (lambda: gaussian_kl(np.zeros(3), np.zeros(2), 0, 0), r"mean_q \(3,\), log_std_q \(2,\)"),
        (lambda: gaussian_kl(0.0, float("inf"), 0, 0), "log_std_q holds 1 value.* infinite"),
        (lambda: gaussian_kl(np.arange(3), 0, 0, 0), "mean_q has dtype int64"),
        (lambda: gaussian_kl(0.0, 0.0, 0.0, -800.0), "log_std_p is as low as -800, expected standard dev"),
        (lambda: gaussian_kl([[1.0], [1.0, 2.0]], 0, 0, 0), "rows of one length"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InvalidInputError, match=message):
        call()
