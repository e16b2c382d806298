"""Exercise of chapter 7: the pictures on the way from one digit to another (L-33, the lab's task 3.3)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.random_vaes import random_vae
from vaecore.exercises.machinery.repeated_calls import AGAIN, measure_again
from vaecore.foundations.networks import neural_net_predict


def interpolate(vae, image_a, image_b, steps):
    # [answer]
    mean, _ = vae.encode(np.stack([image_a, image_b]))  # log std is not needed
    s = np.linspace(0, 1, steps)[:, None]
    return vae.decode((1 - s) * mean[0] + s * mean[1])
    # [end]


_rng = np.random.default_rng(33)
_VAE = random_vae(_rng, 2, 5, 6)
for _weights, _ in (*_VAE.gen_params, *_VAE.rec_params):
    _weights *= 3  # so that halfway in latent space is not halfway in pixels, nor the code of that
_A, _B = np.array([1.0, 0, 0, 0.5, 0]), np.array([0, 1.0, 0.25, 0, 1])
FIVE = "a VAE with 2 latents and 5 pixels, and 5 steps"
EIGHT = "the same VAE, other images, and 8 steps"
MANY = "a VAE with 3 latents and 7 pixels, and the lab's 25 steps"
TWO = "a VAE with 1 latent and 1 pixel, and 2 steps"


_INPUTS = {
    FIVE: (_VAE, _A, _B, 5),
    EIGHT: (_VAE, _B, 1 - _A, 8),
    MANY: (random_vae(_rng, 3, 7, 6), *_rng.random((2, 7)).round(2), 25),
    TWO: (random_vae(_rng, 1, 1, 6), np.array([1.0]), np.array([0.0]), 2),
}


def _along(vae, a, b, s):
    """The way through the means with given s."""
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.asarray(s)[:, None]
    return vae.decode((1 - s) * mean[0] + s * mean[1])


def _backwards(vae, image_a, image_b, steps):
    return interpolate(vae, image_b, image_a, steps)


def _pixels(vae, a, b, n):
    s = np.linspace(0, 1, n)[:, None]
    return (1 - s) * a + s * b


def _pixels_through_the_model(vae, a, b, n):
    mean, _ = vae.encode(_pixels(vae, a, b, n))
    return vae.decode(mean)


def _decoded_then_blended(vae, a, b, n):
    mean, _ = vae.encode(np.stack([a, b]))
    ends, s = vae.decode(mean), np.linspace(0, 1, n)[:, None]
    return (1 - s) * ends[0] + s * ends[1]


def _sampled(vae, a, b, n):
    mean, log_std = vae.encode(np.stack([a, b]))
    z = mean + np.exp(log_std) * np.random.default_rng().standard_normal(mean.shape)
    s = np.linspace(0, 1, n)[:, None]
    return vae.decode((1 - s) * z[0] + s * z[1])


def _sampled_at_every_step(vae, a, b, n):
    mean, log_std = vae.encode(np.stack([a, b]))
    s = np.linspace(0, 1, n)[:, None]
    z = (1 - s) * mean[0] + s * mean[1]
    std = np.exp((1 - s) * log_std[0] + s * log_std[1])
    return vae.decode(z + std * np.random.default_rng().standard_normal(z.shape))


def _sampled_with_a_seed(vae, a, b, n):
    mean, log_std = vae.encode(np.stack([a, b]))
    z = mean + np.exp(log_std) * np.random.default_rng(0).standard_normal(mean.shape)
    s = np.linspace(0, 1, n)[:, None]
    return vae.decode((1 - s) * z[0] + s * z[1])


def _logits(vae, a, b, n):
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.linspace(0, 1, n)[:, None]
    return neural_net_predict(vae.gen_params, (1 - s) * mean[0] + s * mean[1])


def _latents(vae, a, b, n):
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.linspace(0, 1, n)[:, None]
    return (1 - s) * mean[0] + s * mean[1]


def _of_log_stds(vae, a, b, n):
    _, log_std = vae.encode(np.stack([a, b]))
    s = np.linspace(0, 1, n)[:, None]
    return vae.decode((1 - s) * log_std[0] + s * log_std[1])


def _is_sampled(readings) -> bool:
    """Different at every call, or a straight way through latent space whose ends are not the means."""
    if any(isinstance(r, Trouble) for r in readings.values()):
        return False
    if readings[FIVE].shape != (5, 5) or readings[EIGHT].shape != (8, 5):
        return False
    if readings.get(AGAIN, 0) > 1e-6:
        return True
    p = readings[FIVE]
    if not ((p > 0) & (p < 1)).all():
        return False
    weights, biases = _VAE.gen_params[0]
    logits = np.log(p / (1 - p)) - biases
    z = logits @ np.linalg.pinv(weights)
    in_the_decoders_range = np.allclose(z @ weights, logits, atol=1e-4)
    steps = np.diff(z, axis=0)
    mean, log_std = _VAE.encode(np.stack([_A, _B]))
    (x, y), (u, v) = (z[0] - mean[0]), (mean[1] - mean[0])
    if abs(x * v - y * u) < 1e-4 * (u**2 + v**2):  # on the line of the means: no noise
        return False
    near = (np.abs(z[[0, -1]] - mean) < 6 * np.exp(log_std)).all()
    return bool(in_the_decoders_range and near and np.allclose(steps, steps[0], atol=1e-4))


def _both_ways(function):
    """The mistake, made in either direction."""
    return function, lambda vae, a, b, n: function(vae, b, a, n)


L_33 = CodeExercise(
    id="L-33",
    chapter=7,
    title="From one digit to another",
    question=(
        "Return `steps` images, shape (steps, D): the decoder's pictures (probabilities) of the points on "
        "the straight line between the means of q for the two images, both ends included. "
        "`vae.encode(images)` gives means and log stds, `vae.decode(z)` the probabilities."
    ),
    hints=(
        "Encode both images at once: np.stack makes a batch of two. You need their means only.",
        "The line is (1 - s) mean_a + s mean_b, for `steps` evenly spaced values of s from 0 to 1, ends "
        "included: np.linspace.",
        "Make s a column, s[:, None], so that one line of NumPy gives all the z. Decode last.",
    ),
    reason="Either direction is right, s = 0 being the first image or the second, if one says which.",
    see="See chapter 7, 'Task 3.3: from one digit to another'.",
    solution=interpolate,
    measure=measure_again(_INPUTS),
    also_right=(_backwards,),
    mistakes=(
        Mistake(
            "interpolation-pixels",
            "The images themselves are blended, pixel by pixel: two pale digits on top of each other. "
            "Blend their latent means, then decode.",
            (*_both_ways(_pixels), *_both_ways(_pixels_through_the_model)),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-end-point",
            "One end is missing, or both: `steps` points from 0 to 1 with both ends are 1 / (steps - 1) "
            "apart.",
            (
                *_both_ways(lambda vae, a, b, n: _along(vae, a, b, np.arange(n) / n)),
                *_both_ways(lambda vae, a, b, n: _along(vae, a, b, np.arange(1, n + 1) / n)),
                *_both_ways(lambda vae, a, b, n: _along(vae, a, b, np.arange(1, n + 1) / (n + 1))),
            ),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-blends-outputs",
            "The two decoded pictures are blended, pixel by pixel. Blend z, and decode every point of the "
            "line.",
            _both_ways(_decoded_then_blended),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-logits",
            "These are logits: the sigmoid is missing, which makes them probabilities.",
            _both_ways(_logits),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-log-std",
            "These are the log standard deviations, decoded. The means are the first thing that encode "
            "returns.",
            _both_ways(_of_log_stds),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-not-decoded",
            "These are the latent points themselves: decode them.",
            _both_ways(_latents),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-off-by-one",
            "The number of images is off by one: `steps` images, both ends included.",
            (
                *_both_ways(lambda vae, a, b, n: interpolate(vae, a, b, n + 1)),
                *_both_ways(lambda vae, a, b, n: interpolate(vae, a, b, n - 1)),
            ),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-stays",
            "Every picture is the same: s has to move from one end to the other.",
            _both_ways(lambda vae, a, b, n: _along(vae, a, b, np.zeros(n))),
            by=tuple(_INPUTS),
        ),
        Mistake(
            "interpolation-sampled",
            "The ends are samples of q, or noise is added on the way. The line joins the means of q.",
            (_sampled, _sampled_at_every_step, _sampled_with_a_seed),
            when=_is_sampled,
        ),
    ),
)
