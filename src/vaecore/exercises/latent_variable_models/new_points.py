"""Exercises of chapter 2: new images from a VAE (P-2c), and where their variety comes from (P-2cr)."""

import numpy as np

from vaecore.exercises.latent_variable_models.image_statistics import (
    FEW,
    IMAGES,
    MANY,
    PIXELS,
    fitting,
    independent,
    measure,
    passes,
    saw,
)
from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import choice
from vaecore.exercises.machinery.repeated_calls import DRAW_FROM, fresh_generator
from vaecore.foundations.networks import neural_net_predict, sigmoid


def new_images(gen_params, n, rng):
    latent_size = gen_params[0][0].shape[0]
    # [answer]
    z = rng.standard_normal((n, latent_size))  # z from p(z)
    probabilities = sigmoid(neural_net_predict(gen_params, z))  # p(x | z), the decoder
    return (rng.random(probabilities.shape) < probabilities).astype(float)  # x from it
    # [end]


def _with(noise=None, probabilities=None, flip=None):
    """Return a wrong way: noise(rng, n, L) draws z, probabilities(logits) follow, flip(p, rng) ends it."""
    noise = noise or (lambda rng, n, size: rng.standard_normal((n, size)))
    probabilities = probabilities or sigmoid
    flip = flip or (lambda p, rng: (rng.random(p.shape) < p).astype(float))

    def wrong(gen_params, n, rng):
        z = noise(rng, n, gen_params[0][0].shape[0])
        return flip(probabilities(neural_net_predict(gen_params, z)), rng)

    return wrong


def _without_tanh(gen_params, n, rng):
    a = rng.standard_normal((n, 2))
    for weights, biases in gen_params:
        a = a @ weights + biases
    return (rng.random(a.shape) < sigmoid(a)).astype(float)


def _one_image(gen_params, n, rng):
    return new_images(gen_params, 1, rng)[0]


def _drawn(*names):
    """Return a predicate: the patterns are those of a wrong way to draw."""
    return lambda readings: fitting(readings) in names


def _shape_is(*shapes):
    def when(readings) -> bool:
        seen = readings.get(MANY, readings[FEW])
        return not isinstance(seen, Trouble) and seen.shape in shapes

    return when


def _grey(outside):
    return lambda r: r.get("neither 0 nor 1", 0) > 0 and (r["outside 0 to 1"] > 0) == outside


def _dependent(readings) -> bool:
    return "patterns" in readings and not independent(readings, readings["patterns"], "same in a call")


