"""Exercise of chapter 7: the lower bound of a batch (L-BOUND)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.mnist_lab.bound_problems import (
    AT_MEAN,
    CALLS,
    DATA,
    EXACT,
    EXPECTED,
    KL,
    LISTENING,
    MOST_NOISE,
    NOISE,
    REC,
    SAMPLING_TOLERANCE,
    SIZES,
)
from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.kl import compute_KL
from vaecore.reparameterization import sample_latent_variables_from_posterior


def vae_lower_bound(gen_params, rec_params, data, rng):
    # [answer]
    encoder_output = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(encoder_output, rng)
    logits = neural_net_predict(gen_params, z)
    log_prob = bernoulli_log_prob(data, logits)
    kl = compute_KL(encoder_output)
    return np.mean(log_prob - kl)
    # [end]


def _measure(answer):
    readings = {label: answer(*args) for label, (args, _, _) in EXACT.items()}
    if any(isinstance(r, Trouble) or r.shape != () for r in readings.values()):
        return readings
    for n in SIZES:
        (_, e1, kl1), (_, e2, kl2) = (EXACT[f"{n} images, decoder {k}"] for k in "AB")
        values = [readings[f"{n} images, decoder {k}"] for k in "AB"]
        a, minus_b = np.linalg.solve([[e1, kl1], [e2, kl2]], values)
        readings[f"a{n}"], readings[f"b{n}"] = a, -minus_b
    count = CALLS if _near(readings["a8"] / readings["b8"], 1) else 2  # else it is wrong already
    calls = [answer(LISTENING, REC, DATA) for _ in range(count)]
    if any(isinstance(c, Trouble) or c.shape != () for c in calls):
        return {**readings, "a decoder that listens to z": calls[0]}
    with np.errstate(all="ignore"):
        log_prob = (np.array(calls) + readings["b8"] * KL) / readings["a8"]
        readings["sampled"] = (np.mean(log_prob) - AT_MEAN) / (EXPECTED - AT_MEAN)
        readings["noise"] = np.std(log_prob) / NOISE
    return readings


def _near(a, b) -> bool:
    return abs(a - b) <= 1e-5 * max(1, abs(b))


def _total(c) -> bool:
    """Whether c may be the number N of all images: the bound of the whole data set is N times the mean."""
    return c >= SIZES[0] and abs(c - round(c)) <= 1e-5 * c


def _passes(r) -> bool:
    if "sampled" not in r:
        return False
    a = r["a8"]
    same = all(_near(r[name] / a, 1) for name in ("a8", "b8", "a5", "b5"))
    one_convention = _near(a, 1) or _total(a)
    # More samples for each image make it less noisy; noise that is shared by the points makes it noisier.
    from_q = abs(r["sampled"] - 1) < SAMPLING_TOLERANCE and 1e-6 < r["noise"] < MOST_NOISE
    return same and one_convention and from_q


def _terms(check):
    """Return a predicate on a and b at both sizes; c is the common factor of the bound, 1 or N."""

    def when(r) -> bool:
        return "sampled" in r and bool(check(np.array([r["a8"], r["a5"]]), np.array([r["b8"], r["b5"]])))

    return when


def _is(values, *wanted) -> bool:
    return all(_near(v, w) for v, w in zip(values, wanted, strict=True))


def _mean_or_total(values) -> bool:
    return _near(values[0], values[1]) and (_near(values[0], 1) or _total(values[0]))


def _is_mean_total_or_sum(values) -> bool:
    return _mean_or_total(values) or _is(values, *SIZES)


def _scaled(a, b) -> bool:
    if not ((a > 0).all() and (b > 0).all() and max(a[0] / b[0], b[0] / a[0]) > 1.5):
        return False
    by_size = SIZES[0] / SIZES[1]  # a weight is a number, times or over the batch size
    return all(any(_near(c[0] / c[1], s) for s in (1, by_size, 1 / by_size)) for c in (a, b))


def _parts(gen_params, rec_params, data, rng):
    encoder_output = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(encoder_output, rng)
    return bernoulli_log_prob(data, neural_net_predict(gen_params, z)), compute_KL(encoder_output)


def _of(formula):
    """Return a wrong bound: formula(log_prob, kl), both (B,)."""
    return lambda gen, rec, data, rng: formula(*_parts(gen, rec, data, rng))


def _shared_noise(gen_params, rec_params, data, rng):
    encoder_output = neural_net_predict(rec_params, data)
    mean, log_std = np.split(encoder_output, 2, axis=1)
    z = mean + np.exp(log_std) * rng.standard_normal()
    return np.mean(bernoulli_log_prob(data, neural_net_predict(gen_params, z)) - compute_KL(encoder_output))


def _own_z(std, mean=1):
    """A wrong bound that draws its own z: mean * (the mean of q) + std(log std) * noise."""

    def wrong(gen_params, rec_params, data, rng):
        encoder_output = neural_net_predict(rec_params, data)
        centre, log_std = np.split(encoder_output, 2, axis=1)
        z = mean * centre + std(log_std) * rng.standard_normal(centre.shape)
        log_prob = bernoulli_log_prob(data, neural_net_predict(gen_params, z))
        return np.mean(log_prob - compute_KL(encoder_output))

    return wrong


_at_the_mean = _own_z(lambda s: 0)


def _terms_are_right(r) -> bool:
    return "sampled" in r and _is((r["a8"] / r["b8"],), 1) and _mean_or_total(np.array([r["a8"], r["a5"]]))


def _saw(r) -> str:
    if "a8" not in r:
        return f"For 8 images it returned shape {np.shape(next(iter(r.values())))}, expected one number."
    if _terms_are_right(r):
        return (
            "E and KL are both there, with the right weights. But with a decoder that listens to z, "
            f"{CALLS} calls gave an E that lies {r['sampled']:.2f} of the way from its value at the mean "
            f"of "
            f"q to that of samples of q (expected: 1), and scatters {r['noise']:.2f} times as much as with "
            f"one "
            "sample for each image."
        )
    return (
        f"On 8 images the result was {r['a8']:.4g} E - {r['b8']:.4g} KL, on 5 images {r['a5']:.4g} E - "
        f"{r['b5']:.4g} KL, with E and KL the means of log-likelihood and KL divergence "
        "over the batch (expected: 1 E - 1 KL, or N in place of both 1)."
    )


_N, _global_batch = 5000, 200
L_BOUND = CodeExercise(
    id="L-BOUND",
    chapter=7,
    title="The lower bound",
    question=(
        "Encode `data` (B, D), draw one z for each image, decode it, and return the mean over the batch of "
        "log p(x | z) - KL: one number. (N/B times the sum, the bound of all N images, is right too.)"
    ),
    hints=(
        "Five steps: encode, sample, decode, subtract, average. The lab's other functions do the work.",
        "neural_net_predict(rec_params, data) is the encoder's output; z goes into "
        "neural_net_predict(gen_params, z), which gives logits.",
        "log p(x | z) - KL is a vector with one entry for each image. Both terms are averaged alike.",
    ),
    reason="One sample of z for each image is enough: the average over many batches is the bound itself.",
    see="See chapter 7, 'Function 4'.",
    solution=vae_lower_bound,
    measure=_measure,
    passes=_passes,
    tolerance=(
        "Where the decoder ignores z, 1e-5 of the value. Where it listens, 7 standard errors of the mean of "
        "700 calls, a seventh of the gap between sampling z and decoding its mean."
    ),
    saw=_saw,
    takes_rng=True,
    mistakes=(
        Mistake(
            "bound-kl-added",
            "The KL divergence is added. It is a price: subtract it.",
            (_of(lambda p, k: np.mean(p + k)), _of(lambda p, k: _N / len(p) * np.sum(p + k))),
            when=_terms(lambda a, b: _is_mean_total_or_sum(a) and _is(b / a, -1, -1)),
        ),
        Mistake(
            "bound-loss",
            "This is minus the bound: a loss, to be minimised. The bound itself is to be maximised.",
            (
                _of(lambda p, k: np.mean(k - p)),
                _of(lambda p, k: -_N / len(p) * np.sum(p - k)),
                _of(lambda p, k: np.sum(k - p)),
            ),
            when=_terms(lambda a, b: _is_mean_total_or_sum(-a) and _is(b / a, 1, 1)),
        ),
        Mistake(
            "bound-sum",
            "This is the sum over the batch, which grows with its size: take the mean (or weight it by N/B).",
            (_of(lambda p, k: np.sum(p - k)),),
            when=_terms(lambda a, b: _is(a, *SIZES) and _is(b, *SIZES)),
        ),
        Mistake(
            "bound-likelihood-only",
            "The KL divergence is missing: without it nothing keeps q near the prior.",
            (_of(lambda p, k: np.mean(p)), _of(lambda p, k: np.sum(p))),
            when=_terms(lambda a, b: _is_mean_total_or_sum(a) and (abs(b) < 1e-9 * abs(a)).all()),
        ),
        Mistake(
            "bound-kl-only",
            "The log-likelihood is missing: this bound does not look at the reconstruction at all.",
            (_of(lambda p, k: -np.mean(k)), _of(lambda p, k: np.mean(k)), _of(lambda p, k: -np.sum(k))),
            when=lambda r: abs(r.get("a8", 1)) < 1e-9 and abs(r.get("b8", 0)) > 1e-3,
        ),
        Mistake(
            "bound-no-sampling",
            "The mean of q is decoded, not a sample of it. The bound averages over q.",
            (_at_the_mean, lambda *args: _N * _at_the_mean(*args)),
            when=lambda r: (
                "sampled" in r
                and abs(r["sampled"]) < 1e-6
                and r["noise"] < 1e-6
                and _is((r["a8"] / r["b8"],), 1)
            ),
        ),
        Mistake(
            "bound-sum-of-one-term",
            "One term is summed over the batch, and the other averaged: treat both alike.",
            (_of(lambda p, k: np.sum(p) - np.mean(k)), _of(lambda p, k: np.mean(p) - np.sum(k))),
            when=_terms(lambda a, b: (_is(a, *SIZES) and _is(b, 1, 1)) or (_is(a, 1, 1) and _is(b, *SIZES))),
        ),
        Mistake(
            "bound-scaled-likelihood",
            "The two terms have different weights. If the one is multiplied by N/B, so is the other.",
            (
                _of(lambda p, k: _N / len(p) * np.sum(p) - np.sum(k)),
                _of(lambda p, k: _N / len(p) * np.sum(p) - np.mean(k)),
                _of(lambda p, k: np.mean(_N / len(p) * p - k)),
                _of(lambda p, k: np.mean(p) - _N / len(p) * np.sum(k)),
            ),
            when=_terms(_scaled),
        ),
        Mistake(
            "bound-global-batch-size",
            "The weight has a fixed batch size in it; it is N divided by the size of *this* batch.",
            (_of(lambda p, k: _N / _global_batch * np.sum(p - k)),),
            when=_terms(lambda a, b: _is(a / b, 1, 1) and _near(a[0] / a[1], SIZES[0] / SIZES[1])),
        ),
        Mistake(
            "bound-not-averaged",
            "There is one number for each image: take their mean.",
            (_of(lambda p, k: p - k),),
            when=lambda r: (
                [np.shape(x) for x in r.values()] == [(n,) for n in SIZES for _ in "AB"]
                and not any(isinstance(x, Trouble) for x in r.values())
            ),
        ),
        Mistake(
            "bound-shared-noise",
            "The images of the batch share their noise: it is far noisier than it should be.",
            (_shared_noise,),
            when=lambda r: (
                _terms_are_right(r)
                and r["noise"] >= MOST_NOISE
                and abs(r["sampled"] - 1) < 3 * SAMPLING_TOLERANCE
            ),
        ),
        Mistake(
            "bound-same-every-call",
            "Every call gives the same number, though z is random: a generator is made, or seeded, inside "
            "the "
            "function. Draw from the one that is handed in.",
            (lambda gen, rec, data, rng: vae_lower_bound(gen, rec, data, np.random.default_rng(0)),),
            when=lambda r: _terms_are_right(r) and r["noise"] < 1e-6,
        ),
        Mistake(
            "bound-not-from-q",
            "z is random, but it is no sample of q(z | x): its mean or its spread is another. The encoder's "
            "output holds the means of q and the *logarithms* of its standard deviations.",
            (
                _own_z(lambda s: 1, mean=0),
                _own_z(lambda s: np.exp(2 * s)),
                _own_z(lambda s: np.exp(s / 2)),
                _own_z(lambda s: 1),
            ),
            when=lambda r: _terms_are_right(r) and abs(r["sampled"] - 1) >= SAMPLING_TOLERANCE,
        ),
    ),
)
