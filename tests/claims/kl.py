"""What chapter 5 says of its numbers."""

import numpy as np

from claims.registry import Names, says


@says(
    "One term is positive, one is negative.",
    "Swap the coins, and the number changes.",
    "is more than twice as large as the divergence:",
)
def two_coins(names: Names) -> None:
    """Exact: the terms are 0.69 and -0.41, the first half of the one is 2.4 times the sum."""
    kl = names["bernoulli_kl"]
    assert names["heads"] > 0.5 and names["tails"] < -0.3
    assert abs(kl(0.5, 0.25) - kl(0.25, 0.5)) > 0.01
    assert 0.5 * np.log(2) > 2 * kl(0.5, 0.25)


@says("The terms have both signs, the sums do not.", "**KL is not symmetric**.")
def three_values(names: Names) -> None:
    """Exact: the sums differ by 0.012."""
    P, Q, kl = names["P"], names["Q"], names["discrete_kl"]
    for a, b in ((P, Q), (Q, P)):
        terms = a * np.log(a / b)
        assert terms.min() < -0.01 and terms.max() > 0.01 and kl(a, b) > 0.08
    assert abs(kl(P, Q) - kl(Q, P)) > 0.01


@says("each term is positive by itself:", "rounding can push a tiny KL below 0.")
def rounding_does_no_harm(names: Names) -> None:
    """Never below 0; the right value to 3%.  What the plain formula makes of it is up to rounding."""
    found = names["discrete_kl"](names["Q"], names["nearly"])
    assert 3.2e-19 < found < 3.4e-19
    plain = np.sum(names["Q"] * np.log(names["Q"] / names["nearly"]))
    assert abs(plain) < 1e-15


@says("The formula as printed makes `nan` of the first case:")
def zeros_need_care(names: Names) -> None:
    """nan, a number and infinity: nothing is near anything."""
    never, Q = names["never"], names["Q"]
    with np.errstate(all="ignore"):
        assert np.isnan(np.sum(never * np.log(never / Q)))
    assert np.isfinite(names["discrete_kl"](never, Q)) and np.isposinf(names["discrete_kl"](Q, never))


@says(
    "$q$ goes to 0 there too and picks one hump",
    "$q$ *covers*, and pays in the valley",
    "The one that minimises the KL of q from p sits on one hump alone; "
    "the one that minimises the KL of p from q is wide and covers both humps",
)
def the_direction_matters(names: Names) -> None:
    """On a grid of steps of 0.1 and 0.05: within a step of the hump; twice as wide as a hump."""
    (mean_qp, std_qp), (mean_pq, std_pq) = names["best_qp"], names["best_pq"]
    assert abs(mean_qp + 2) < 0.15 and abs(std_qp - 0.8) < 0.1
    assert -1 < mean_pq < 1 and std_pq > 1.6


@says("$\\mathrm{KL}(p \\,\\|\\, q)$ is large.", "so $\\mathrm{KL}(q \\,\\|\\, p)$ is moderate.")
def narrow_inside_wide(names: Names) -> None:
    """Exact: 0.95 and 6.6 nats."""
    narrow, wide, kl = names["narrow"], names["wide"], names["gaussian_kl"]
    assert kl(*narrow, *wide) < 1 and kl(*wide, *narrow) > 5 * kl(*narrow, *wide)


@says("The first line below is right; the slips follow", "No slip survives all three places.")
def no_slip_survives(names: Names) -> None:
    """Exact: each is wrong by 0.3 nats and more at one place."""
    right = [formula_of(names, "right", place) for place in names["places"]]
    np.testing.assert_allclose(right, [0, 2, (np.e**2 - 3) / 2], atol=1e-12)
    for name in names["slips"]:
        found = [formula_of(names, name, place) for place in names["places"]]
        assert name == "right" or np.max(np.abs(np.subtract(found, right))) > 0.3, name


def formula_of(names: Names, slip: str, place: tuple[float, float]) -> float:
    with np.errstate(divide="ignore"):
        return float(names["slips"][slip](*place))


@says(
    "Fewer than half of them are well above zero, the others are too small to be seen.",
    "The idle dimensions cost next to nothing",
)
def half_of_the_dimensions_are_idle(names: Names) -> None:
    """No dimension is near the limit of 0.01: 21 cost 0.02 and more, the others less than 0.005."""
    costs, used = names["costs"], names["used"]
    assert 10 < used.sum() < 25
    assert costs[used].min() > 0.02 and costs[~used].max() < 0.005


@says(
    "The dear dimensions change the digit.",
    "The idle ones change nothing that you could see, however far you pull.",
)
def an_idle_dimension_moves_no_pixel(names: Names) -> None:
    """From one end of a slider to the other: a pixel by 0.7 and more, or none by more than 0.04 (0.01)."""
    figure = names["LatentSliders"](names["lab_model"], names["digits"], names["labels"])
    order = np.argsort(figure.kl)[::-1]
    z = np.array([digit["mean"] for digit in figure.digits], np.float32)
    moved = {}
    for j in order:
        ends = [np.where(np.arange(z.shape[1]) == j, end, z) for end in (-3, 3)]
        low, high = (names["lab_model"].decode(end.astype(np.float32)) for end in ends)
        moved[j] = np.abs(high - low).max()
    assert min(moved[j] for j in order[:5]) > 0.7
    assert max(moved[j] for j in order if figure.kl[j] < 0.01) < 0.04


@says("In the expensive dimension $q$ is narrow, and its place depends on the image.")
def the_expensive_dimension_says_something(names: Names) -> None:
    """Standard deviations of 0.06 and 1, spreads of 0.96 and 0.003."""
    expensive, idle = names["order"][0], names["order"][-1]
    mean, log_std = np.split(names["encoder_output"], 2, axis=1)
    width, spread = np.exp(log_std).mean(axis=0), mean.std(axis=0)
    assert width[expensive] < 0.15 and spread[expensive] > 0.7
    assert abs(width[idle] - 1) < 0.05 and spread[idle] < 0.05
