"""Exercise of chapter 1: what the loss of a contractive autoencoder adds (X-1c)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def contraction(weights, biases, x):
    # [answer]
    z = np.tanh(x @ weights + biases)
    slope = 1 - z**2  # tanh' = 1 - tanh^2
    return np.sum(slope**2 * np.sum(weights**2, axis=0), axis=1)
    # [end]


def _problem(seed, images, pixels, codes):
    rng = np.random.default_rng(seed)
    weights, biases = rng.standard_normal((pixels, codes)), rng.standard_normal(codes)
    return weights.round(2), biases.round(2), rng.random((images, pixels)).round(2)


def _slope(weights, biases, x):
    return 1 - np.tanh(x @ weights + biases) ** 2


def _jacobians(weights, biases, x):
    """J of each image, (B, L, D): J_jk = (1 - z_j^2) W_kj."""
    return _slope(weights, biases, x)[:, :, None] * weights.T


def _of(formula):
    """Return a wrong penalty: formula(weights, slope)."""
    return lambda weights, biases, x: formula(weights, _slope(weights, biases, x))


def _with_slope(slope_of):
    """Return a penalty with another slope, made of a = x W + b."""
    return lambda weights, biases, x: (slope_of(x @ weights + biases) ** 2) @ np.sum(weights**2, axis=0)


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _in_the_weights(weights, biases, x):
    """The squared derivatives dz_j / dW_kj = slope_j x_k."""
    slope = _slope(weights, biases, x)
    return np.sum(slope**2, axis=1) * np.sum(x**2, axis=1)


def _step_in_the_biases(weights, biases, x):
    return np.sum(_slope(weights, biases, x) ** 2, axis=1)


X_1C = CodeExercise(
    id="X-1c",
    chapter=1,
    title="What a contractive autoencoder adds",
    question=(
        "The encoder is z = tanh(x W + b), with `weights` of shape (D, L), `biases` (L,) and images `x` (B, "
        "D). Return the sum of the squares of all entries of its Jacobian dz/dx for each image: shape (B,)."
    ),
    hints=(
        "The Jacobian has an entry for each number j of the code and each pixel k: how much z_j changes when "
        "x_k does.",
        "By the chain rule J_jk = (1 - z_j^2) W_kj, as tanh' = 1 - tanh^2. Square it.",
        "Sum W_kj^2 over the pixels first, axis 0 of weights; then multiply by (1 - z_j^2)^2 and sum over j.",
    ),
    reason=(
        "The penalty holds the code still when the pixels change a little. It is small where the weights are "
        "small, and where the tanh is flat."
    ),
    see="See chapter 1, 'Contractive: hold still'.",
    solution=contraction,
    inputs={
        "2 images of 3 pixels, codes of 2 numbers": _problem(1, 2, 3, 2),
        "3 images of 4 pixels, codes of 5 numbers": _problem(2, 3, 4, 5),
        "1 image of 1 pixel, a code of 1 number": _problem(3, 1, 1, 1),
        "5 images of 2 pixels, codes of 3 numbers, all whole numbers": tuple(
            np.round(2 * a) for a in _problem(4, 5, 2, 3)
        ),
    },
    rtol=1e-3,
    tolerance=(
        "Differences of the encoder with a small step are right to 1e-4 and pass; every mistake changes some "
        "number by more than 1%."
    ),
    mistakes=(
        Mistake(
            "ae-contractive-gradient-vector",
            "This is the gradient of a single number, the sum of the code, with its squares summed: what "
            "moves one z_j up and another down cancels. The code has L numbers; square the entries of the "
            "Jacobian one by one. (A single gradient vector is what an encoder with one latent has.)",
            (
                lambda w, b, x: np.sum(_jacobians(w, b, x).sum(axis=1) ** 2, axis=1),
                _of(lambda w, slope: np.sum((slope @ w.T) ** 2, axis=1)),
            ),
        ),
        Mistake(
            "ae-contractive-weights",
            "These are derivatives in the weights. The contractive penalty asks what the pixels do to the "
            "code: dz_j/dx_k has a W_kj in it.",
            (_in_the_weights,),
        ),
        Mistake(
            "ae-contractive-slopes-only",
            "The slopes of the tanh are there, and the weights are not: this is the derivative in a = x W + "
            "b. The chain rule goes on to the pixels.",
            (_step_in_the_biases,),
        ),
        Mistake(
            "ae-contractive-weight-decay",
            "The slope of the tanh is missing: the sum of the squared weights is the same for every image, "
            "and has a name of its own, weight decay.",
            (
                lambda w, b, x: np.full(len(x), np.sum(w**2)),
                lambda w, b, x: np.sum(w**2),
            ),
        ),
        Mistake(
            "ae-contractive-slope-not-squared",
            "The weights are squared, and the slope is not. The whole entry, slope times weight, is squared.",
            (_of(lambda w, slope: slope @ np.sum(w**2, axis=0)),),
        ),
        Mistake(
            "ae-contractive-nothing-squared",
            "The entries were added with their signs, or as absolute values: square each of them first.",
            (
                lambda w, b, x: _jacobians(w, b, x).sum(axis=(1, 2)),
                lambda w, b, x: np.abs(_jacobians(w, b, x)).sum(axis=(1, 2)),
            ),
        ),
        Mistake(
            "ae-contractive-squared-too-late",
            "The entries of a row of the Jacobian were added up, and then squared: pixels with weights of "
            "opposite sign cancel. Square first, then add.",
            (
                lambda w, b, x: np.sum(_jacobians(w, b, x).sum(axis=2) ** 2, axis=1),
                lambda w, b, x: _jacobians(w, b, x).sum(axis=(1, 2)) ** 2,
            ),
        ),
        Mistake(
            "ae-contractive-sigmoid-slope",
            "z (1 - z) is the slope of a sigmoid. That of tanh is 1 - z^2.",
            (
                _with_slope(lambda a: np.tanh(a) * (1 - np.tanh(a))),
                _with_slope(lambda a: _sigmoid(a) * (1 - _sigmoid(a))),
            ),
        ),
        Mistake(
            "ae-contractive-slope-of-sum",
            "The slope was computed from a = x W + b as 1 - a^2; in that formula stands z, the tanh of it.",
            (_with_slope(lambda a: 1 - a**2),),
        ),
        Mistake(
            "ae-contractive-root",
            "The root was taken: this is the norm. The penalty is its square.",
            (lambda *args: np.sqrt(contraction(*args)),),
        ),
        Mistake(
            "ae-contractive-mean",
            "This is the mean over the entries, or over a part of them; the squares are to be added up.",
            (
                lambda w, b, x: contraction(w, b, x) / w.size,
                lambda w, b, x: contraction(w, b, x) / w.shape[1],
                lambda w, b, x: contraction(w, b, x) / w.shape[0],
            ),
        ),
        Mistake(
            "ae-contractive-one-number",
            "This is one number for the whole batch: each image has a Jacobian of its own.",
            (lambda *args: np.sum(contraction(*args)), lambda *args: np.mean(contraction(*args))),
        ),
        Mistake(
            "ae-contractive-not-summed",
            "The sum over the code is missing: L numbers came for each image.",
            (
                _of(lambda w, slope: slope**2 * np.sum(w**2, axis=0)),
                _jacobians,
                lambda w, b, x: _jacobians(w, b, x) ** 2,
            ),
        ),
    ),
)
