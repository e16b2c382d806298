"""Exercises of chapter 5: the KL divergence of two coins (X-4), and of any two distributions (X-5, X-5n)."""

import numpy as np

from vaecore.exercises.kl.mistakes import BITS, CROSS_ENTROPY, SIGN, SWAPPED, ZERO_LOG_ZERO
from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import ValueExercise

# ---------------------------------------------------------------- two coins


def coins_kl(p, q):
    # [answer]
    def term(a, b):
        return a * np.log(a / b) if a > 0 else 0.0  # 0 log 0 = 0

    return term(p, q) + term(1 - p, 1 - q)
    # [end]


def _plain(p, q):
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


_PAIRS = ((0.5, 0.75), (0.2, 0.6), (0.9, 0.35), (0.3, 1e-9))
COINS = tuple(f"p = {p}, q = {q}" for p, q in _PAIRS)
ZEROS = ("p = 0, q = 0.3", "p = 1, q = 0.8")
_COINS = {
    **dict(zip(COINS[:3], _PAIRS[:3], strict=True)),
    **dict(zip(ZEROS, ((0.0, 0.3), (1.0, 0.8)), strict=True)),
    COINS[3]: _PAIRS[3],
}

X_4 = CodeExercise(
    id="X-4",
    chapter=5,
    title="KL between two coins",
    question=(
        "`p` and `q` are the probabilities of heads of two coins. Return KL(Bernoulli(p) || Bernoulli(q)), "
        "in nats. A side that never comes up (p = 0 or p = 1) counts 0, not nan."
    ),
    hints=(
        "A coin has two outcomes, with probabilities p and 1 - p. The divergence has a term for each.",
        "KL(P || Q) is the average of log(P / Q) over P: p log(p / q) is the term of heads.",
        "`np.log(0)` is -inf, and `0 * -inf` is nan: leave a term out if its own probability is 0.",
    ),
    reason="Each outcome counts with the probability that the first coin gives it; 0 log 0 is 0, its limit.",
    see="See chapter 5, 'Two coins'.",
    solution=coins_kl,
    inputs=_COINS,
    mistakes=(
        Mistake(
            "kl-arguments-swapped",
            SWAPPED,
            (lambda p, q: coins_kl(q, p), lambda p, q: _plain(q, p)),
            by=COINS,
        ),
        Mistake(
            "kl-sign",
            SIGN,
            (lambda p, q: -coins_kl(p, q), lambda p, q: -_plain(p, q)),
            by=COINS,
        ),
        Mistake(
            "kl-bits",
            BITS,
            (lambda p, q: coins_kl(p, q) / np.log(2), lambda p, q: _plain(p, q) / np.log(2)),
            by=COINS,
        ),
        Mistake(
            "kl-one-sided",
            "The term of tails, with 1 - p, is missing: a coin has two sides.",
            (lambda p, q: p * np.log(p / q), lambda p, q: p * np.log(p / q) if p > 0 else 0.0),
            by=COINS,
        ),
        Mistake(
            "kl-zero-log-zero",
            ZERO_LOG_ZERO,
            (_plain, lambda p, q: p * np.log(p) - p * np.log(q) + (1 - p) * (np.log(1 - p) - np.log(1 - q))),
            when=lambda readings: _fails_at_zero(X_4, readings, COINS, ZEROS),
        ),
        Mistake(
            "kl-cross-entropy",
            CROSS_ENTROPY,
            (lambda p, q: -p * np.log(q) - (1 - p) * np.log(1 - q),),
            by=COINS,
        ),
        Mistake(
            "kl-other-side-only",
            "Only the term of tails is there: the one of heads, with p, is missing.",
            (lambda p, q: (1 - p) * np.log((1 - p) / (1 - q)),),
            by=COINS,
        ),
        Mistake(
            "kl-zero-for-all",
            "Right, except where a side never comes up: its own term is 0 there, the other side's is not.",
            (lambda p, q: _plain(p, q) if 0 < p < 1 else 0.0,),
        ),
        Mistake(
            "kl-sides-subtracted",
            "The two terms are subtracted; an average adds them.",
            (lambda p, q: p * np.log(p / q) - (1 - p) * np.log((1 - p) / (1 - q)),),
            by=COINS,
        ),
    ),
)


def _fails_at_zero(exercise, readings, regular, zeros) -> bool:
    right = exercise.right_readings[0]
    if not all(exercise.agree(readings[name], right[name]) for name in regular):
        return False
    fails = [_is_zero_log_zero(readings[name]) for name in zeros]
    # elsewhere it is right: a side that is treated as 0 needs no other name
    return any(fails) and all(
        failed or exercise.agree(readings[name], right[name])
        for failed, name in zip(fails, zeros, strict=True)
    )


def _is_zero_log_zero(reading) -> bool:
    """Whether 0 log 0 came out: nan with NumPy; with `math` the logarithm of 0 is an error."""
    if isinstance(reading, Trouble):
        return reading.kind == "raised" and reading.error in ("ValueError", "ZeroDivisionError")
    return reading.shape == () and bool(np.isnan(reading))


# ---------------------------------------------------------------- K values


def dice_kl(p, q):
    # [answer]
    happens = p > 0  # 0 log 0 = 0: the other terms are left out
    return np.sum(p[happens] * np.log(p[happens] / q[happens]))
    # [end]


def _plain_sum(p, q):
    return np.sum(p * np.log(p / q))


