"""What z was behind decoded pictures: how the checkers of L-31 and L-32 look into a random answer.

Their small VAE has a decoder with one layer, more pixels than latents and no saturation, so that z can be
read off the probabilities.  Then the noise in z is judged by its distribution, as in noise_statistics: each
test has a false-alarm rate of at most 2e-8 for a right answer (Dvoretzky-Kiefer-Wolfowitz for distributions,
Hoeffding for products of signs), and there are ten of them: together less than 3e-7.
"""

import math

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.random_vaes import random_vae
from vaecore.exercises.reparameterization.noise_statistics import distance_from_normal, nearly_equal
from vaecore.foundations.networks import neural_net_predict

DRAWN = (
    "These are black and white pixels, drawn from the probabilities or cut at a threshold. Show the "
    "probabilities themselves: zeros and ones add grain and edges that the model does not mean."
)
LOGITS = "These are logits: the sigmoid is missing, which makes probabilities of them."
LATENTS, PIXELS = 4, 9
FALSE_ALARM = 2e-8
_rng = np.random.default_rng(32)
HOME = np.array([3.0, -3.0, 3.5, -2.5])  # the encoder puts every image near it, far from the prior's middle
LOG_STD = np.array([-1.2, -0.5, 0.4, 0.9])  # e^s, e^2s, e^(s/2) and |s| differ by more than 15% at each
SMALL_VAE = random_vae(_rng, LATENTS, PIXELS)
_DECODER, _BIASES = SMALL_VAE.gen_params[0]
_DECODER *= 0.25 / np.std(_DECODER)  # so that float32 loses nothing that matters
_BIASES[:] = _rng.standard_normal(PIXELS)  # so that 1 - p are no probabilities of this decoder
_ENCODER, _ENCODER_BIASES = SMALL_VAE.rec_params[0]
_ENCODER *= 0.4 / np.std(_ENCODER)
_ENCODER[:, LATENTS:] = 0  # its log stds are the same for every image
_ENCODER_BIASES[:] = np.concatenate([HOME, LOG_STD])
_BACK = np.linalg.pinv(_DECODER)


OTHER_VAES = {
    f"a VAE with {words}": random_vae(_rng, *sizes)
    for words, sizes in {"1 latent and 1 pixel": (1, 1), "6 latents and 8 pixels": (6, 8)}.items()
}


def kind_of(pixels) -> str:
    """Say what was returned as pictures: "probabilities", "drawn", "logits", or "other"."""
    if not np.isfinite(pixels).all():
        return "other"
    if np.isin(pixels, (0.0, 1.0)).all():
        return "drawn"
    if ((pixels > 0) & (pixels < 1)).all():
        return "probabilities" if _fits(_logits(pixels)) else "other"
    return "logits" if _fits(pixels) else "other"


def latents_of(pixels) -> np.ndarray:
    """Return the z whose decoded probabilities these are: (..., D) to (..., L)."""
    return (_logits(pixels) - _BIASES) @ _BACK


def _logits(probabilities):
    return np.log(probabilities) - np.log1p(-probabilities)


def _fits(logits) -> bool:
    z = (logits - _BIASES) @ _BACK
    return bool(np.allclose(neural_net_predict(SMALL_VAE.gen_params, z.reshape(-1, LATENTS)),
                            logits.reshape(-1, PIXELS), rtol=1e-2, atol=1e-2))  # fmt: skip


def statistics(noise) -> dict:
    """Return how noise (calls, rows, latents) is distributed: numbers with names."""
    spread = noise.std(axis=(0, 1))
    with np.errstate(all="ignore"):
        scaled = (noise - noise.mean(axis=(0, 1))) / spread
    on = np.sign(noise)
    products = {
        "rows": on[:, 1:] * on[:, :-1],
        "latents": on[:, :, 1:] * on[:, :, :-1],
        "calls": on[1:] * on[:-1],
    }
    return {
        "mean": noise.mean(axis=(0, 1)),
        "spread": spread,
        "longest": float(np.max(np.abs(scaled))) if (spread > 1e-6).all() else 0.0,
        "distances": np.array([distance_from_normal(noise[:, :, j].ravel()) for j in range(noise.shape[2])]),
        "values": noise[:, :, 0].size,
        "shared": {
            "rows": nearly_equal(noise[:, 1:], noise[:, :-1]),
            "latents": nearly_equal(noise[:, :, 1:], noise[:, :, :-1]),
            "calls": nearly_equal(noise[1:], noise[:-1]),
        },
        "products": {name: (float(np.mean(x)), x.size) for name, x in products.items()},
    }


def is_standard_normal(seen) -> bool:
    """Whether these are the statistics of independent N(0, 1) numbers."""
    log_alarm = math.log(2 / FALSE_ALARM)
    near = (seen["distances"] < math.sqrt(log_alarm / (2 * seen["values"]))).all()
    # Products of neighbours' signs are independent themselves, whatever chain they are taken along.
    apart = all(abs(mean) < math.sqrt(2 * log_alarm / n) for mean, n in seen["products"].values())
    # The mean of n squares is within this of 1 (Laurent & Massart 2000, lemma 1); the farthest of 16,000 lies
    # between 3.2 and 8 but once in 10^9.
    n, size = seen["values"] * len(seen["spread"]), np.mean(seen["mean"] ** 2 + seen["spread"] ** 2)
    right_size = abs(size - 1) < 2 * math.sqrt(log_alarm / n) + 2 * log_alarm / n
    return bool(near and apart and right_size and 3.2 < seen["longest"] < 8)


def is_normal(z) -> bool:
    """Whether z (calls, rows, latents) is normal, with any mean and spread (right ones: 0.02 or less)."""
    scaled = (z - z.mean(axis=(0, 1))) / z.std(axis=(0, 1))
    return all(distance_from_normal(scaled[:, :, j].ravel()) < 0.04 for j in range(z.shape[2]))


def is_shared_by(seen, *names) -> bool:
    """Whether the noise is there, and is the same along exactly these: "rows", "latents", "calls"."""
    return {name for name, shared in seen["shared"].items() if shared} == set(names)


def read(pictures, noise_of) -> dict:
    """What the pictures (calls, rows, D) are, and how the noise in their z, noise_of(z), is distributed."""
    readings = {"kind": kind_of(pictures)}
    if readings["kind"] == "probabilities":
        z = latents_of(pictures)
        readings |= {"z": z, **statistics(noise_of(z))}
    return readings


def is_a(kind):
    """Return a predicate: the pictures are of this kind."""
    return lambda readings: readings.get("kind") == kind


def has_shape(label, check):
    """Return a predicate on the shape of what came back in place of the right one."""

    def when(readings) -> bool:
        seen = readings.get(label)
        return seen is not None and not isinstance(seen, Trouble) and bool(check(seen.shape))

    return when


def in_words(numbers) -> str:
    """Return a few numbers with two digits each."""
    return ", ".join(f"{x + 0.0:.2g}" for x in numbers)
