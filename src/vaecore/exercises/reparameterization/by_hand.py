"""Exercises of chapter 4: a VAE with one feature, computed by hand (X-7a, X-7b)."""

import math

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def relu(a):
    return np.maximum(a, 0)


def draw_z(x, eps):
    # [answer]
    def relu(a):
        return np.maximum(a, 0)

    u = relu(2 * relu(3 * x - 1))
    Sigma = relu(relu(3 * x + 1) + 1)  # a variance
    return u + np.sqrt(Sigma) * eps
    # [end]


def output_distribution(z):
    # [answer]
    def relu(a):
        return np.maximum(a, 0)

    mean = relu(-z + 12)
    variance = relu(2 * z - 10)
    return mean, variance
    # [end]


def _item_by_item(inputs):
    """Call with an array; a function of single numbers (`max`, `if`) is called for each of them."""

    def measure(answer):
        readings = {}
        for label, (*numbers, array) in inputs.items():
            seen = answer(*numbers, np.array(array))
            refused = isinstance(seen, Trouble) and (
                seen.error in ("ValueError", "TypeError") or seen.kind == "unusable"
            )
            if refused:
                singles = [answer(*numbers, float(item)) for item in array]
                if not any(isinstance(single, Trouble) for single in singles):
                    seen = np.stack(singles, axis=-1)
            readings[label] = seen
        return readings

    return measure


def _relu_forgotten(readings) -> bool:
    """Right where every argument is positive; elsewhere u, or Sigma, or both go below 0."""
    right, eps = X_7A.right_readings[0], np.array(_EPS)
    if not X_7A.agree(readings[SHEET], right[SHEET]):
        return False
    small, negative = readings[SMALL], readings[NEGATIVE]
    u_below_0 = X_7A.agree(small, right[SMALL] - 0.8)  # 2 (3 * 0.2 - 1)
    if not u_below_0 and not X_7A.agree(small, right[SMALL]):
        return False
    if isinstance(negative, Trouble):
        return negative.error == "ValueError"  # math.sqrt of a negative number
    u = -8.0 if u_below_0 else 0.0
    ends = [u + eps, np.full(3, u), np.full(3, np.nan), np.array([np.nan, u, np.nan])]
    return any(X_7A.agree(negative, end) for end in (ends if u_below_0 else ends[1:]))


_EPS = (0.5, 0.0, -0.5)
SHEET, NEGATIVE, SMALL = (f"x = {x}, eps = {_EPS}" for x in (2.0, -1.0, 0.2))
_A = {
    SHEET: (2.0, _EPS), NEGATIVE: (-1.0, _EPS), SMALL: (0.2, _EPS),
    "x = 1, eps = (2,)": (1, (2,)), "x = 0.75, eps = (-2, 0.1, 1, 3, -0.4)": (0.75, (-2, 0.1, 1, 3, -0.4)),
}  # fmt: skip
_RELU_FORGOTTEN = "A ReLU is missing: where its argument is negative it gives 0."

