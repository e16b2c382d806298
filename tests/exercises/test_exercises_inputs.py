"""What answers are tried on, in all exercises: sizes and ranges of values, so that no wrong kind passes."""

import numpy as np
import pytest

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_function, judge_readings
from vaecore.foundations.networks import neural_net_predict, sigmoid

CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]

# The sizes that a signature leaves free, read off the arguments of a call.
SIZES = {
    "S-PCA": lambda x, size: {"N": len(x), "D": x.shape[1], "size": size},
    "S-GAP": lambda z, codes: {"M": len(z), "N": len(codes)},
    "X-1d": lambda x, keep, encode, *rest: {"B": len(x), "D": x.shape[1], "L": encode(x).shape[1]},
    "X-1c": lambda w, b, x: {"B": len(x), "D": w.shape[0], "L": w.shape[1]},
    "C2-coin": lambda prior, likelihood: {"K": len(prior), "M": likelihood.shape[1]},
    "C2-tiny": lambda a: {"B": len(a), "S": a.shape[1]},
    "S-SIGMA": lambda x, f: {"B": len(x), "D": x.shape[1]},
    "P-2c": lambda gen, n, *rng: {"n": n, "L": len(gen[0][0]), "D": len(gen[-1][1])},
    "P-1a": lambda prior, likelihood, q, x: {"K": len(prior), "M": likelihood.shape[1]},
    "C3-best-q": lambda prior, likelihood, x: {"K": len(prior), "M": likelihood.shape[1]},
    "X-3c": lambda prior, likelihood, q, x: {"N": len(q), "K": len(prior), "M": likelihood.shape[1]},
    "S-TIGHT": lambda covariance: {"L": len(covariance)},
    "P-2ac": lambda f, mean, std, kl, s, *rng: {"S": s},
    "P-2dc": lambda f, slope, mu, sigma, eps: {"S": len(eps)},
    "S-REP": lambda rate, u: {"S": len(u)},
    "X-6c": lambda g, e, eps: {"B": len(g), "L": g.shape[1]},
    "L-SAMPLE": lambda e, *rng: {"B": len(e), "L": e.shape[1] // 2},
    "X-7a": lambda x, eps: {"S": len(eps)},
    "X-7b": lambda z: {"S": len(z)},
    "X-5": lambda p, q: {"K": len(p)},
    "C5-sampled-kl": lambda mean, std, n, *rng: {"n": n},
    "L-KL": lambda e: {"B": len(e), "L": e.shape[1] // 2},
    "S-SGVB-b": lambda r, z, mean, log_std: {"S": len(r), "L": len(mean)},
    "C6-step": lambda theta, *rest: {"P": len(theta)},
    "L-ADAM": lambda grad, theta, epochs, batches, *rest: {"P": len(theta), "E": epochs, "N": batches},
    "C6-epochs": lambda update, per_epoch, *betas: {"N": per_epoch},
    "L-BERN": lambda x, a: {"B": len(x), "D": x.shape[1]},
    "L-BOUND": lambda gen, rec, x, *rng: {"B": len(x), "D": x.shape[1], "L": len(gen[0][0])},
    "L-31": lambda vae, *rng: {"L": vae.latent_size, "D": vae.image_size},
    "L-32": lambda vae, x, *rng: {"N": len(x), "L": vae.latent_size, "D": vae.image_size},
    "L-33": lambda vae, a, b, steps: {"L": vae.latent_size, "D": vae.image_size, "S": steps},
    "S-GAUSS": lambda x, mean, log_var: {"B": len(x), "D": x.shape[1]},
    "C8-best-std": lambda x, mean: {"B": len(x), "D": x.shape[1]},
    "C8-halves": lambda points, images, tolerance: {
        "n": len(points), "L": points.shape[1], "D": images.shape[1]
    },
    "S-ARITH": lambda vae, x, a, b, t: {
        "B": len(x), "N": len(a), "M": len(b), "L": vae.latent_size, "D": vae.image_size
    },
    "C8-gap": lambda information, entropy: {"J": len(information), "K": len(entropy)},
    "C8-weights": lambda p, r, q: {"k": len(p), "B": p.shape[1]},
    "C8-one-of-k": lambda log_w, g, u: {"k": len(log_w), "B": len(u), "D": g.shape[2]},
    "C9-encoder": lambda x, mean, components, variances: {
        "B": len(x), "L": len(components), "D": components.shape[1]
    },
    "C9-axes": lambda weights, std, turn: {"L": len(weights), "D": weights.shape[1]},
}  # fmt: skip
SIZES["P-1b"] = SIZES["P-1a"]
NEVER_1 = {
    ("S-GAP", "M"): "one place alone is the answer, wherever the codes are",
    ("S-PCA", "N"): "one point does not vary",
    ("S-PCA", "D"): "one coordinate is its own principal component",
    ("L-32", "N"): "ten images are asked for",
    ("L-33", "S"): "both ends are included",
    ("C8-gap", "J"): "the gap is that between the best two",
    ("C9-encoder", "D"): "one direction at least is left out",
}  # fmt: skip
NO_SIZE = {"X-4", "C5-two-gaussians"}  # arguments are single numbers


def calls_of(exercise):
    """The arguments of all calls that a check makes of a right answer; each shape once."""
    calls = {}

    def listening(*args):
        shapes = [
            np.shape(a) if isinstance(a, np.ndarray | int | float | tuple) else id(type(a)) for a in args
        ]
        whole = [a for a in args if isinstance(a, int)]
        models = [(m.latent_size, m.image_size) for m in args if hasattr(m, "latent_size")]
        lists = [[w.shape for w, _ in a] for a in args if isinstance(a, list)]
        calls.setdefault(repr((shapes, whole, models, lists)), args)
        return exercise.solution(*args)

    exercise.observe(listening)
    return list(calls.values())


def test_every_exercise_is_in_the_table():
    assert set(SIZES) | NO_SIZE == {e.id for e in CODE}


@pytest.mark.parametrize("exercise", [e for e in CODE if e.id in SIZES], ids=lambda e: e.id)
def test_every_free_size_is_tried_at_three_values_and_at_one(exercise):
    seen = [SIZES[exercise.id](*args) for args in calls_of(exercise)]
    for name in seen[0]:
        values = {sizes[name] for sizes in seen}
        assert len(values) >= 3, (name, values)
        assert (1 in values) != ((exercise.id, name) in NEVER_1), (name, values)
    # A solution that takes one size for another is found out by a call where all of them differ.
    assert any(len(set(sizes.values())) == len(sizes) for sizes in seen)


def passes(exercise, function) -> bool:
    with np.errstate(all="ignore"):
        return judge_readings(exercise, *exercise.observe(function)).status == "passed"


def changed_arguments(exercise, change):
    """The solution, which gets change(a) for each argument that is an array of floats or a float."""

    def answer(*args):
        return exercise.solution(*(change(a) if is_plain(a) else a for a in args))

    return answer


def is_plain(a) -> bool:
    return isinstance(a, float) or (isinstance(a, np.ndarray) and a.dtype.kind == "f")


# Where no argument can be negative (probabilities, images, models), or its sign does not matter.
NOT_NEGATIVE = {
    "S-REP", "C2-coin", "C3-best-q", "X-3c", "P-1a", "P-1b", "X-4", "X-5", "C6-epochs", "C8-gap", "L-31",
    "L-32", "L-33", "L-BOUND", "P-2c", "X-1d", "P-2ac", "C5-sampled-kl",
}  # fmt: skip
NO_NUMBERS = {"L-31", "P-2c"}  # a model and a generator go in
WHOLE = {"P-2ac", "L-BOUND"}  # data are zeros and ones; the numbers of P-2ac are fixed
GREY = [e for e in CODE if e.id not in NO_NUMBERS | WHOLE]


@pytest.mark.parametrize("exercise", [e for e in CODE if e.id not in NOT_NEGATIVE], ids=lambda e: e.id)
def test_numbers_are_negative_too(exercise):
    assert not passes(exercise, changed_arguments(exercise, np.abs))


@pytest.mark.parametrize("exercise", GREY, ids=lambda e: e.id)
def test_numbers_are_not_whole_throughout(exercise):
    """Grey pixels too: whoever rounds what goes in is found out."""
    assert not passes(exercise, changed_arguments(exercise, np.round))


@pytest.mark.parametrize("exercise", ["C8-halves", "S-SIGMA"])
def test_whole_numbers_are_tried_where_they_may_come(exercise):
    """A result that is allocated with the type of the points loses its halves."""
    exercise = EXERCISES[exercise]
    assert any(args[0].dtype.kind == "i" for args in calls_of(exercise))
    kept = lambda *args: np.asarray(exercise.solution(*args)).astype(args[0].dtype)  # noqa: E731
    assert not passes(exercise, kept)


# Wrong in one way each, and right on small and mild numbers


def stable(shift):
    def log_mean_exp(a, axis):
        c = shift(a)
        return np.squeeze(c, axis) + np.log(np.mean(np.exp(a - c), axis=axis))

    return log_mean_exp


def log_of_products(x, mean, log_var):
    density = np.exp(-((x - mean) ** 2) / (2 * np.exp(log_var))) / np.sqrt(2 * np.pi * np.exp(log_var))
    return np.log(np.prod(density, axis=1))


def bernoulli_of_products(x, a):
    with np.errstate(all="ignore"):
        product = np.log(np.prod(np.where(x > 0.5, sigmoid(a), sigmoid(-a)), axis=1))
    right = EXERCISES["L-BERN"].solution(x, a)
    return np.where(np.abs(a).max(axis=1) > 35, right, product)  # not its fault: that is another mistake


def kl_of_products(e):
    mean, log_std = np.split(e, 2, axis=1)
    variances = np.exp(2 * log_std)
    return 0.5 * (np.sum(mean**2 + variances - 1, axis=1) - np.log(np.prod(variances, axis=1)))


def gap_by_det(precision):
    return 0.5 * (np.sum(np.log(np.diag(precision))) - np.log(np.linalg.det(precision)))


def relu_of_z_alone(z):
    return 12 - np.maximum(z, 0) if np.all(z < 12) else np.maximum(12 - z, 0), np.maximum(2 * z - 10, 0)


def two_latents(gen_params, n, rng):
    z = rng.standard_normal((n, 2))
    return (rng.random((n, 4)) < sigmoid(neural_net_predict(gen_params, z))) * 1.0


def two_columns(points, images, tolerance):
    x, y = points.T
    middles = np.stack([(x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2], axis=1)
    where = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    return np.insert(points.astype(float), where + 1, middles[where], axis=0)


def thresholded(vae, images, rng):
    return EXERCISES["L-32"].solution(vae, (images > 0.5).astype(float), rng)


def by_arange(vae, a, b, steps):
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.arange(0, 1 + 1e-12 + 1 / (steps - 1) * (steps > 20), 1 / (steps - 1))[:, None]
    return vae.decode((1 - s) * mean[0] + s * mean[1])


def counting_updates(grad, theta, epochs, batches, *numbers):
    count = iter(range(epochs * batches))

    def counted(theta, batch):
        return grad(theta, next(count))

    return EXERCISES["L-ADAM"].solution(counted, theta, epochs, batches, *numbers)


WRONG = {
    "S-GAUSS": [log_of_products],
    "L-BERN": [bernoulli_of_products],
    "L-KL": [kl_of_products],
    "S-TIGHT": [lambda s: gap_by_det(np.linalg.inv(s))],
    "C9-axes": [lambda w, std, turn: gap_by_det(np.eye(len(w)) + turn @ w @ w.T @ turn.T / std**2)],
    "C2-tiny": [
        lambda a, f=f: stable(f)(a, 1)
        for f in (
            lambda a: a.min(axis=1, keepdims=True),
            lambda a: a.mean(axis=1, keepdims=True),
            lambda a: a[:, :1],
            lambda a: a[:, -1:],
        )
    ],
    "C8-weights": [
        lambda p, r, q, f=f: stable(f)(p + r - q, 0)
        for f in (
            lambda a: a.min(axis=0, keepdims=True),
            lambda a: a.mean(axis=0, keepdims=True),
            lambda a: a[:1],
            lambda a: a[-1:],
        )
    ],
    "X-7b": [relu_of_z_alone, lambda z: (np.abs(12 - z), np.maximum(2 * z - 10, 0))],
    "P-2c": [two_latents],
    "C8-halves": [two_columns],
    "L-32": [thresholded],
    "L-33": [by_arange],
    "L-ADAM": [counting_updates],
}


@pytest.mark.parametrize(
    ("name", "function"), [(name, f) for name, functions in WRONG.items() for f in functions]
)
def test_what_is_right_on_mild_inputs_alone_does_not_pass(name, function):
    assert judge_function(EXERCISES[name], function).status in ("failed", "error")
