"""Exercise of chapter 4: a sample of q(z | x) (L-SAMPLE)."""

import operator
import re

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.repeated_calls import DRAW_FROM, fresh_generator
from vaecore.exercises.reparameterization.noise_statistics import (
    CALLS,
    KS,
    LATENTS,
    LEVELS,
    MANY_ROWS,
    ONE_ROW,
    OTHERS,
    ROWS,
    measure,
    passes,
)


def sample_latent_variables_from_posterior(encoder_output, rng):
    latent_size = encoder_output.shape[1] // 2
    mean = encoder_output[:, :latent_size]
    log_std = encoder_output[:, latent_size:]
    # [answer]
    eps = rng.standard_normal(mean.shape)
    return mean + np.exp(log_std) * eps
    # [end]


def _has(**wanted):
    """Return a predicate: the readings are there, and near what is wanted (10% for scales)."""

    def when(readings) -> bool:
        if KS not in readings:
            return False
        if any(
            readings[f"shared by the {x}"] != (x in wanted.get("shared", ()))
            for x in ("points", "latents", "calls")
        ) and not wanted.get("no_noise"):
            return False
        slope_fits = abs(readings["slope"] - wanted.get("slope", 1)) < 0.1
        scale = wanted.get("scale")
        scale_fits = scale is None or np.allclose(readings["scale"], scale, rtol=0.1, atol=1e-4)
        long = wanted.get("longest")
        # of a uniform number the farthest lies at the root of 3, in units of its standard deviation
        is_uniform = 1.65 < readings["longest"] < 1.85
        long_fits = is_uniform == (long is not None) or bool(wanted.get("no_noise"))
        return bool(slope_fits and scale_fits and long_fits)

    return when


def _wrong_batch_size(readings) -> bool:
    """Noise for another number of points: too many rows come back for one point, or shapes do not fit."""
    found = [r for r in readings.values() if isinstance(r, Trouble)]
    for trouble in found:
        if trouble.error == "NameError" and "'batch_size'" in trouble.text:
            return True
        if trouble.error == "IndexError" and "axis 0 with size 1" in trouble.text:
            return True
        if trouble.error == "ValueError" and "broadcast" in trouble.text:
            shapes = re.findall(r"\((\d+),(\d*)\)", trouble.text)
            if any(int(rows) not in (1, ROWS, LATENTS, 2 * LATENTS) for rows, _ in shapes):
                return True
    one = readings[ONE_ROW]
    return not isinstance(one, Trouble) and one.ndim == 2 and one.shape[1] == LATENTS and one.shape[0] > 1


def _tuple_to_randn(readings) -> bool:
    return any(
        isinstance(r, Trouble) and r.error == "TypeError" and "'tuple' object cannot be interpreted" in r.text
        for r in readings.values()
    )


def _scale_below_0(readings) -> bool:
    """What `normal` says of a standard deviation that is negative, as log std may be."""
    return any(isinstance(r, Trouble) and "scale < 0" in r.text for r in readings.values())


def _with(noise=None, formula=None):
    """Return a wrong sampler; noise(rng, shape) draws, formula(mean, log_std, eps) combines."""
    noise = noise or (lambda rng, shape: rng.standard_normal(shape))
    formula = formula or (lambda mean, log_std, eps: mean + np.exp(log_std) * eps)

    def wrong(encoder_output, rng):
        mean, log_std = np.split(encoder_output, 2, axis=1)
        return formula(mean, log_std, noise(rng, mean.shape))

    return wrong


def _point_by_point(encoder_output, rng):
    """Wrong: for as many points as there are in a batch elsewhere."""
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return np.stack([m + np.exp(log_std[i]) * rng.standard_normal() for i, m in _numbered(mean, _batch_size)])


def _numbered(rows, n):
    return [(i, rows[i]) for i in range(n)]


def _randn(*dimensions):
    """What `npr.randn` does with its arguments."""
    return np.zeros([operator.index(n) for n in dimensions])


