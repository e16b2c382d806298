"""Exercise of chapter 3: the lower bound, estimated from samples of z (P-2ac)."""

import numpy as np

from vaecore.exercises.elbo.estimate_statistics import (
    EXPECTED,
    FEW,
    GREAT,
    MANY,
    MEAN,
    STD,
    from_the_prior,
    log_of_mean,
    looks,
    measure,
    of_width,
    parabola,
    passes,
    per_sample,
    saw,
)
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.repeated_calls import fresh_generator


def estimate_bound(log_likelihood, mean, std, kl, num_samples, rng):
    # [answer]
    z = rng.normal(mean, std, num_samples)
    return np.mean(log_likelihood(z)) - kl
    # [end]


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


P_2AC = CodeExercise(
    id="P-2ac",
    chapter=3,
    title="The bound from samples",
    question=(
        "There is one latent number, and q(z | x) is normal with mean `mean` and standard deviation `std`. "
        "`kl` is its KL divergence from the prior, and `log_likelihood(z)` gives log p(x | z) for one z or "
        "an array of them. Estimate the lower bound with `num_samples` samples of z, drawn with "
        "`rng`, or with "
        "NumPy's global generator: one number."
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
    measure=measure,
    passes=passes,
    saw=saw,
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
            when=looks(kl=1),
        ),
        Mistake(
            "estimate-loss",
            "This is minus the bound, a loss. The bound itself is wanted.",
            (_of_sample(lambda f, z, kl: kl - np.mean(f(z))),),
            when=looks(mean=-EXPECTED, kl=1),
        ),
        Mistake(
            "estimate-no-kl",
            "The KL divergence is missing: this estimates the likelihood term alone.",
            (_of_sample(lambda f, z, kl: np.mean(f(z))),),
            when=looks(kl=0),
        ),
        Mistake(
            "estimate-sum",
            "The samples are summed: the result grows with their number. An average is estimated by a mean.",
            (
                _of_sample(lambda f, z, kl: np.sum(f(z)) - kl),
                _of_sample(lambda f, z, kl: np.sum(f(z) - kl)),
            ),
            when=lambda r: looks(kl=None, mean_few=EXPECTED, mean=EXPECTED)(per_sample(r)),
        ),
        Mistake(
            "estimate-kl-divided",
            "The KL divergence is divided by the number of samples. It is known, so it is subtracted once.",
            (
                _of_sample(lambda f, z, kl: (np.sum(f(z)) - kl) / len(z)),
                _of_sample(lambda f, z, kl: np.mean(f(z)) - kl / len(z)),
            ),
            when=looks(kl=(-1, -1 / MANY)),
        ),
        Mistake(
            "estimate-no-sampling",
            "Nothing is drawn: this is the log-likelihood at the mean of q, and not its average over q.",
            (_drawn(lambda mean, std, S, rng: np.full(S, mean)), _drawn(lambda mean, std, S, rng: mean)),
            when=lambda r: (
                f"KL {GREAT}" in r
                and r[f"noise {FEW}"] + r[f"noise {MANY}"] < 1e-9
                and abs(r[f"mean {MANY}"] - parabola(MEAN)) < 1e-9
            ),
        ),
        Mistake(
            "estimate-same-every-call",
            "Every call gives the same number: a generator is made, or seeded, inside the function.",
            (_drawn(lambda mean, std, S, rng: np.random.default_rng(0).normal(mean, std, S)),),
            when=lambda r: f"KL {GREAT}" in r and r[f"noise {FEW}"] + r[f"noise {MANY}"] < 1e-9,
        ),
        Mistake(
            "estimate-one-sample",
            "One z is drawn, whatever num_samples says: with 16 samples it scatters as much as with one.",
            (
                _drawn(lambda mean, std, S, rng: rng.normal(mean, std)),
                _drawn(lambda mean, std, S, rng: np.full(S, rng.normal(mean, std))),
            ),
            when=looks(many=np.sqrt(MANY)),
        ),
        Mistake(
            "estimate-mean-of-z",
            "log p(x | z) is taken at the mean of the samples. Average its values, not the z.",
            (_of_sample(lambda f, z, kl: f(np.mean(z)) - kl),),
            when=looks(mean=parabola(MEAN) - 2 * STD**2 / MANY, mean_few=EXPECTED, many=None),
        ),
        Mistake(
            "estimate-log-of-mean",
            "This is the logarithm of the average likelihood. It needs the average of the logarithm; "
            "with more samples the two drift apart.",
            (_of_sample(lambda f, z, kl: _log_mean_exp(f(z)) - kl),),
            when=log_of_mean,
        ),
        Mistake(
            "estimate-from-the-prior",
            "z is drawn from the prior, N(0, 1). The average is over q.",
            (_drawn(lambda mean, std, S, rng: rng.standard_normal(S)),),  # -2 (4 + 1) on average
            when=from_the_prior,
        ),
        Mistake(
            "estimate-variance-for-std",
            "The samples have the wrong width: std is the standard deviation itself, not its square and "
            "not its logarithm, and rng.normal wants the standard deviation.",
            (
                _drawn(lambda mean, std, S, rng: rng.normal(mean, std**2, S)),
                _drawn(lambda mean, std, S, rng: rng.normal(mean, np.sqrt(std), S)),
                _drawn(lambda mean, std, S, rng: mean + std**2 * rng.standard_normal(S)),
                _drawn(lambda mean, std, S, rng: mean + np.exp(std) * rng.standard_normal(S)),
            ),
            when=lambda r: any(of_width(w)(r) for w in (STD**2, np.sqrt(STD), np.exp(STD))),
        ),
        Mistake(
            "estimate-not-averaged",
            "There is one number for each sample: take their mean.",
            (_of_sample(lambda f, z, kl: f(z) - kl),),
            when=lambda r: [np.shape(x) for x in r.values()] == [(MANY,)],
        ),
        fresh_generator("estimate-fresh-generator", estimate_bound),
    ),
)
