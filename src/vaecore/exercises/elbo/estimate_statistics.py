"""How estimates of the bound (P-2ac) are distributed: what the checker measures, accepts and recognises.

The answer is random, so it is judged by the mean and the spread of many estimates.  For its log-likelihood,
-2 (z - 2)^2 with z ~ N(1, 0.6^2), both are known: one estimate is -0.72 times a noncentral chi-square number
with one degree of freedom.  Its weight of the KL is read off a q so far from the prior, with a likelihood
moved as far, that the noise does not matter next to the KL.
"""

import functools

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.repeated_calls import REPEATABLE, is_repeatable

FEW, MANY, GREAT = 1, 16, 50_000  # samples in one estimate
CALLS = {FEW: 1000, MANY: 300, GREAT: 1}  # estimates of each kind
MEAN, STD, _TOP, _FAR = 1.0, 0.6, 2.0, 1000.0
EXPECTED = -2 * ((MEAN - _TOP) ** 2 + STD**2)  # -2.72
NOISE = float(np.sqrt((4 * (_TOP - MEAN) * STD) ** 2 + 2 * (2 * STD**2) ** 2))  # of one sample: 2.61


def kl_at(mean):
    """The KL divergence of N(mean, STD^2) from N(0, 1)."""
    return 0.5 * (mean**2 + STD**2 - 1) - float(np.log(STD))


def parabola(z):
    return -2.0 * (np.asarray(z) - _TOP) ** 2


def _parabola_far(z):
    return parabola(np.asarray(z) - (_FAR - MEAN))


def measure(answer):
    """The mean and the spread of estimates of the first term, and the weight of the KL in them."""
    readings = {}
    for s, calls in CALLS.items():
        far = answer(_parabola_far, _FAR, STD, kl_at(_FAR), s)
        estimates = [answer(parabola, MEAN, STD, kl_at(MEAN), s) for _ in range(calls)]
        bad = [e for e in (far, *estimates) if isinstance(e, Trouble) or e.shape != ()]
        if bad:
            several = answer(parabola, MEAN, STD, kl_at(MEAN), MANY)  # one sample leaves it open
            return {f"{MANY} samples": several} if np.shape(several) else {f"{s} samples": bad[0]}
        if s == GREAT:
            readings |= _draws(answer)
        weight = np.mean(far) / kl_at(_FAR)  # the likelihood is not seen next to it
        readings[f"KL {s}"] = weight  # -1 for a right answer
        readings[f"mean {s}"] = np.mean(estimates) - round(float(weight), 4) * kl_at(MEAN)
        readings[f"noise {s}"] = np.std(estimates) / (NOISE / np.sqrt(s))  # 1 for a right answer
    readings[REPEATABLE] = is_repeatable(answer, parabola, MEAN, STD, kl_at(MEAN), MANY)
    return readings


def _draws(answer):
    """The size of the noise, its farthest number, and how many differ, if log p(x | z) is taken at S z."""
    seen = []

    def recording(z):
        seen.append(np.ravel(z))
        return parabola(z)

    answer(recording, MEAN, STD, kl_at(MEAN), GREAT)
    noise = (np.concatenate(seen) - MEAN) / STD if seen else np.empty(0)
    if noise.size != GREAT:
        return {}
    return {
        "size": float(np.mean(noise**2)),
        "longest": float(np.max(np.abs(noise))),
        "different": len(np.unique(noise)),
    }


def _draws_fit(r) -> bool:
    """Whether these may be N(0, 1): the mean of n/2 squares (z may come in pairs) and the farthest number.

    Laurent & Massart 2000, lemma 1; the farthest of 50,000 lies between 3.5 and 8 but once in 10^9.
    """
    n, x = GREAT / 2, 18.0
    return "size" not in r or (
        r["different"] > GREAT / 10  # of float32's numbers nearly all do; z may come several times each
        and abs(r["size"] - 1) < 2 * np.sqrt(x / n) + 2 * x / n and 3.5 < r["longest"] < 8
    )


def _close(seen, expected, s, noise=1.0) -> bool:
    """Whether the mean of the estimates from s samples fits; seven standard errors."""
    return bool(abs(seen - expected) < 7 * noise * NOISE / np.sqrt(s * CALLS[s]))


def _weight_is(r, kl) -> bool:
    """Whether the KL has the weights kl with FEW and with MANY samples; the likelihood adds 1e-4 at most."""
    pairs = zip((r[f"KL {FEW}"], r[f"KL {MANY}"]), kl, strict=True)
    return all(abs(seen - weight) < 2e-4 for seen, weight in pairs)