X_7A = CodeExercise(
    id="X-7a",
    chapter=4,
    title="One feature, the encoder",
    question=(
        "u(x) = ReLU(2 ReLU(3x - 1)) is the mean and Sigma(x) = ReLU(ReLU(3x + 1) + 1) the *variance* of "
        "q(z | x). `x` is a number, `eps` an array of noise. Return z, with the shape of `eps`."
    ),
    hints=(
        "Compute u and Sigma for x = 2 on paper first: 10 and 8.",
        "Noise is multiplied by a standard deviation. Sigma is a variance.",
        "z = u + sqrt(Sigma) eps; `relu(a)` is `np.maximum(a, 0)`.",
    ),
    reason=(
        "For x = 2 and eps = 0.5, 0, -0.5: 11.4142, 10, 8.5858. With Sigma in "
        "place of its root it would be 14, 10, 6."
    ),
    see="See chapter 4, 'By hand: a VAE with one feature'.",
    solution=draw_z,
    measure=_item_by_item(_A),
    mistakes=(
        Mistake(
            "x7-variance-for-std",
            "The noise is multiplied by the variance. "
            "A standard deviation multiplies it: the root.",
            (lambda x, eps: relu(2 * relu(3 * x - 1)) + relu(relu(3 * x + 1) + 1) * eps,),
        ),
        Mistake(
            "x7-relu-forgotten",
            _RELU_FORGOTTEN,
            (
                lambda x, eps: 2 * (3 * x - 1) + np.sqrt((3 * x + 1) + 1) * eps,
                lambda x, eps: 2 * (3 * x - 1) + np.sqrt(relu(relu(3 * x + 1) + 1)) * eps,
                lambda x, eps: 2 * (3 * x - 1) + np.sqrt(relu(3 * x + 2)) * eps,
                lambda x, eps: relu(2 * relu(3 * x - 1)) + np.sqrt((3 * x + 1) + 1) * eps,
                lambda x, eps: relu(2 * relu(3 * x - 1)) + np.sqrt(relu((3 * x + 1) + 1)) * eps,
                lambda x, eps: relu(2 * relu(3 * x - 1)) + math.sqrt(3 * x + 2) * eps,
            ),
            when=lambda readings: _relu_forgotten(readings),
        ),
        Mistake(
            "x7-no-noise",
            "There is no noise: this is the mean.",
            (lambda x, eps: relu(2 * relu(3 * x - 1)) + 0 * eps,),
        ),
        Mistake(
            "x7-no-mean",
            "The mean u is missing.",
            (lambda x, eps: np.sqrt(relu(relu(3 * x + 1) + 1)) * eps,),
        ),
        Mistake(
            "x7-std-left-out",
            "The noise is added as it is: multiply it by sqrt(Sigma).",
            (lambda x, eps: relu(2 * relu(3 * x - 1)) + eps,),
        ),
        Mistake(
            "x7-one-left-out",
            "The last + 1 of Sigma is missing.",
            (lambda x, eps: relu(2 * relu(3 * x - 1)) + np.sqrt(relu(3 * x + 1)) * eps,),
        ),
    ),
)

MIDDLE = "z = 11, 10, 8.5"
CUT = "z = 14, 3"
_B = {
    MIDDLE: ((11.0, 10.0, 8.5),), CUT: ((14.0, 3.0),), "z = -3": ((-3,),),
    "z = -20, 0, 5, 12, 7, -0.5": ((-20.0, 0.0, 5.0, 12.0, 7.0, -0.5),),
}  # fmt: skip

X_7B = CodeExercise(
    id="X-7b",
    chapter=4,
    title="One feature, the decoder",
    question=(
        "The decoder says u(z) = ReLU(-z + 12) and Sigma(z) = ReLU(2z - 10). `z` is an array. "
        "Return the mean and the *variance* of p(x | z), a pair of arrays."
    ),
    hints=(
        "Return two things, separated by a comma: first the mean.",
        "Sigma is the variance already: no root, no square.",
        "For z above 12 or below 5 one of the two ReLUs gives 0.",
    ),
    reason="For z = 11.4142, 10, 8.5858: means 0.5858, 2, 3.4142 and variances 12.8284, 10, 7.1716.",
    see="See chapter 4, 'By hand: a VAE with one feature'.",
    solution=output_distribution,
    measure=_item_by_item(_B),
    mistakes=(
        Mistake(
            "x7-variance-for-std",
            "The second number is a standard deviation, or the square of the variance. Sigma is the "
            "variance itself.",
            (
                lambda z: (relu(-z + 12), np.sqrt(relu(2 * z - 10))),
                lambda z: (relu(-z + 12), relu(2 * z - 10) ** 2),
            ),
        ),
        Mistake(
            "x7-relu-forgotten",
            _RELU_FORGOTTEN,
            (
                lambda z: (-z + 12, 2 * z - 10),
                lambda z: (relu(-z + 12), 2 * z - 10),
                lambda z: (-z + 12, relu(2 * z - 10)),
            ),
        ),
        Mistake(
            "x7-outputs-swapped",
            "The mean and the variance have changed places.",
            (lambda z: (relu(2 * z - 10), relu(-z + 12)),),
        ),
        Mistake(
            "x7-sign-of-z",
            "z goes into the mean with a minus: ReLU(-z + 12).",
            (lambda z: (relu(z + 12), relu(2 * z - 10)), lambda z: (relu(z - 12), relu(2 * z - 10))),
        ),
        Mistake(
            "x7-mean-only",
            "Only one array came back. Return both: `return mean, variance`.",
            (lambda z: relu(-z + 12), lambda z: relu(2 * z - 10)),
        ),
    ),
)
