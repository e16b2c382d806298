"""Exercise of chapter 3: the lower bound, estimated from samples of z (P-2ac).

The answer is random, and may draw its noise from any generator, so it is judged by the mean and the
spread of many estimates.  For its log-likelihood, -2 (z - 2)^2 with z ~ N(1, 0.6^2), both are known: one
estimate is -0.72 times a noncentral chi-square number with one degree of freedom.  Its weight of the KL is
read off a KL so large that the noise does not matter.
"""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def estimate_bound(log_likelihood, mean, std, kl, num_samples, rng):
    # [answer]
    z = rng.normal(mean, std, num_samples)
    return np.mean(log_likelihood(z)) - kl
    # [end]


FEW, MANY = 1, 16  # samples in one estimate
CALLS = {FEW: 1000, MANY: 300}  # estimates of each kind
LARGE_KL = 1e6
_MEAN, _STD, _TOP = 1.0, 0.6, 2.0
EXPECTED = -2 * ((_MEAN - _TOP) ** 2 + _STD**2)  # -2.72
NOISE = float(np.sqrt((4 * (_TOP - _MEAN) * _STD) ** 2 + 2 * (2 * _STD**2) ** 2))  # of one sample: 2.61


def _log_likelihood(z):
    return -2.0 * (np.asarray(z) - _TOP) ** 2


def _measure(answer):
    readings = {}
    for s, calls in CALLS.items():
        estimates = [answer(_log_likelihood, _MEAN, _STD, 0.0, s) for _ in range(calls)]
        bad = [e for e in estimates if isinstance(e, Trouble) or e.shape != ()]
        if bad:
            several = answer(_log_likelihood, _MEAN, _STD, 0.0, MANY)  # one sample leaves it open
            return {f"{MANY} samples": several} if np.shape(several) else {f"{s} samples": bad[0]}
        readings[f"mean {s}"] = np.mean(estimates)
        readings[f"noise {s}"] = np.std(estimates) / (NOISE / np.sqrt(s))  # 1 for a right answer
    with_kl = answer(_log_likelihood, _MEAN, _STD, LARGE_KL, MANY)
    if isinstance(with_kl, Trouble) or with_kl.shape != ():
        return {f"{MANY} samples, kl = {LARGE_KL:g}": with_kl}
    readings["KL"] = (with_kl - readings[f"mean {MANY}"]) / LARGE_KL  # -1 for a right answer
    return readings


def _close(seen, expected, s, noise=1.0) -> bool:
    """Whether the mean of the estimates from s samples fits; seven standard errors."""
    return abs(seen - expected) < 7 * noise * NOISE / np.sqrt(s * CALLS[s])


def _looks(mean=EXPECTED, kl=-1.0, few=1.0, many=1.0, mean_few=None):
    """Return a predicate: means, weight of the KL and noise (each within 20%) are these; None: whatever."""

    def when(r) -> bool:
        if "KL" not in r:
            return False
        kl_fits = kl is None or abs(r["KL"] - kl) < 1e-4
        noise = ((r[f"noise {FEW}"], few), (r[f"noise {MANY}"], many))
        noise_fits = all(x is None or abs(seen - x) <= 0.2 * x + 1e-9 for seen, x in noise)
        first = mean if mean_few is None else mean_few
        return bool(
            kl_fits and noise_fits
            and _close(r[f"mean {MANY}"], mean, MANY, many or 1)
            and _close(r[f"mean {FEW}"], first, FEW, few or 1)
        )  # fmt: skip

    return when


def _passes(r) -> bool:
    if "KL" not in r or abs(r["KL"] + 1) > 1e-4:
        return False
    means = all(_close(r[f"mean {s}"], EXPECTED, s) for s in CALLS)
    # Pairs of z and 2 mean - z, or other clever samples, may have less noise; one sample has what it has.
    return bool(means and 0.78 < r[f"noise {FEW}"] < 1.35 and 0.01 < r[f"noise {MANY}"] < 1.35)