def looks(mean=EXPECTED, kl=-1.0, few=1.0, many=1.0, mean_few=None):
    """Return a predicate: means, weight of the KL and noise (each within 20%) are these; None: whatever."""

    def when(r) -> bool:
        if f"KL {GREAT}" not in r:
            return False
        kl_fits = kl is None or _weight_is(r, kl if isinstance(kl, tuple) else (kl, kl))
        noise = ((r[f"noise {FEW}"], few), (r[f"noise {MANY}"], many))
        noise_fits = all(x is None or abs(seen - x) <= 0.2 * x + 1e-9 for seen, x in noise)
        first = mean if mean_few is None else mean_few
        return bool(
            kl_fits and noise_fits
            and _close(r[f"mean {MANY}"], mean, MANY, many or 1)
            and _close(r[f"mean {FEW}"], first, FEW, few or 1)
        )  # fmt: skip

    return when


def passes(r) -> bool:
    if f"KL {GREAT}" not in r or not r[REPEATABLE] or not _draws_fit(r):
        return False
    if not _weight_is(r, (-1, -1)) or abs(r[f"KL {GREAT}"] + 1) > 2e-4:
        return False
    means = all(_close(r[f"mean {s}"], EXPECTED, s) for s in CALLS)
    # Pairs of z and 2 mean - z, or other clever samples, may have less noise; one sample has what it has.
    return bool(means and 0.78 < r[f"noise {FEW}"] < 1.35 and 0.01 < r[f"noise {MANY}"] < 1.35)


def saw(r) -> str:
    if f"KL {GREAT}" not in r:
        label, seen = next(iter(r.items()))
        return f"From {label} it returned shape {np.shape(seen)}, expected one number."
    expected = EXPECTED - kl_at(MEAN)
    seen = r[f"mean {MANY}"] + r[f"KL {MANY}"] * kl_at(MEAN)
    great = r[f"mean {GREAT}"] + r[f"KL {GREAT}"] * kl_at(MEAN)
    return (
        f"For log p(x | z) = -2 (z - 2)^2, mean 1, std 0.6 and kl {kl_at(MEAN):.4f}, {CALLS[MANY]} estimates "
        f"from {MANY} samples had the mean {seen:.3f} and the spread {r[f'noise {MANY}'] * NOISE / 4:.3f} "
        f"(expected: about {expected:.2f} and {NOISE / 4:.2f}); from one sample the spread was "
        f"{r[f'noise {FEW}'] * NOISE:.3f} (about {NOISE:.2f}), and {GREAT:,} samples gave {great:.3f}. With "
        f"mean {_FAR:g}, a kl of {kl_at(_FAR):,.0f} and log p(x | z) = -2 (z - {_FAR + 1:g})^2 the "
        "estimate was "
        f"{r[f'KL {MANY}'] * kl_at(_FAR):,.0f}.{_far_draws(r)}"
    )


def _far_draws(r) -> str:
    if _draws_fit(r):
        return ""
    return (
        f" The z of {GREAT:,} samples were {r['different']:,} different numbers, had a mean square distance "
        f"from `mean` of {r['size']:.3f} std^2 (expected 1), and the farthest lay {r['longest']:.2g} std "
        "away (expected about 4.3)."
    )


@functools.cache
def _log_of_means():
    """Mean and spread of log(1/S sum p(x | z)) from MANY samples, the mistake's own: by drawing it."""
    z = np.random.default_rng(3).normal(MEAN, STD, (20_000, MANY))
    values = np.log(np.mean(np.exp(parabola(z)), axis=1))
    return float(values.mean()), float(values.std())


def log_of_mean(r) -> bool:
    """Right with one sample; with more the estimate rises, towards log E[p(x | z)] = -1.27."""
    if f"KL {GREAT}" not in r or not _weight_is(r, (-1, -1)):
        return False
    mean, spread = _log_of_means()
    return bool(
        _close(r[f"mean {FEW}"], EXPECTED, FEW)
        and abs(r[f"mean {MANY}"] - mean) < 8 * spread / np.sqrt(CALLS[MANY])
        and abs(r[f"noise {MANY}"] * NOISE / np.sqrt(MANY) / spread - 1) < 0.25
    )


def per_sample(r):
    """The readings of an answer that returned the sum of its samples, divided by their number."""
    if f"KL {GREAT}" not in r:
        return r
    return {**r, f"mean {MANY}": r[f"mean {MANY}"] / MANY, f"noise {MANY}": r[f"noise {MANY}"] / MANY}


def of_width(width):
    """The predicate for samples of another standard deviation."""
    slope, bend = 4 * (_TOP - MEAN) * width, 2 * width**2
    noise = np.sqrt(slope**2 + 2 * bend**2) / NOISE
    return looks(mean=-2 * (MEAN - _TOP) ** 2 - bend, few=noise, many=noise)


def from_the_prior(r) -> bool:
    """z from N(0, 1): near the prior E = -2 (4 + 1) = -10; far away it is the likelihood that decides."""
    if f"KL {GREAT}" not in r:
        return False
    near = {s: r[f"mean {s}"] + (r[f"KL {s}"] + 1) * kl_at(MEAN) for s in (FEW, MANY)}
    far = -2 * ((_FAR + 1) ** 2 + 1) / kl_at(_FAR) - 1
    return bool(abs(near[MANY] + 10) < 1 and abs(near[FEW] + 10) < 3 and abs(r[f"KL {GREAT}"] - far) < 0.01)