def _saw(readings) -> str:
    if KS not in readings:
        expected = {ONE_ROW: (1, LATENTS), MANY_ROWS: (ROWS, LATENTS)}
        expected |= {label: (len(e), e.shape[1] // 2) for label, e in OTHERS.items()}
        label = next(name for name in reversed(readings) if name in expected)
        return f"For {label} it returned shape {np.shape(readings[label])}, expected {expected[label]}."
    sizes = ", ".join(f"{x:.3g}" for x in readings["scale"])
    return (
        f"Seen on {MANY_ROWS}, drawn {CALLS} times: around the mean, in units of std, the samples spread by "
        f"{sizes} "
        f"where log std is {', '.join(map(str, LEVELS))} (expected 1, 1, 1); the farthest lies "
        f"{readings['longest']:.2g} standard deviations away (expected about 4)."
    )


_batch_size, _latent_dim = 200, 50


L_SAMPLE = CodeExercise(
    id="L-SAMPLE",
    chapter=4,
    title="Sampling from q",
    question=(
        "`encoder_output` has shape (B, 2L): L means, then L log standard deviations. Return one sample of "
        f"N(mean, diag(std^2)) for each point, shape (B, L), as mean + std * noise. {DRAW_FROM}"
    ),
    hints=(
        "Draw the noise first, from N(0, 1), and let it know nothing of mean and std.",
        "Every point and every latent needs noise of its own: it has the shape of the mean.",
        "std is np.exp(log_std); multiply the noise by it, and add the mean.",
    ),
    reason=(
        "The noise has the shape of the mean, whatever the size of the batch: the last batch is often "
        "smaller."
    ),
    see="See chapter 4, and chapter 7, 'Function 1: a sample from q'.",
    solution=sample_latent_variables_from_posterior,
    measure=measure,
    passes=passes,
    tolerance="See noise_statistics.py: a test refuses a right answer twice in 100 million at most.",
    saw=_saw,
    takes_rng=True,
    mistakes=(
        Mistake(
            "sample-randn-tuple",
            "randn takes one argument for each dimension, and got the shape as one tuple: write "
            "randn(*shape), or rng.standard_normal(shape).",
            (lambda e, rng: _split(e)[0] + np.exp(_split(e)[1]) * _randn(_split(e)[1].shape),),
            when=_tuple_to_randn,
        ),
        Mistake(
            "sample-global-batch-size",
            "The noise has a fixed number of rows (a global batch_size?), and fits no other batch. Give it "
            "the shape of the mean.",
            (
                _with(lambda rng, shape: rng.standard_normal((_batch_size, shape[1]))),
                _with(lambda rng, shape: rng.standard_normal((_batch_size, _latent_dim))),
                _point_by_point,
                _with(lambda rng, shape: rng.standard_normal((batch_size, shape[1]))),  # noqa: F821 (a NameError)
            ),
            when=_wrong_batch_size,
        ),
        Mistake(
            "sample-no-noise",
            "There is no noise: what comes back is fixed by mean and std. Two samples of q must differ.",
            (_with(formula=lambda m, s, eps: m), _with(formula=lambda m, s, eps: m + np.exp(s))),
            when=_has(scale=np.zeros(3), no_noise=True),
        ),
        Mistake(
            "sample-no-mean",
            "The mean is missing: this is noise of the right size around 0.",
            (_with(formula=lambda m, s, eps: np.exp(s) * eps),),
            when=_has(slope=0, scale=np.ones(3)),
        ),
        Mistake(
            "sample-variance",
            "The noise is multiplied by the variance, exp(2 log std): multiply it by std.",
            (_with(formula=lambda m, s, eps: m + np.exp(2 * s) * eps),),
            when=_has(scale=np.exp(LEVELS)),
        ),
        Mistake(
            "sample-log-variance",
            "log std is read as log variance: exp(log std / 2) is too close to 1. std is exp(log std).",
            (
                _with(formula=lambda m, s, eps: m + np.exp(s / 2) * eps),
                _with(formula=lambda m, s, eps: m + np.sqrt(np.exp(s)) * eps),
            ),
            when=_has(scale=np.exp(-LEVELS / 2)),
        ),
        Mistake(
            "sample-log-std",
            "The noise is multiplied by log std itself; the exponential of it is std.",
            (
                _with(formula=lambda m, s, eps: m + s * eps),
                lambda e, rng: rng.normal(_split(e)[0], _split(e)[1]),
            ),
            when=lambda readings: (
                _has(scale=np.abs(LEVELS) / np.exp(LEVELS))(readings) or _scale_below_0(readings)
            ),
        ),
        Mistake(
            "sample-uniform-noise",
            "The noise is uniform (rand, random, uniform): no value lies far out. It must be normal.",
            (
                _with(lambda rng, shape: rng.random(shape)),
                _with(lambda rng, shape: rng.uniform(-1, 1, shape)),
                _with(lambda rng, shape: rng.uniform(-np.sqrt(3), np.sqrt(3), shape)),
            ),
            when=_has(longest=1.9),
        ),
        Mistake(
            "sample-shared-over-batch",
            "All points of the batch get the same noise: draw as many rows as there are points.",
            (
                _with(lambda rng, shape: rng.standard_normal(shape[1])),
                _with(lambda rng, shape: rng.standard_normal((1, shape[1]))),
            ),
            when=lambda readings: _shared(readings, "points", "latents") == (True, False),
        ),
        Mistake(
            "sample-shared-over-dimensions",
            "There is one number for each point: every latent dimension needs noise of its own.",
            (_with(lambda rng, shape: rng.standard_normal((shape[0], 1))),),
            when=lambda readings: _shared(readings, "points", "latents") == (False, True),
        ),
        Mistake(
            "sample-one-number",
            "One number is drawn for everything: draw one for each point and each latent.",
            (_with(lambda rng, shape: rng.standard_normal()),),
            when=lambda readings: _shared(readings, "points", "latents") == (True, True),
        ),
        Mistake(
            "sample-same-every-call",
            "Every call gives the same noise: a generator is made, or seeded, inside the function.",
            (_with(lambda rng, shape: np.random.default_rng(0).standard_normal(shape)),),
            when=lambda readings: _shared(readings, "calls") == (True,) and readings["scale"].min() > 1e-3,
        ),
        Mistake(
            "sample-std-added",
            "std is added to the noise, or left out: it must multiply it.",
            (_with(formula=lambda m, s, eps: m + eps), _with(formula=lambda m, s, eps: m + np.exp(s) + eps)),
            when=_has(scale=np.exp(-LEVELS)),
        ),
        fresh_generator("sample-fresh-generator", sample_latent_variables_from_posterior),
    ),
)


def _split(encoder_output):
    return np.split(encoder_output, 2, axis=1)


def _shared(readings, *names) -> tuple[bool, ...]:
    return (
        tuple(bool(readings.get(f"shared by the {name}", False)) for name in names)
        if (KS in readings and readings["scale"].max() > 1e-3)
        else ()
    )