def _saw(r) -> str:
    if "KL" not in r:
        label, seen = next(iter(r.items()))
        return f"From {label} it returned shape {np.shape(seen)}, expected one number."
    return (
        f"For log p(x | z) = -2 (z - 2)^2, mean 1, std 0.6 and kl 0, {CALLS[MANY]} estimates from {MANY} "
        f"samples had the mean {r[f'mean {MANY}']:.3f} and the spread {r[f'noise {MANY}'] * NOISE / 4:.3f} "
        f"(expected: about {EXPECTED:.2f} and {NOISE / 4:.2f}); from one sample the spread was "
        f"{r[f'noise {FEW}'] * NOISE:.3f} (about {NOISE:.2f}). A kl of {LARGE_KL:,.0f} changed the estimate "
        f"by {r['KL'] * LARGE_KL:,.0f}."
    )


def _of_sample(formula, sample=None):
    """Return formula(log_likelihood, z, kl) as an answer; sample(mean, std, S, rng) draws z."""
    sample = sample or (lambda mean, std, S, rng: rng.normal(mean, std, S))
    return lambda f, mean, std, kl, S, rng: formula(f, sample(mean, std, S, rng), kl)


def _right(f, z, kl):
    return np.mean(f(z)) - kl


def _log_mean_exp(values):
    return np.log(np.mean(np.exp(values)))


def _drawn(sample):
    return _of_sample(_right, sample)


def _log_of_mean(r) -> bool:
    """Right with one sample; with more the estimate rises, towards log E[p(x | z)] = -1.27."""
    one = "KL" in r and _close(r[f"mean {FEW}"], EXPECTED, FEW) and abs(r["KL"] + 1) < 1e-4
    return bool(one and -2.0 < r[f"mean {MANY}"] < -1.1)