P_2C = CodeExercise(
    id="P-2c",
    chapter=2,
    title="Drawing new images",
    question=(
        "Draw `n` new binary images from a VAE. `gen_params` are the decoder's weights; "
        "`neural_net_predict(gen_params, z)` gives a logit for each pixel. Return zeros and ones, shape (n, "
        f"D). {DRAW_FROM}"
    ),
    hints=(
        "Two steps: z from the prior, then x from the distribution that the decoder describes. The encoder "
        "is not needed.",
        "The prior is N(0, I): `rng.standard_normal((n, latent_size))`, a z for every image.",
        "The sigmoid of a logit is the probability that a pixel is on. A uniform number, `rng.random`, is "
        "below p with probability p: one for each pixel of each image.",
    ),
    reason=(
        "z from p(z), x from p(x | z): both steps are random. Most pictures of 'samples' stop at the "
        "probabilities, which are nicer to look at."
    ),
    see="See chapter 2, 'The model', and 'Making new points, and where the richness comes from'.",
    solution=new_images,
    measure=measure,
    passes=passes,
    tolerance=(
        "The shares of 16 patterns among 3,000 images, and of pairs of images that agree: see "
        "image_statistics.py. All tests together refuse a right answer less than once in a million."
    ),
    saw=saw,
    takes_rng=True,
    mistakes=(
        Mistake(
            "generate-one-image",
            "One image came back, whatever n is: draw a z for each of the n images.",
            (_one_image, lambda g, n, rng: new_images(g, 1, rng)),
            when=_shape_is((PIXELS,), (1, PIXELS)),
        ),
        Mistake(
            "generate-latents",
            "These are as many numbers as z has: decode them.",
            (lambda g, n, rng: rng.standard_normal((n, 2)),),
            when=_shape_is((3, 2), (IMAGES, 2)),
        ),
        Mistake(
            "generate-probabilities",
            "These are the probabilities of the pixels, the mean of p(x | z). An image drawn from it is "
            "black and white: one coin for each pixel is still to be tossed.",
            (_with(flip=lambda p, rng: p),),
            when=_grey(outside=False),
        ),
        Mistake(
            "generate-logits",
            "Logits were taken for probabilities, or for pixels. A logit can be any number: the sigmoid "
            "makes a probability of it.",
            (
                _with(probabilities=lambda a: a, flip=lambda p, rng: p),
                _with(probabilities=lambda a: a),
                _with(probabilities=lambda a: np.clip(a, 0, 1)),
            ),
            when=lambda r: _grey(outside=True)(r) or _drawn("logits")(r),
        ),
        Mistake(
            "generate-same-every-call",
            "Every call gives the same images: a generator is made, or seeded, inside the function.",
            (lambda g, n, rng: new_images(g, n, np.random.default_rng(0)),),
            when=lambda r: r.get("all calls alike", False),
        ),
        Mistake(
            "generate-shared-by-images",
            "The images of one call are relatives: they share their z, or the numbers that decide about the "
            "pixels. Draw both anew for each image.",
            (
                _with(noise=lambda rng, n, size: np.tile(rng.standard_normal(size), (n, 1))),
                _with(noise=lambda rng, n, size: np.full((n, size), rng.standard_normal())),
                _with(flip=lambda p, rng: (rng.random(p.shape[1]) < p).astype(float)),
            ),
            when=_dependent,
        ),
        Mistake(
            "generate-at-the-mean",
            "z = 0 was decoded for all images. That is the middle of the prior; z is to be drawn from it.",
            (_with(noise=lambda rng, n, size: np.zeros((n, size))),),
            when=_drawn("at 0"),
        ),
        Mistake(
            "generate-uniform-z",
            "z is uniform (random, rand, uniform), and so never far from 0. The prior is a standard normal.",
            (
                _with(noise=lambda rng, n, size: rng.random((n, size))),
                _with(noise=lambda rng, n, size: rng.uniform(-1, 1, (n, size))),
            ),
            when=_drawn("uniform", "uniform both ways"),
        ),
        Mistake(
            "generate-one-number",
            "One number was drawn for all dimensions of z, so it lies on a line: draw latent_size of them "
            "for each image.",
            (_with(noise=lambda rng, n, size: rng.standard_normal((n, 1)) * np.ones(size)),),
            when=_drawn("one number"),
        ),
        Mistake(
            "generate-rounded",
            "A pixel is on wherever its probability is above 1/2: it was rounded, and not drawn. A pixel "
            "with probability 0.6 must be off in 4 of 10 images.",
            (
                _with(flip=lambda p, rng: np.round(p)),
                _with(flip=lambda p, rng: (p > 0.5).astype(float)),
            ),
            when=_drawn("no pixel noise"),
        ),
        Mistake(
            "generate-one-coin",
            "One uniform number decides about all pixels of an image. Given z the pixels are independent: "
            "each has a coin of its own.",
            (_with(flip=lambda p, rng: (rng.random((len(p), 1)) < p).astype(float)),),
            when=_drawn("one coin"),
        ),
        Mistake(
            "generate-reversed",
            "On and off have changed places: a uniform number is below p with probability p.",
            (
                _with(flip=lambda p, rng: (rng.random(p.shape) > p).astype(float)),
                _with(probabilities=lambda a: sigmoid(-a)),
            ),
            when=_drawn("reversed"),
        ),
        Mistake(
            "generate-fair-coins",
            "Pixels are on with probability 1/2, whatever the decoder says: compare the uniform numbers "
            "with its probabilities.",
            (_with(flip=lambda p, rng: (rng.random(p.shape) < 0.5).astype(float)),),
            when=_drawn("coins of 1/2"),
        ),
        Mistake(
            "generate-no-tanh",
            "The tanh of the hidden layer is missing, so the decoder is linear. Call `neural_net_predict`.",
            (_without_tanh,),
            when=_drawn("linear"),
        ),
        fresh_generator("generate-fresh-generator", new_images),
    ),
)

P_2CR = choice(
    "P-2cr",
    2,
    "Where the richness comes from",
    "p(z) is one round bump, and yet a VAE makes ten kinds of digits. Which statements are true?",
    (
        "Compare with the linear-Gaussian world: what does it have in common with a VAE, and what not?",
        "What can tanh(3 z) do to a bump that 0.7 z cannot?",
    ),
    "See chapter 2, 'Making new points, and where the richness comes from'.",
    (
        "richness-from-randomness",
        False,
        "The variety comes from the randomness of the distributions.",
        "Some solutions say so. But a linear-Gaussian world has just as much randomness, and its p(x) is one "
        "Gaussian bump: the decoder's non-linearity makes the difference.",
    ),
    (
        "richness-linear-decoder",
        True,
        "With a linear decoder and Gaussian noise p(x) is one Gaussian, however the weights are trained.",
        "z W + b + noise is a sum of Gaussians: stretched, turned and moved, but one bump.",
    ),
    (
        "richness-bent",
        True,
        "A decoder with a tanh can turn one bump of z into two bumps of x.",
        "It pulls the middle apart and pushes the rest together at both ends; more layers fold and bend.",
    ),
    (
        "richness-needs-prior",
        False,
        "A prior as plain as N(0, I) limits the model to one kind of image.",
        "A decoder that bends enough carries N(0, I) to ten kinds of digits too. What limits it is L: z and "
        "the decoder make a sheet of L dimensions, and noise around it.",
    ),
    (
        "richness-encoder",
        False,
        "A new image needs the encoder, to find out which z are good.",
        "z is drawn from the prior. The encoder helped in training, and is not needed for drawing.",
    ),
    (
        "richness-pixels-dependent",
        True,
        "Given z the pixels are independent, and yet in p(x) they depend on each other.",
        "z is behind all of them: one pixel says something of z, and z of the other pixels. The mixture "
        "over z binds them together.",
    ),
    target="src-p-2c",
)
