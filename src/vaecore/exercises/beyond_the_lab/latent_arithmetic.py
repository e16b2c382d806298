"""Exercise of chapter 8: an attribute added to images, in latent space (S-ARITH)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.random_vaes import random_vae
from vaecore.exercises.machinery.repeated_calls import AGAIN, measure_again
from vaecore.foundations.networks import init_network, neural_net_predict
from vaecore.vae import VAE


def thicker(vae, images, thick, thin, amount):
    # [answer]
    direction = vae.encode(thick)[0].mean(axis=0) - vae.encode(thin)[0].mean(axis=0)
    mean, _ = vae.encode(images)
    return vae.decode(mean + amount * direction)
    # [end]


_rng = np.random.default_rng(8)
_ENCODER = [*init_network([5, 4], _rng, float), *init_network([4, 4], _rng, float)]
_VAE = VAE(init_network([2, 5], _rng, float), _ENCODER)
for _weights, _ in _VAE.rec_params:
    _weights *= 4  # so that the mean of codes is not the code of the mean
_IMAGES, _THICK, _THIN = (_rng.random((n, 5)) ** power for n, power in ((3, 1), (4, 0.5), (6, 2)))
HALF = "a VAE with 2 latents and 5 pixels, 3 images, 4 thick and 6 thin ones, amount 0.5"
LESS = "the same VAE, other images, amount -0.25"
OTHER = "a VAE with 3 latents and 7 pixels, 1 image, 2 thick and 5 thin ones, amount 2"
SINGLE = "a VAE with 1 latent and 1 pixel, 2 images, 1 thick and 1 thin one, black and white, amount 1"


_ARITH = {
    HALF: (_VAE, _IMAGES, _THICK, _THIN, 0.5),
    LESS: (_VAE, _THIN, _IMAGES, _THICK, -0.25),
    OTHER: (random_vae(_rng, 3, 7, 6), *(_rng.random((n, 7)) for n in (1, 2, 5)), 2),
    SINGLE: (
        random_vae(_rng, 1, 1, 6), np.array([[1.0], [0]]), np.array([[1.0]]), np.array([[0.0]]), 1,
    ),
}  # fmt: skip


def _mean(vae, images):
    return vae.encode(images)[0]


def _sample(vae, images):
    mean, log_std = vae.encode(images)
    return mean + np.exp(log_std) * np.random.default_rng().standard_normal(mean.shape)


def _with(direction=None, start=_mean, finish=None):
    """Return a wrong answer: another direction(vae, thick, thin), start(vae, images) or finish(vae, z)."""
    finish = finish or (lambda vae, z: vae.decode(z))
    direction = direction or (lambda v, a, b: _mean(v, a).mean(axis=0) - _mean(v, b).mean(axis=0))

    def wrong(vae, images, thick, thin, amount):
        return finish(vae, start(vae, images) + amount * direction(vae, thick, thin))

    return wrong


def _in_pixels(vae, images, thick, thin, amount):
    return images + amount * (thick.mean(axis=0) - thin.mean(axis=0))


def _in_outputs(vae, images, thick, thin, amount):
    one, other = (vae.decode(_mean(vae, group)).mean(axis=0) for group in (thick, thin))
    return vae.decode(_mean(vae, images)) + amount * (one - other)


S_ARITH = CodeExercise(
    id="S-ARITH",
    chapter=8,
    title="Thicker, please",
    question=(
        "`thick` (N, D) and `thin` (M, D) are example images with much ink and with little, `images` (B, D) "
        "others. Find the direction of more ink in latent space from the examples, add `amount` of it to "
        "each of the images, and return the decoder's pictures (probabilities), shape (B, D). "
        "`vae.encode(images)` gives means and log stds, `vae.decode(z)` the probabilities."
    ),
    hints=(
        "Work on latent means throughout; pixels go in at the beginning, and come out at the end.",
        "The direction is one vector: the average of the means of all thick images, minus that of the thin "
        "ones. `vae.encode(thick)[0].mean(axis=0)` is the first half.",
        "Start from the means of `images`, add `amount` times the direction, and decode once.",
    ),
    reason=(
        "`encode` gives means and log standard deviations; only the means are averaged, subtracted and "
        "added. What the thick digits have besides ink averages out, as far as the thin ones have it too."
    ),
    see="See chapter 8, 'Attributes are directions'.",
    solution=thicker,
    measure=measure_again(_ARITH),
    mistakes=(
        Mistake(
            "arith-direction",
            "The difference runs the wrong way round: with minus without. This takes ink away.",
            (_with(lambda v, a, b: _mean(v, b).mean(axis=0) - _mean(v, a).mean(axis=0)),),
        ),
        Mistake(
            "arith-pixels",
            "The average images are subtracted and added, pixel by pixel, and the model is not asked. "
            "Encode, do the arithmetic on means, then decode.",
            (_in_pixels, lambda *args: np.clip(_in_pixels(*args), 0, 1)),
        ),
        Mistake(
            "arith-code-of-the-mean",
            "The average image is encoded. An average of many digits is a grey blot that the encoder has "
            "never seen: encode each image, and average the codes.",
            (_with(lambda v, a, b: (_mean(v, a.mean(axis=0)[None]) - _mean(v, b.mean(axis=0)[None]))[0]),),
        ),
        Mistake(
            "arith-one-example",
            "The direction comes from one thick and one thin image. They differ in much besides ink: take "
            "the average of all.",
            (
                _with(lambda v, a, b: _mean(v, a)[0] - _mean(v, b)[0]),
                _with(lambda v, a, b: _mean(v, a)[-1] - _mean(v, b)[-1]),
            ),
        ),
        Mistake(
            "arith-not-added",
            "The direction alone is decoded: it has to be added to the mean of each image.",
            (
                _with(start=lambda v, x: 0 * _mean(v, x)),
                lambda v, x, a, b, t: v.decode(t * (_mean(v, a).mean(0) - _mean(v, b).mean(0))[None]),
            ),
        ),
        Mistake(
            "arith-without-ignored",
            "The thin images are left out. The mean code of the thick ones is a place; the direction to it "
            "is a difference.",
            (_with(lambda v, a, b: _mean(v, a).mean(axis=0)),),
        ),
        Mistake(
            "arith-sum",
            "The codes are added up and not averaged, so the direction grows with the number of examples.",
            (_with(lambda v, a, b: _mean(v, a).sum(axis=0) - _mean(v, b).sum(axis=0)),),
        ),
        Mistake(
            "arith-amount-ignored",
            "`amount` is not used: 0 should change nothing, and -1 take the attribute away.",
            (
                lambda v, x, a, b, t: thicker(v, x, a, b, 1.0),
                lambda v, x, a, b, t: thicker(v, x, a, b, 0.0),
            ),
        ),
        Mistake(
            "arith-outputs",
            "Decoded pictures are added and subtracted, pixel by pixel. Do the arithmetic on the codes, and "
            "decode once, at the end.",
            (_in_outputs, lambda *args: np.clip(_in_outputs(*args), 0, 1)),
        ),
        Mistake(
            "arith-log-std",
            "The log standard deviations are used. Where a code lies is told by the means, the first thing "
            "that encode returns.",
            (
                _with(lambda v, a, b: v.encode(a)[1].mean(axis=0) - v.encode(b)[1].mean(axis=0)),
                _with(
                    lambda v, a, b: v.encode(a)[1].mean(axis=0) - v.encode(b)[1].mean(axis=0),
                    start=lambda v, x: v.encode(x)[1],
                ),
            ),
        ),
        Mistake(
            "arith-logits",
            "These are logits: the sigmoid is missing, which makes them probabilities.",
            (_with(finish=lambda v, z: neural_net_predict(v.gen_params, z)),),
        ),
        Mistake(
            "arith-not-decoded",
            "These are the latent points themselves: decode them.",
            (_with(finish=lambda v, z: z),),
        ),
        Mistake(
            "arith-sampled",
            "Two calls gave two results: samples of q are used, and their noise is no ink. Use its means.",
            (_with(start=_sample), _with(lambda v, a, b: _sample(v, a).mean(0) - _sample(v, b).mean(0))),
            when=lambda readings: _has_right_shapes(readings) and readings.get(AGAIN, 0) > 1e-6,
        ),
    ),
)


def _has_right_shapes(readings) -> bool:
    return np.shape(readings[HALF]) == (3, 5) and np.shape(readings[LESS]) == (6, 5)
