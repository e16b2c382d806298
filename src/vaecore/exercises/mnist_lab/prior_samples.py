"""Exercise of chapter 7: new digits, from the prior (L-31, the lab's task 3.1)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.repeated_calls import DRAW_FROM, REPEATABLE, fresh_generator, is_repeatable
from vaecore.exercises.mnist_lab.decoded_noise import (
    DRAWN,
    HOME,
    LATENTS,
    LOGITS,
    OTHER_VAES,
    PIXELS,
    SMALL_VAE,
    has_shape,
    in_words,
    is_a,
    is_normal,
    is_shared_by,
    is_standard_normal,
    read,
)
from vaecore.foundations.networks import neural_net_predict

DIGITS = 25


def new_digits(vae, rng):
    # [answer]
    z = rng.standard_normal((25, vae.latent_size))
    return vae.decode(z)
    # [end]


CALLS = 200
PICTURES = f"a VAE with {LATENTS} latents and {PIXELS} pixels"


def _measure(answer):
    calls = []
    for _ in range(CALLS):
        seen = answer(SMALL_VAE)
        if isinstance(seen, Trouble) or seen.shape != (DIGITS, PIXELS):
            return {PICTURES: seen}
        calls.append(seen)
    for label, vae in OTHER_VAES.items():
        seen = answer(vae)
        if isinstance(seen, Trouble) or seen.shape != (DIGITS, vae.image_size):
            return {label: seen}
    return {**read(np.stack(calls), lambda z: z), REPEATABLE: is_repeatable(answer, SMALL_VAE)}


def _passes(r) -> bool:
    return "z" in r and r[REPEATABLE] and is_standard_normal(r)


def _refused(r) -> bool:
    """Whether vaecore refused 25 rows of z: another width than the model's."""
    troubles = [seen for seen in r.values() if isinstance(seen, Trouble)]
    refused = [seen for seen in troubles if seen.error == "InvalidInputError"]
    return any(f"Error: z has shape ({DIGITS}, " in seen.text for seen in refused)


def _is_off(r) -> bool:
    """Whether some latent has another mean than 0 or another spread than 1: six standard errors or more."""
    reach = 6 / np.sqrt(r["values"])
    return bool((np.abs(r["mean"]) > reach).any() or (np.abs(r["spread"] - 1) > reach).any())


def _near_home(r) -> bool:
    return "z" in r and bool((np.abs(r["mean"] - HOME) < 1.5).all())


def _saw(r) -> str:
    if PICTURES in r:
        return f"For {PICTURES} it returned shape {np.shape(r[PICTURES])}, expected {(DIGITS, PIXELS)}."
    for label, vae in OTHER_VAES.items():
        if label in r:
            return f"For {label} it returned shape {np.shape(r[label])}, expected {(DIGITS, vae.image_size)}."
    if "z" not in r:
        return (
            f"Seen in {CALLS} calls with {PICTURES}: this decoder makes such a picture of no z "
            "(expected: its probabilities as they are)."
        )
    return (
        f"Seen in {CALLS} calls with {PICTURES}: the z behind the pictures have the means "
        f"{in_words(r['mean'])} and the standard deviations {in_words(r['spread'])} (expected 0 and 1 for "
        f"each), and the farthest lies {r['longest']:.2g} standard deviations away (expected about 4)."
    )


def _decoded(draw):
    """A wrong answer that decodes draw(rng, (25, L))."""
    return lambda vae, rng: vae.decode(draw(rng, (DIGITS, vae.latent_size)))


def _drawn(vae, rng):
    p = new_digits(vae, rng)
    return (rng.random(p.shape) < p).astype(float)


def _through_the_encoder(images):
    def wrong(vae, rng):
        mean, log_std = vae.encode(images(rng, (DIGITS, vae.image_size)))
        return vae.decode(mean + np.exp(log_std) * rng.standard_normal(mean.shape))

    return wrong