DICE = (
    "P = (0.36, 0.48, 0.16), Q = (1/3, 1/3, 1/3)",
    "P = (1/3, 1/3, 1/3), Q = (0.36, 0.48, 0.16)",
    "P = (0.1, 0.2, 0.3, 0.4), Q = (0.25, 0.4, 0.05, 0.3)",
    "P = (0.85, 0.15), Q = (1e-9, 1 - 1e-9)",
)
ALONE = "P = (1), Q = (1)"
NEVER = "P = (0.7, 0, 0.3), Q = (0.36, 0.48, 0.16)"
WHOLE = "P = (0, 1, 0, 0, 0), Q = (0.1, 0.3, 0.2, 0.15, 0.25)"
_SHEET, _EQUAL = np.array([0.36, 0.48, 0.16]), np.full(3, 1 / 3)
_DICE = {
    DICE[0]: (_SHEET, _EQUAL),
    DICE[1]: (_EQUAL, _SHEET),
    DICE[2]: (np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.25, 0.4, 0.05, 0.3])),
    DICE[3]: (np.array([0.85, 0.15]), np.array([1e-9, 1 - 1e-9])),
    NEVER: (np.array([0.7, 0.0, 0.3]), _SHEET),
    WHOLE: (np.array([0.0, 1, 0, 0, 0]), np.array([0.1, 0.3, 0.2, 0.15, 0.25])),
    ALONE: (np.array([1.0]), np.array([1.0])),
}

X_5 = CodeExercise(
    id="X-5",
    chapter=5,
    title="KL between two distributions",
    question=(
        "`p` and `q` are arrays of K probabilities. Return KL(P || Q) in nats, one number. "
        "A value with p = 0 counts 0, not nan."
    ),
    hints=(
        "The divergence is the average of log(p / q), with the weights p.",
        "One line with `np.sum` does it, as long as no p is 0.",
        "Keep only the values with p > 0, for example with the mask `p > 0`, or use `np.where` carefully.",
    ),
    reason=(
        "For P = (0.36, 0.48, 0.16) and Q = 1/3: 0.0852996 nats one way, 0.0974550 the other. It is not "
        "symmetric."
    ),
    see="See chapter 5, 'Three values, and any number of them'.",
    solution=dice_kl,
    inputs=_DICE,
    mistakes=(
        Mistake(
            "kl-arguments-swapped",
            SWAPPED,
            (lambda p, q: _plain_sum(q, p), lambda p, q: dice_kl(q, p)),
            by=DICE,
        ),
        Mistake(
            "kl-sign",
            SIGN,
            (lambda p, q: -dice_kl(p, q), lambda p, q: np.sum(p * np.log(q / p))),
            by=DICE,
        ),
        Mistake(
            "kl-bits",
            BITS,
            (lambda p, q: dice_kl(p, q) / np.log(2), lambda p, q: np.sum(p * np.log2(p / q))),
            by=DICE,
        ),
        Mistake(
            "kl-zero-log-zero",
            ZERO_LOG_ZERO,
            (_plain_sum, lambda p, q: np.sum(p * (np.log(p) - np.log(q)))),
            when=lambda readings: _fails_at_zero(X_5, readings, DICE, (NEVER, WHOLE)),
        ),
        Mistake(
            "kl-cross-entropy",
            CROSS_ENTROPY,
            (lambda p, q: -np.sum(p * np.log(q)),),
            by=DICE,
        ),
        Mistake(
            "kl-mean",
            "This is the mean over the values: the probabilities are the weights already, so add up.",
            (lambda p, q: dice_kl(p, q) / len(p), lambda p, q: np.mean(p * np.log(p / q))),
            by=DICE,
        ),
        Mistake(
            "kl-not-weighted",
            "The weights are missing: the logarithms count with the probabilities p.",
            (lambda p, q: np.sum(np.log(p / q)), lambda p, q: np.mean(np.log(p / q))),
            by=DICE,
        ),
        Mistake(
            "kl-not-summed",
            "These are the terms: their sum is the divergence.",
            (lambda p, q: p * np.log(p / q),),
            by=DICE,
        ),
    ),
)
X_5N = ValueExercise(
    id="X-5n",
    chapter=5,
    title="Two directions, two numbers",
    question=(
        "P = (0.36, 0.48, 0.16), Q = (1/3, 1/3, 1/3). Give KL(P || Q) and KL(Q || P) in nats, to three "
        "significant digits."
    ),
    hints=("Write one term first: 0.36 log(0.36 / (1/3)).", "In the other direction the weights are 1/3."),
    reason="They differ: KL is not symmetric.",
    see="See chapter 5, 'Three values, and any number of them'.",
    value=(0.0852996013, 0.0974550068),
    names=("KL(P || Q)", "KL(Q || P)"),
    mistakes=(
        Mistake(
            "kl-arguments-swapped", "The two numbers have changed places.", ((0.0974550068, 0.0852996013),)
        ),
        Mistake(
            "kl-sign",
            "A KL divergence is never negative.",
            (
                (-0.0852996013, -0.0974550068),
                (-0.0852996013, 0.0974550068),
                (0.0852996013, -0.0974550068),
            ),
        ),
        Mistake(
            "kl-bits",
            "These are bits; nats are the unit of the natural logarithm.",
            ((0.1230613, 0.1405978),),
        ),
        Mistake(
            "kl-log10",
            "This is the logarithm to base 10, the key log of many calculators. Nats want ln.",
            ((0.0370451, 0.0423242),),
        ),
        Mistake(
            "kl-rounded-q",
            "Q is rounded to 0.333, and no longer sums to 1: take 1/3.",
            ((0.0863001, 0.0963578),),
        ),
        Mistake(
            "kl-symmetric",
            "The two directions are not equal.",
            ((0.0852996013, 0.0852996013), (0.0974550068, 0.0974550068)),
        ),
    ),
)
