"""Exercise of chapter 7: the gradient of one sample in place of all of them (C8-one-of-k)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def gradient_of_one(log_w, gradients, u):
    # [answer]
    weights = np.exp(log_w - np.max(log_w, axis=0))  # (k, B)
    v = weights / np.sum(weights, axis=0)
    chosen = np.argmax(np.cumsum(v, axis=0) > u, axis=0)  # (B,): the first above u
    return gradients[chosen, np.arange(len(u))]
    # [end]


def _normalised(log_w, axis=0):
    weights = np.exp(log_w - np.max(log_w, axis=axis, keepdims=True))
    return weights / np.sum(weights, axis=axis, keepdims=True)


def _first_above(v, u):
    return np.sum(np.cumsum(v, axis=0) <= u, axis=0).clip(0, len(v) - 1)


def _of(chosen, gradients):
    return gradients[chosen, np.arange(gradients.shape[1])]


def _drawn_by(v_of):
    """Return an answer that draws with other probabilities: v_of(log w)."""
    return lambda log_w, gradients, u: _of(_first_above(v_of(log_w), u), gradients)


def _changed(change):
    """Return an answer that changes the drawn gradient: change(it, v of the drawn sample, k)."""

    def answer(log_w, gradients, u):
        v = _normalised(log_w)
        chosen = _first_above(v, u)
        return change(_of(chosen, gradients), v[chosen, np.arange(len(u))][:, None], len(log_w))

    return answer


def _random(seed, k, points, size, level, u):
    """Log weights around a level, gradients, and u."""
    rng = np.random.default_rng(seed)
    log_w = level + 1.2 * rng.standard_normal((k, points))
    return log_w.round(2), rng.uniform(-3, 3, (k, points, size)).round(1), np.array(u)


BY_HAND = "2 samples for 1 point, with the weights 1 and 3 (times 0.2)"
THREE = "3 samples for each of 2 points, one number in a gradient"
FIVE = "5 samples for each of 4 points, two numbers in a gradient"
LARGE = "4 samples for each of 3 digits, log w near -900, -5000 and -2500"
HUGE = "4 samples for each of 3 recordings, log w near 900, 2000 and 800"
ONE = "1 sample for 1 point"
MANY = "7 samples for each of 6 points, three numbers in a gradient"
_SMALL, _LARGE = (BY_HAND, THREE, FIVE, ONE, MANY), (LARGE, HUGE)

ONE_OF_K = CodeExercise(
    id="C8-one-of-k",
    chapter=7,
    title="One sample goes backward",
    question=(
        "`log_w` holds log w of k samples for each of B points: shape (k, B); `gradients` the gradient of "
        "each of these log w: shape (k, B, D). The gradient of the importance-weighted bound is their mean "
        "with the weights `v_s = w_s / sum_t w_t`. Return in its place the gradient of one sample for each "
        "point, drawn with probability v: shape (B, D). Draw by `u`, one number in [0, 1) for each point: "
        "the first sample for which the running sum `v_1 + ... + v_s` is larger than u. It must be right for "
        "log w of any size."
    ),
    hints=(
        "v is what exponentials become when they are divided by their sum. Take the largest log w of each "
        "point out before `np.exp`: v does not notice.",
        "`np.cumsum(v, axis=0)` gives the running sums; `np.argmax` of an array of booleans finds the first "
        "that is true.",
        "A sample for each point: index `gradients` with two arrays, the samples and `np.arange(B)`.",
    ),
    reason=(
        "Each gradient is drawn as often as its weight says, so on average the result is the weighted mean. "
        "The weight has done its work in the draw, and must not multiply the gradient once more."
    ),
    see="See chapter 7, 'What a tighter bound buys'.",
    solution=gradient_of_one,
    inputs={
        BY_HAND: (np.log([[0.2], [0.6]]), np.array([[[5.0]], [[-2.0]]]), np.array([0.1])),
        THREE: _random(1, 3, 2, 1, -2, [0.3, 0.85]),
        FIVE: _random(2, 5, 4, 2, 1, [0.15, 0.6, 0.93, 0.4]),
        LARGE: _random(3, 4, 3, 2, np.array([-900.0, -5000, -2500]), [0.7, 0.2, 0.9]),
        HUGE: _random(4, 4, 3, 1, np.array([900.0, 2000, 800]), [0.35, 0.82, 0.48]),
        ONE: _random(5, 1, 1, 2, -3, [0.45]),
        MANY: _random(6, 7, 6, 3, -4, [0.06, 0.77, 0.52, 0.93, 0.22, 0.64]),
    },
    rtol=1e-6,
    atol=1e-6,
    tolerance=(
        "The numbers are those of one sample, as they were handed in; no running sum comes nearer to u than "
        "0.01, so rounding chooses no other."
    ),
    mistakes=(
        Mistake(
            "one-of-k-all",
            "This is the weighted mean itself: all k samples go backward. It is what the draw gives on "
            "average; here one sample is asked for.",
            (
                lambda log_w, g, u: np.sum(_normalised(log_w)[:, :, None] * g, axis=0),
                lambda log_w, g, u: np.einsum("kb,kbd->bd", _normalised(log_w), g),
            ),
        ),
        Mistake(
            "one-of-k-mean",
            "This is the plain mean of all gradients. One of them is asked for, and the weights say which.",
            (lambda log_w, g, u: np.mean(g, axis=0),),
        ),
        Mistake(
            "one-of-k-evenly",
            "Each sample is drawn equally often, so the weights do not count: on average this is the "
            "gradient of the plain bound.",
            (
                lambda log_w, g, u: _of((u * len(log_w)).astype(int), g),
                _drawn_by(lambda log_w: np.full(log_w.shape, 1 / len(log_w))),
            ),
        ),
        Mistake(
            "one-of-k-best",
            "The sample with the largest weight is always taken. It has to be drawn: then the others come as "
            "often as their weights say, and the result is right on average.",
            (lambda log_w, g, u: _of(np.argmax(log_w, axis=0), g),),
        ),
        Mistake(
            "one-of-k-weighted-twice",
            "The drawn gradient is multiplied by its weight v as well. The weight has done its work in the "
            "draw; now it counts twice.",
            (_changed(lambda g, v, k: v * g),),
        ),
        Mistake(
            "one-of-k-divided-by-v",
            "The drawn gradient is divided by its probability. That belongs to a plain sum of all gradients; "
            "here the sum carries the weights v, and they cancel.",
            (_changed(lambda g, v, k: g / v),),
        ),
        Mistake(
            "one-of-k-scaled",
            "The drawn gradient is multiplied or divided by k. It stands for a weighted mean, and needs no "
            "factor.",
            (_changed(lambda g, v, k: g / k), _changed(lambda g, v, k: k * g)),
        ),
        Mistake(
            "one-of-k-logarithms",
            "The logarithms of the weights were used as weights. Take `np.exp` of them first.",
            (
                _drawn_by(lambda log_w: log_w / np.sum(log_w, axis=0)),
                _drawn_by(lambda log_w: np.abs(log_w) / np.sum(np.abs(log_w), axis=0)),
            ),
        ),
        Mistake(
            "one-of-k-not-normalised",
            "The weights do not add up to 1, so u in [0, 1) does not reach all of them, or all too soon. "
            "Divide by their sum first.",
            (
                _drawn_by(lambda log_w: np.exp(log_w - np.max(log_w, axis=0))),
                _drawn_by(np.exp),
            ),
            by=(FIVE, MANY, THREE),
        ),
        Mistake(
            "one-of-k-axis",
            "The weights are divided by their sum over the points. The samples are axis 0: for each point "
            "the k weights add up to 1.",
            (_drawn_by(lambda log_w: _normalised(log_w, axis=1)),),
        ),
        Mistake(
            "one-of-k-one-draw",
            "All points share one u. Each has a number of its own, and a draw of its own.",
            (
                lambda log_w, g, u: _of(_first_above(_normalised(log_w), u[0]), g),
                lambda log_w, g, u: _of(_first_above(_normalised(log_w), u[-1]), g),
            ),
        ),
        Mistake(
            "one-of-k-no-running-sum",
            "u is compared with each weight alone, and not with the running sum. Lay the weights end to end "
            "from 0 to 1: u falls into one of them, as often as that one is wide.",
            (
                lambda log_w, g, u: _of(np.argmax(_normalised(log_w) > u, axis=0), g),
                lambda log_w, g, u: _of((_normalised(log_w) <= u).argmin(axis=0), g),
            ),
        ),
        Mistake(
            "one-of-k-neighbour",
            "This is the sample before the one that is asked for, or the one after it: the first whose "
            "running sum is larger than u.",
            (
                lambda log_w, g, u: _of((_first_above(_normalised(log_w), u) - 1).clip(0), g),
                lambda log_w, g, u: _of((_first_above(_normalised(log_w), u) - 1) % len(log_w), g),
                lambda log_w, g, u: _of(
                    (_first_above(_normalised(log_w), u) + 1).clip(0, len(log_w) - 1), g
                ),
            ),
        ),
        Mistake(
            "one-of-k-overflow",
            "Right for small numbers. For large ones the weights became 0 or infinite. Take the largest log "
            "w of each point out before `np.exp`.",
            (
                _drawn_by(lambda log_w: np.exp(log_w) / np.sum(np.exp(log_w), axis=0)),
                _drawn_by(
                    lambda log_w: (np.exp(log_w) + 1e-300) / np.sum(np.exp(log_w) + 1e-300, axis=0)
                ),
                _drawn_by(lambda log_w: np.exp(log_w - log_w.max()) / np.exp(log_w - log_w.max()).sum(0)),
            ),
            when=lambda readings: _right_on_small_ones_alone(readings),
        ),
    ),
)


def _right_on_small_ones_alone(readings) -> bool:
    right = ONE_OF_K.right_readings[0]

    def agrees(name):
        return not isinstance(readings[name], Trouble) and ONE_OF_K.agree(readings[name], right[name])

    return all(map(agrees, _SMALL)) and not all(map(agrees, _LARGE))