P_2AC = CodeExercise(
    id="P-2ac",
    chapter=3,
    title="The bound from samples",
    question=(
        "There is one latent number, and q(z | x) is normal with mean `mean` and standard deviation `std`. "
        "`kl` is its KL divergence from the prior, and `log_likelihood(z)` gives log p(x | z) for one z or "
        "an array of them. Estimate the lower bound with `num_samples` samples of z, drawn with `rng`: one "
        "number."
    ),
    hints=(
        "The bound is E_q[log p(x | z)] - KL. Only the first term needs samples.",
        "rng.normal(mean, std, num_samples) draws them all at once.",
        "Apply log_likelihood to each sample first, then take the mean, then subtract the KL, once.",
    ),
    reason=(
        "It is right on average with any number of samples, and its noise shrinks like 1 / sqrt(S). "
        "In training one sample is enough, as a batch has many images."
    ),
    see="See chapter 3, 'Two sets of parameters, and samples in place of the average'.",
    solution=estimate_bound,
    measure=_measure,
    passes=_passes,
    saw=_saw,
    takes_rng=True,
    tolerance=(
        "The mean of 300 estimates may miss by seven standard errors, 0.26; the mistakes miss by 0.45 or "
        "more. The spread of 1,000 estimates from one sample is known to 4% (one standard error), and may "
        "be 22% too small; twice as many samples would make it 29% smaller."
    ),
    mistakes=(
        Mistake(
            "estimate-kl-added",
            "The KL divergence is added. In the bound it is subtracted.",
            (_of_sample(lambda f, z, kl: np.mean(f(z)) + kl),),
            when=_looks(kl=1),
        ),
        Mistake(
            "estimate-loss",
            "This is minus the bound, a loss. The bound itself is wanted.",
            (_of_sample(lambda f, z, kl: kl - np.mean(f(z))),),
            when=_looks(mean=-EXPECTED, kl=1),
        ),
        Mistake(
            "estimate-no-kl",
            "The KL divergence is missing: this estimates the likelihood term alone.",
            (_of_sample(lambda f, z, kl: np.mean(f(z))),),
            when=_looks(kl=0),
        ),
        Mistake(
            "estimate-sum",
            "The samples are summed: the result grows with their number. An average is estimated by a mean.",
            (
                _of_sample(lambda f, z, kl: np.sum(f(z)) - kl),
                _of_sample(lambda f, z, kl: np.sum(f(z) - kl)),
            ),
            when=lambda r: _looks(kl=None, mean_few=EXPECTED, mean=EXPECTED)(_per_sample(r)),
        ),
        Mistake(
            "estimate-kl-divided",
            "The KL divergence is divided by the number of samples. It is known, so it is subtracted once.",
            (
                _of_sample(lambda f, z, kl: (np.sum(f(z)) - kl) / len(z)),
                _of_sample(lambda f, z, kl: np.mean(f(z)) - kl / len(z)),
            ),
            when=_looks(kl=-1 / MANY),
        ),
        Mistake(
            "estimate-no-sampling",
            "Nothing is drawn: this is the log-likelihood at the mean of q, and not its average over q.",
            (_drawn(lambda mean, std, S, rng: np.full(S, mean)), _drawn(lambda mean, std, S, rng: mean)),
            when=lambda r: (
                "KL" in r
                and r[f"noise {FEW}"] + r[f"noise {MANY}"] < 1e-9
                and abs(r[f"mean {MANY}"] - _log_likelihood(_MEAN)) < 1e-9
            ),
        ),
        Mistake(
            "estimate-same-every-call",
            "Every call gives the same number: a generator is made, or seeded, inside the function.",
            (_drawn(lambda mean, std, S, rng: np.random.default_rng(0).normal(mean, std, S)),),
            when=lambda r: "KL" in r and r[f"noise {FEW}"] + r[f"noise {MANY}"] < 1e-9,
        ),
        Mistake(
            "estimate-one-sample",
            "One z is drawn, whatever num_samples says: with 16 samples it scatters as much as with one.",
            (
                _drawn(lambda mean, std, S, rng: rng.normal(mean, std)),
                _drawn(lambda mean, std, S, rng: np.full(S, rng.normal(mean, std))),
            ),
            when=_looks(many=np.sqrt(MANY)),
        ),
        Mistake(
            "estimate-mean-of-z",
            "log p(x | z) is taken at the mean of the samples. Average its values, not the z.",
            (_of_sample(lambda f, z, kl: f(np.mean(z)) - kl),),
            when=_looks(mean=_log_likelihood(_MEAN) - 2 * _STD**2 / MANY, mean_few=EXPECTED, many=None),
        ),
        Mistake(
            "estimate-log-of-mean",
            "This is the logarithm of the average likelihood. It needs the average of the logarithm; "
            "with more samples the two drift apart.",
            (_of_sample(lambda f, z, kl: _log_mean_exp(f(z)) - kl),),
            when=_log_of_mean,
        ),
        Mistake(
            "estimate-from-the-prior",
            "z is drawn from the prior, N(0, 1). The average is over q.",
            (_drawn(lambda mean, std, S, rng: rng.standard_normal(S)),),  # -2 (4 + 1) on average
            when=lambda r: "KL" in r and abs(r[f"mean {MANY}"] + 10) < 1 and abs(r[f"mean {FEW}"] + 10) < 3,
        ),
        Mistake(
            "estimate-variance-for-std",
            "The samples have the wrong width: std is the standard deviation itself, no variance and no "
            "logarithm, and rng.normal wants the standard deviation.",
            (
                _drawn(lambda mean, std, S, rng: rng.normal(mean, std**2, S)),
                _drawn(lambda mean, std, S, rng: rng.normal(mean, np.sqrt(std), S)),
                _drawn(lambda mean, std, S, rng: mean + std**2 * rng.standard_normal(S)),
                _drawn(lambda mean, std, S, rng: mean + np.exp(std) * rng.standard_normal(S)),
            ),
            when=lambda r: any(_of_width(w)(r) for w in (_STD**2, np.sqrt(_STD), np.exp(_STD))),
        ),
        Mistake(
            "estimate-not-averaged",
            "There is one number for each sample: take their mean.",
            (_of_sample(lambda f, z, kl: f(z) - kl),),
            when=lambda r: [np.shape(x) for x in r.values()] == [(MANY,)],
        ),
    ),
)


def _per_sample(r):
    """The readings of an answer that returned the sum of its samples, divided by their number."""
    if "KL" not in r:
        return r
    return {**r, f"mean {MANY}": r[f"mean {MANY}"] / MANY, f"noise {MANY}": r[f"noise {MANY}"] / MANY}


def _of_width(width):
    """The predicate for samples of another standard deviation."""
    slope, bend = 4 * (_TOP - _MEAN) * width, 2 * width**2
    noise = np.sqrt(slope**2 + 2 * bend**2) / NOISE
    return _looks(mean=-2 * (_MEAN - _TOP) ** 2 - bend, few=noise, many=noise)
