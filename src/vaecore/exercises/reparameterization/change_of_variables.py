"""Exercises of chapter 4: z = g(eps) in place of a draw from q, as code and as a proof (S-REP, S-REPo)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import OrderExercise
from vaecore.exercises.reparameterization.pairs import measure_apart

# ---------------------------------------------------------------- S-REP: another distribution


def exponential_from_noise(rate, u):
    # [answer]
    z = -np.log(1 - u) / rate  # solves u = 1 - exp(-rate z)
    dz_drate = np.log(1 - u) / rate**2
    return z, dz_drate
    # [end]


def _other_direction(rate, u):
    return exponential_from_noise(rate, 1 - u)


def _pairs(formula):
    """Return formula(rate, e), e = -log(1 - u) or -log(u), as two answers."""
    return (
        lambda rate, u: formula(rate, -np.log(1 - u)),
        lambda rate, u: formula(rate, -np.log(u)),
    )


_INPUTS = {
    "rate = 2, u = (0.1, 0.5, 0.9)": (2.0, np.array([0.1, 0.5, 0.9])),
    "rate = 0.4, u = (0.25, 0.7)": (0.4, np.array([0.25, 0.7])),
    "rate = 3, u = (0.8)": (3, np.array([0.8])),
}
Z, SLOPE = (tuple(f"{name}, at {label}" for label in _INPUTS) for name in ("z", "the derivative"))

S_REP = CodeExercise(
    id="S-REP",
    chapter=4,
    title="Not only Gaussians",
    question=(
        "An exponential z with `rate` r has the density r exp(-r z) for z > 0, and P(z <= t) = "
        "1 - exp(-r t). `u` holds noise, uniform between 0 and 1. Return two arrays with the shape of u: "
        "z = g(u), which has this distribution, and its derivative with respect to the rate, for fixed u."
    ),
    hints=(
        "If P(z <= t) is called F(t), then F(z) is uniform between 0 and 1. So set F(z) = u.",
        "Solve u = 1 - exp(-r z) for z: take the exponential to one side, then the logarithm.",
        "The noise is a constant when you differentiate. What is the derivative of 1 / r?",
    ),
    reason=(
        "The mean of z is 1 / r, and that of the derivatives -1 / r^2, as it must be. u and 1 - u have the "
        "same distribution, so either may stand in the logarithm. Every distribution whose cumulative "
        "function can be inverted is reparameterized like this."
    ),
    see="See chapter 4, 'Second way: move the randomness out'.",
    solution=exponential_from_noise,
    also_right=(_other_direction,),
    measure=measure_apart(Z, SLOPE, _INPUTS),
    mistakes=(
        Mistake(
            "rep-rate-for-scale",
            "z is multiplied by the rate. The larger the rate, the smaller z: its mean is 1 / rate.",
            (*_pairs(lambda r, e: (r * e, e)), *_pairs(lambda r, e: (r * e, -e / r**2))),
            by=Z,
        ),
        Mistake(
            "rep-sign",
            "z is negative. The logarithm of a number below 1 is negative, and z must not be.",
            (*_pairs(lambda r, e: (-e / r, e / r**2)), *_pairs(lambda r, e: (-e / r, -e / r**2))),
            by=Z,
        ),
        Mistake(
            "rep-density-for-inverse",
            "This is the density at u. u is a probability: z is where the cumulative function reaches it.",
            (
                lambda r, u: (r * np.exp(-r * u), (1 - r * u) * np.exp(-r * u)),
                lambda r, u: (r * np.exp(-r * u), np.log(1 - u) / r**2),
            ),
            by=Z,
        ),
        Mistake(
            "rep-not-inverted",
            "This is the cumulative function at u, a number between 0 and 1. Its inverse is wanted.",
            (
                lambda r, u: (1 - np.exp(-r * u), u * np.exp(-r * u)),
                lambda r, u: (1 - np.exp(-r * u), np.log(1 - u) / r**2),
            ),
            by=Z,
        ),
        Mistake(
            "rep-location-scale",
            "This shifts or stretches the noise, and what comes out is uniform still. That way is for "
            "distributions that are a shifted and stretched standard one, as the Gaussian is.",
            (
                lambda r, u: (1 / r + u / r, -(1 + u) / r**2),
                lambda r, u: (u / r, -u / r**2),
                lambda r, u: (2 * u / r, -2 * u / r**2),
            ),
            by=Z,
        ),
        Mistake(
            "rep-gradient-sign",
            "The derivative has the wrong sign: a larger rate makes every z smaller.",
            _pairs(lambda r, e: (e / r, e / r**2)),
        ),
        Mistake(
            "rep-gradient-of-the-mean",
            "The derivative is that of the mean, 1 / rate. Each z has its own; only on average it is this.",
            (
                lambda r, u: (-np.log(1 - u) / r, np.full(u.shape, -1 / r**2)),
                lambda r, u: (-np.log(u) / r, np.full(u.shape, -1 / r**2)),
            ),
        ),
        Mistake(
            "rep-gradient-zero",
            "The derivative is 0, as if z were a plain draw. For fixed noise z moves with the rate.",
            _pairs(lambda r, e: (e / r, 0 * e)),
        ),
        Mistake(
            "rep-gradient-once",
            "The derivative of 1 / r has the wrong power of r. Compare with 1 / r at r = 2 and at r = 2.1.",
            (*_pairs(lambda r, e: (e / r, -e / r)), *_pairs(lambda r, e: (e / r, -e / r**3))),
        ),
        Mistake(
            "rep-gradient-by-noise",
            "The derivative is the one with respect to u. The noise stays fixed; the rate is what moves.",
            (
                lambda r, u: (-np.log(1 - u) / r, 1 / (r * (1 - u))),
                lambda r, u: (-np.log(u) / r, -1 / (r * u)),
            ),
        ),
        Mistake(
            "rep-directions-mixed",
            "One array has u in its logarithm, the other 1 - u. Either will do, but both must be of one z.",
            (
                lambda r, u: (-np.log(1 - u) / r, np.log(u) / r**2),
                lambda r, u: (-np.log(u) / r, np.log(1 - u) / r**2),
            ),
        ),
        Mistake(
            "rep-swapped",
            "The two have changed places: first z, then its derivative.",
            _pairs(lambda r, e: (-e / r**2, e / r)),
        ),
    ),
)

# ---------------------------------------------------------------- S-REPo: from q to p(eps)

S_REP_ORDER = OrderExercise(
    id="S-REPo",
    chapter=4,
    title="From q to the noise",
    question=(
        "z = g(eps) = mu + sigma eps, with eps from p(eps) = N(0, 1), has the distribution "
        "q = N(mu, sigma^2). Put seven of these lines in order: they move the expectation of f(z) from q to "
        "p(eps), and then its derivative with respect to mu inside. Four lines do not belong there."
    ),
    hints=(
        "Begin with what an expectation is, and change the variable in the integral: dz = sigma d eps.",
        "q(mu + sigma eps) sigma is p(eps), the density of the noise.",
        "The derivative may go inside once mu stands inside f alone, and not in the distribution.",
    ),
    reason=(
        "After the change of variables the distribution has no parameters, so the derivative passes by it "
        "and meets f. That is the whole trick."
    ),
    see="See chapter 4, 'Why the average stays the same'.",
    target="src-s-rep",
    lines={
        "a": "= E_p[f(mu + sigma eps)]",
        "b": "= E_q[∂/∂mu f(z)]",
        "c": "E_q[f(z)] = ∫ f(z) q(z) dz",
        "d": "= E_p[∂/∂mu f(mu + sigma eps)]",
        "e": "= ∫ f(mu + sigma eps) q(mu + sigma eps) d eps",
        "f": "= ∫ f(mu + sigma eps) p(eps) d eps",
        "g": "= E_p[f'(mu + sigma eps)]",
        "h": "= ∫ f(mu + sigma eps) q(mu + sigma eps) sigma d eps",
        "i": "So ∂/∂mu E_q[f(z)] = ∂/∂mu E_p[f(mu + sigma eps)]",
        "j": "= E_p[eps f'(mu + sigma eps)]",
        "k": "= ∫ f(eps) p(eps) d eps",
    },
    order="chfaidg",
    traps={
        "b": "rep-order-gradient-inside-q",
        "e": "rep-order-sigma-lost",
        "j": "rep-order-for-sigma",
        "k": "rep-order-f-of-noise",
    },
    order_mistake="rep-order-shuffled",
    missing_mistake="rep-order-incomplete",
    mistakes=(
        Mistake(
            "rep-order-gradient-inside-q",
            "mu is in q too, and the derivative may not pass by it; in f(z) there is no mu, so this is 0.",
            ("chfaibg",),
        ),
        Mistake(
            "rep-order-sigma-lost",
            "dz is not d eps: if eps moves by a little, z moves by sigma times as much.",
            ("cefaidg",),
        ),
        Mistake(
            "rep-order-for-sigma",
            "The factor eps is the derivative of mu + sigma eps with respect to sigma; with respect to mu it "
            "is 1.",
            ("chfaidj",),
        ),
        Mistake(
            "rep-order-f-of-noise",
            "The distribution is that of the noise now, but f still wants z: mu + sigma eps, not eps.",
            ("chkaidg",),
        ),
        Mistake(
            "rep-order-shuffled",
            "These are the right lines in another order: each goes on where the one above it ends.",
            ("cfhaidg", "chfiadg"),
        ),
        Mistake(
            "rep-order-incomplete",
            "A step is missing, or there is one too many.",
            ("chfadg", "cfaidg", "chfaidgg"),
        ),
    ),
)
