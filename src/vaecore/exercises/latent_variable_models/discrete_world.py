"""Exercises of chapter 2: Bayes' rule (C2-coin), and the mean of tiny probabilities (C2-tiny)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake

# ---------------------------------------------------------------- C2-coin: Bayes' rule


def posterior(prior, likelihood):
    # [answer]
    joint = prior[:, None] * likelihood  # p(x, z), (K, M)
    marginal = joint.sum(axis=0)  # p(x), (M,)
    return (joint / marginal).T
    # [end]


def _world(seed, k, m):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(k, 2.0), size=1)[0], rng.dirichlet(np.full(m, 2.0), size=k)


def _joint(prior, likelihood):
    return prior[:, None] * likelihood


def _most_probable(prior, likelihood):
    joint = _joint(prior, likelihood).T
    return (joint == joint.max(axis=1, keepdims=True)).astype(float)


TWO_COINS = "prior (0.75, 0.25), likelihood ((0.5, 0.5), (0.1, 0.9))"
SQUARE = "a world with 3 values of z and 3 of x"

C2_COIN = CodeExercise(
    id="C2-coin",
    chapter=2,
    title="Which coin was it?",
    question=(
        "Bayes' rule for any discrete world. `prior` is p(z), shape (K,); `likelihood` has the rows p(x | "
        "z), shape (K, M). Return the posterior, shape (M, K): row x is p(z | x)."
    ),
    hints=(
        "Begin with the table of all p(x, z) = p(z) p(x | z). Row z of the likelihood belongs to number z "
        "of the prior.",
        "p(x) adds up the ways to get x: one column of that table.",
        "Divide each column by its sum, then turn the table: (K, M) becomes (M, K).",
    ),
    reason="For a given x the joint says how much of p(x) came from each z; divided by p(x) it is a share.",
    see="See chapter 2, 'Two coins'.",
    solution=posterior,
    inputs={
        TWO_COINS: (np.array([0.75, 0.25]), np.array([[0.5, 0.5], [0.1, 0.9]])),
        "a world with 3 values of z and 5 of x": _world(20, 3, 5),
        SQUARE: _world(21, 3, 3),
        "a world with 1 value of z and 4 of x": _world(22, 1, 4),
        "a world with 6 values of z and 1 of x": _world(23, 6, 1),
    },
    mistakes=(
        Mistake(
            "bayes-likelihood",
            "This is p(x | z), with the rows turned into columns, and no posterior: how probable heads is "
            "for a bent coin is not how probable a bent coin is after heads. (Dividing the joint by its sum "
            "over x leads here too; the sum must run over z.)",
            (
                lambda prior, likelihood: likelihood.T,
                lambda p, r: (_joint(p, r) / _joint(p, r).sum(axis=1, keepdims=True)).T,
            ),
        ),
        Mistake(
            "bayes-prior-ignored",
            "The prior is not in it: the likelihoods were scaled to sum to 1, as if all z were equally "
            "probable beforehand. Most coins in the box are fair.",
            (
                lambda prior, likelihood: (likelihood / likelihood.sum(axis=0)).T,
                lambda prior, likelihood: likelihood / likelihood.sum(axis=0),
            ),
        ),
        Mistake(
            "bayes-not-divided",
            "These are the joint probabilities p(x, z): a row sums to p(x) and not to 1. What is left is to "
            "divide by p(x).",
            (
                lambda p, r: _joint(p, r).T,
                lambda p, r: (_joint(p, r) / _joint(p, r).sum()).T,
            ),
        ),
        Mistake(
            "bayes-transposed",
            "The right numbers, with z down and x across. Asked for is a row for each x.",
            (lambda p, r: posterior(p, r).T,),
            by=("a world with 3 values of z and 5 of x", SQUARE),
        ),
        Mistake(
            "bayes-prior-along-x",
            "The prior was multiplied along the wrong axis: number z of it belongs to row z of the "
            "likelihood. (A shape of (K,) lines up with the columns; prior[:, None] stands upright.)",
            (lambda p, r: (p * r / (p * r).sum(axis=0)).T, lambda p, r: p * r / (p * r).sum(axis=0)),
            by=(TWO_COINS, SQUARE),
        ),
        Mistake(
            "bayes-prior-twice",
            "The prior is in it twice. p(z) p(x | z) is all that goes above the line.",
            (
                lambda p, r: (p[:, None] * _joint(p, r) / (p[:, None] * _joint(p, r)).sum(axis=0)).T,
                lambda p, r: p * posterior(p, r),
            ),
        ),
        Mistake(
            "bayes-prior-unchanged",
            "This is the prior, whatever x is. An observation changes what is known of z.",
            (lambda p, r: np.tile(p, (r.shape[1], 1)),),
        ),
        Mistake(
            "bayes-certain",
            "The most probable z got all the probability. One toss makes nobody certain.",
            (_most_probable,),
        ),
        Mistake(
            "bayes-marginal",
            "This is p(x), the sum over z. It goes below the line.",
            (lambda p, r: p @ r, lambda p, r: (p @ r)[:, None]),
        ),
    ),
)

# ---------------------------------------------------------------- C2-tiny: the mean of tiny probabilities


def log_mean_probability(log_likelihoods):
    # [answer]
    highest = log_likelihoods.max(axis=1, keepdims=True)  # taken out, so that exp is not 0
    mean = np.mean(np.exp(log_likelihoods - highest), axis=1)
    return highest[:, 0] + np.log(mean)
    # [end]


MILD = "rows (-1, -2, -3) and (-0.5, -4, -1.5)"
DEEP = "rows (-1000, -1001, -1005), (-20, -21, -25), (-6000, -4000, -2000) and (800, 799, 790)"
_DEEP = np.array([[-1000.0, -1001, -1005], [-20, -21, -25], [-6000, -4000, -2000], [800, 799, 790]])


def _right(exercise, readings, name) -> bool:
    return exercise.agree(readings[name], exercise.right_readings[0][name])


def _finite_rows(readings) -> tuple[bool, ...]:
    deep = readings[DEEP]
    if isinstance(deep, Trouble) or deep.shape != (4,):
        return ()
    return tuple(bool(x) for x in np.isfinite(deep))


def _is_floored(readings) -> bool:
    """Finite where probabilities are tiny, and too high there; right where they are not."""
    if _finite_rows(readings)[:3] != (True, True, True):
        return False
    seen, right = readings[DEEP][:3], C2_TINY.right_readings[0][DEEP][:3]
    return bool(np.isclose(seen[1], right[1], rtol=1e-3) and (seen[[0, 2]] > right[[0, 2]] + 1).all())


def _global_highest(logs):
    highest = np.max(logs)
    return highest + np.log(np.mean(np.exp(logs - highest), axis=1))


def _taking_out(number):
    return lambda a: number(a) + np.log(np.mean(np.exp(a - number(a)[:, None]), axis=1))


C2_TINY = CodeExercise(
    id="C2-tiny",
    chapter=2,
    title="The mean of tiny probabilities",
    question=(
        "`log_likelihoods` holds log p(x_i | z_s) in nats, shape (B, S). Return the logarithm of the mean "
        "probability of each row, log(1/S sum_s p(x_i | z_s)): shape (B,). The numbers may be far below "
        "-745, where `np.exp` gives 0, or above 709, where it overflows (a density can be large)."
    ),
    hints=(
        "Write it plainly first: `np.log(np.mean(np.exp(...), axis=1))`. What becomes of a row of -1000s?",
        "Take the largest number m of a row out of it: the mean of e^a is e^m times the mean of e^(a - m).",
        "No a - m is above 0, and one of them is 0, so the mean of e^(a - m) is at least 1/S: its logarithm "
        "is safe. Add m of the same row.",
    ),
    reason=(
        "A factor that is taken out of a mean becomes a term outside the logarithm. The mean of the "
        "logarithms is another number, and never a higher one: that is Jensen's inequality, which chapter "
        "3 uses."
    ),
    see="See chapter 2, 'The marginal is an integral'.",
    solution=log_mean_probability,
    inputs={
        MILD: (np.array([[-1.0, -2, -3], [-0.5, -4, -1.5]]),),
        DEEP: (_DEEP,),
        "3 rows of 1 number": (np.array([[-2.5], [-0.25], [-40]]),),
        "1 row of 5 whole numbers": (np.array([[-3.0, -1, -2, -6, -4]]),),
        "1 row that spreads far, (-1700, -900, -100, -1200)": (np.array([[-1700.0, -900, -100, -1200]]),),
    },
    mistakes=(
        Mistake(
            "tiny-underflow",
            "Right for mild numbers, but for tiny probabilities np.exp gives 0, and log 0 is -inf. Take the "
            "largest number of each row out first.",
            (
                lambda a: np.log(np.mean(np.exp(a), axis=1)),
                lambda a: np.log(np.exp(a).sum(axis=1)) - np.log(a.shape[1]),
            ),
            when=lambda r: _right(C2_TINY, r, MILD) and _finite_rows(r) == (False, True, False, False),
        ),
        Mistake(
            "tiny-highest-of-all",
            "One number was taken out of all rows, the largest of the whole table. To the other rows it is "
            "no help: each row needs its own.",
            (_global_highest, lambda a: a.max() + np.log(np.exp(a - a.max()).mean(axis=1))),
            by=(MILD, DEEP),
        ),
        Mistake(
            "tiny-not-the-highest",
            "A number was taken out of each row, but not its largest: numbers that are above it by more "
            "than 709 still overflow.",
            (
                _taking_out(lambda a: a.mean(axis=1)),
                _taking_out(lambda a: a.min(axis=1)),
                _taking_out(lambda a: np.median(a, axis=1)),
            ),
        ),
        Mistake(
            "tiny-floor",
            "A small number was added, probabilities were clipped, or -inf was replaced by a number, to keep "
            "log 0 away. For tiny probabilities the result then says nothing about x.",
            (
                lambda a: np.log(np.mean(np.exp(a), axis=1) + 1e-12),
                lambda a: np.log(np.mean(np.maximum(np.exp(a), 1e-300), axis=1)),
                lambda a: np.log(np.mean(np.exp(np.maximum(a, -700)), axis=1)),
            ),
            when=lambda r: _right(C2_TINY, r, MILD) and _is_floored(r),
        ),
        Mistake(
            "tiny-mean-of-logs",
            "This is the mean of the logarithms. It is lower than the logarithm of the mean (Jensen): one z "
            "that explains x badly pulls it down, though it takes next to nothing from p(x).",
            (lambda a: np.mean(a, axis=1),),
        ),
        Mistake(
            "tiny-sum",
            "This is the logarithm of the sum. The estimate of p(x) is a mean: log S is to be taken off.",
            (
                lambda a: log_mean_probability(a) + np.log(a.shape[1]),
                lambda a: np.log(np.sum(np.exp(a), axis=1)),
            ),
            by=(MILD,),
        ),
        Mistake(
            "tiny-not-put-back",
            "What was taken out of the row was not put back.",
            (
                lambda a: log_mean_probability(a) - a.max(axis=1),
                lambda a: log_mean_probability(a) - 2 * a.max(axis=1),
            ),
        ),
        Mistake(
            "tiny-multiplied-back",
            "What was taken out was put back as a factor. The logarithm turns the factor e^m into the term "
            "m.",
            (lambda a: a.max(axis=1) * (log_mean_probability(a) - a.max(axis=1)),),
        ),
        Mistake(
            "tiny-highest-only",
            "Only the largest number of each row was kept; the mean has the others in it, and a factor 1/S.",
            (lambda a: a.max(axis=1), lambda a: a.max(axis=1) - np.log(a.shape[1])),
        ),
        Mistake(
            "tiny-no-logarithm",
            "These are probabilities. For an image they are too small for a computer; return the logarithm.",
            (lambda a: np.mean(np.exp(a), axis=1),),
        ),
        Mistake(
            "tiny-over-images",
            "The mean runs over the images. It belongs over the samples of z, axis 1.",
            (
                lambda a: np.log(np.mean(np.exp(a), axis=0)),
                lambda a: log_mean_probability(a.T),
            ),
            by=(MILD,),
        ),
        Mistake(
            "tiny-one-number",
            "One number came for all images: each has a p(x) of its own.",
            (
                lambda a: np.log(np.mean(np.exp(a))),
                lambda a: np.mean(log_mean_probability(a)),
                lambda a: np.sum(log_mean_probability(a)),
            ),
            by=(MILD,),
        ),
    ),
)