L_31 = CodeExercise(
    id="L-31",
    chapter=7,
    title="New digits (task 3.1)",
    question=(
        "Return 25 pictures that the model makes up, shape (25, D): draw 25 latent vectors from the prior "
        "N(0, I), and return what the decoder makes of them, as the probability that each pixel is on. "
        "`vae.decode(z)` turns z, shape (25, L), into probabilities; `vae.latent_size` is L. "
        f"{DRAW_FROM}"
    ),
    hints=(
        "No image goes in, so the encoder is not needed. Where does z come from, if there is no image?",
        "The prior is N(0, 1) in each latent dimension: rng.standard_normal(shape) draws from it.",
        "The shape is (25, vae.latent_size): a vector of its own for every picture.",
    ),
    reason=(
        "The noise is z itself, as the prior is N(0, I). The grey levels are what the model says: "
        "probabilities."
    ),
    see="See chapter 7, 'Task 3.1: new digits'.",
    solution=new_digits,
    measure=_measure,
    passes=_passes,
    tolerance="See decoded_noise.py: a right answer is refused three times in ten million at most.",
    saw=_saw,
    takes_rng=True,
    mistakes=(
        Mistake(
            "prior-pixels-drawn",
            DRAWN,
            (_drawn, lambda vae, rng: np.round(new_digits(vae, rng))),
            when=is_a("drawn"),
        ),
        Mistake(
            "prior-logits",
            LOGITS,
            (
                lambda vae, rng: neural_net_predict(
                    vae.gen_params, rng.standard_normal((25, vae.latent_size))
                ),
            ),
            when=is_a("logits"),
        ),
        Mistake(
            "prior-not-decoded",
            "These are the latent vectors themselves: decode them.",
            (lambda vae, rng: rng.standard_normal((DIGITS, vae.latent_size)),),
            when=has_shape(PICTURES, lambda shape: shape == (DIGITS, LATENTS)),
        ),
        Mistake(
            "prior-count",
            "The number of pictures is not 25: one row for each of them, 25 rows.",
            (
                lambda vae, rng: vae.decode(rng.standard_normal((1, vae.latent_size))),
                lambda vae, rng: vae.decode(rng.standard_normal((5, vae.latent_size))),
                lambda vae, rng: vae.decode(rng.standard_normal((1, vae.latent_size)))[0],
            ),
            when=has_shape(PICTURES, lambda shape: shape[-1:] == (PIXELS,) and np.prod(shape[:-1]) != DIGITS),
        ),
        Mistake(
            "prior-latents-fixed",
            "The number of latents is written into the function, and fits one model only: vae.latent_size "
            "knows it.",
            (
                lambda vae, rng: vae.decode(rng.standard_normal((DIGITS, 50))),
                lambda vae, rng: vae.decode(rng.standard_normal((DIGITS, 2))),
            ),
            when=lambda r: _refused(r),
        ),
        Mistake(
            "prior-one-for-all",
            "All 25 pictures come from one z: draw a vector for each of them.",
            (
                _decoded(lambda rng, shape: np.tile(rng.standard_normal(shape[1]), (shape[0], 1))),
                lambda vae, rng: np.repeat(
                    vae.decode(rng.standard_normal((1, vae.latent_size))), DIGITS, axis=0
                ),
            ),
            when=lambda r: "z" in r and is_shared_by(r, "rows"),
        ),
        Mistake(
            "prior-one-number",
            "All latents of a picture are one and the same number: each needs a draw of its own.",
            (
                _decoded(lambda rng, shape: np.repeat(rng.standard_normal((shape[0], 1)), shape[1], axis=1)),
                _decoded(lambda rng, shape: np.full(shape, rng.standard_normal())),
            ),
            when=lambda r: "z" in r and (is_shared_by(r, "latents") or is_shared_by(r, "rows", "latents")),
        ),
        Mistake(
            "prior-mean-only",
            "Every z is the same point, in every call: that is one picture, 25 times. Draw z from the prior.",
            (_decoded(lambda rng, shape: np.zeros(shape)), _decoded(lambda rng, shape: np.ones(shape))),
            when=lambda r: "z" in r and r["shared"]["rows"] and r["shared"]["calls"],
        ),
        Mistake(
            "prior-same-every-call",
            "Every call gives the same 25 pictures: a generator is made, or seeded, inside the function, "
            "or nothing is drawn.",
            (
                _decoded(lambda rng, shape: np.random.default_rng(31).standard_normal(shape)),
                _decoded(lambda rng, shape: np.linspace(-2, 2, np.prod(shape)).reshape(shape)),
            ),
            when=lambda r: "z" in r and is_shared_by(r, "calls"),
        ),
        Mistake(
            "prior-uniform",
            "z is uniform (random, uniform): no value lies far out. The prior is a normal distribution.",
            (
                _decoded(lambda rng, shape: rng.random(shape)),
                _decoded(lambda rng, shape: rng.uniform(-1, 1, shape)),
                _decoded(lambda rng, shape: rng.uniform(-3, 3, shape)),
            ),
            when=lambda r: "z" in r and 1.6 < r["longest"] < 1.9,
        ),
        Mistake(
            "prior-encoded",
            "These z come out of the encoder. A new digit needs no image: z is drawn from the prior.",
            (
                _through_the_encoder(lambda rng, shape: rng.random(shape)),
                _through_the_encoder(lambda rng, shape: np.zeros(shape)),
            ),
            when=_near_home,
        ),
        Mistake(
            "prior-other-spread",
            "z is normal, but not with the mean and the spread of the prior: draw from N(0, 1) as it stands. "
            "With other numbers the pictures are too usual, or too strange, for this model.",
            (
                _decoded(lambda rng, shape: 0.5 * rng.standard_normal(shape)),
                _decoded(lambda rng, shape: 2 * rng.standard_normal(shape)),
                _decoded(lambda rng, shape: 1 + rng.standard_normal(shape)),
                _decoded(lambda rng, shape: np.exp(0.5) * rng.standard_normal(shape)),
            ),
            when=lambda r: "z" in r and 2.5 < r["longest"] < 7 and is_normal(r["z"]) and _is_off(r),
        ),
        fresh_generator("prior-fresh-generator", new_digits),
    ),
)
