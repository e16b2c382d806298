"""Exercises of chapter 3: problem 1 as identities on exact worlds (P-1a, P-1b), and as a proof (P-1c)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import OrderExercise

WORLDS = 200
SMALL = "prior (0.5, 0.5), likelihood ((0.9, 0.1), (0.4, 0.6)), q (0.2, 0.8), x = 0"
ONE, MANY = f"one of {WORLDS} random worlds", f"{WORLDS} random worlds"
_SMALL = (np.array([0.5, 0.5]), np.array([[0.9, 0.1], [0.4, 0.6]]), np.array([0.2, 0.8]), 0)


def _random_worlds():
    rng = np.random.default_rng(31)
    for n in range(WORLDS):
        k, m = rng.integers(2, 6, size=2) if n < WORLDS - 2 else ((1, 3), (4, 1))[WORLDS - 1 - n]
        likelihood = rng.dirichlet(np.full(m, 2.0), size=k)
        prior, q = rng.dirichlet(np.full(k, 2.0), size=2)
        yield prior, likelihood, q, int(rng.integers(m))


_WORLDS = tuple(_random_worlds())


def _measure(answer):
    """Both sides on every world; the first trouble, or result that is no pair, stands for them all."""
    readings, pairs = {SMALL: answer(*_SMALL)}, []
    for world in _WORLDS:
        pair = answer(*world)
        if isinstance(pair, Trouble) or pair.shape != (2,):
            return {**readings, ONE: pair}
        pairs.append(pair)
    return {**readings, ONE: pairs[0], MANY: np.stack(pairs)}


def bayes_identity(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]  # p(x, z) for each z
    # [answer]
    evidence = np.sum(joint)
    posterior = joint / evidence
    left = np.sum(q * np.log(q / posterior))
    right = np.sum(q * np.log(q / joint)) + np.log(evidence)
    return left, right
    # [end]


def split_identity(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]  # p(x, z) for each z
    # [answer]
    left = np.sum(q * np.log(q / joint))
    right = np.sum(q * np.log(q / prior)) - np.sum(q * np.log(likelihood[:, x]))
    return left, right
    # [end]


def _pair(formula):
    """Return formula(joint, evidence, prior, row, q) as a function of a world; row is p(x | z)."""

    def wrong(prior, likelihood, q, x):
        row = likelihood[:, x]
        joint = prior * row
        return formula(joint, joint.sum(), prior, row, q)

    return wrong


def _kl(p, q):
    return np.sum(p * np.log(p / q))


_KL_FORWARD = "KL(q || p(z | x)) is an average over q: each log(q / p) is weighted with q."

P_1A = CodeExercise(
    id="P-1a",
    kind="identity",
    chapter=3,
    title="Bayes inside the KL divergence",
    question=(
        "Return both sides of KL(q || p(z | x)) = E_q[log(q / p(x, z))] + log p(x) as a pair (left, right). "
        "`prior` is p(z), shape (K,); `likelihood` has rows p(x | z), shape (K, M); `q` has shape (K,); `x` "
        "is a number 0 to M - 1. Compute the left side from the posterior itself."
    ),
    hints=(
        "p(x) is the sum of the joint p(x, z) over z, and the posterior is the joint divided by it.",
        "Left: sum of q log(q / posterior). Every average here is a sum with the weights q.",
        "log p(x) does not depend on z, so it leaves the average as it is.",
    ),
    reason="log p(z | x) = log p(x, z) - log p(x), and the average of a constant is the constant.",
    see="See chapter 3, 'How far is q from the posterior?'.",
    target="src-p-1a",
    solution=bayes_identity,
    measure=_measure,
    atol=1e-5,
    tolerance="Sums of a few numbers in float32: 1e-6. Every mistake changes some world by more than 1e-3.",
    mistakes=(
        Mistake(
            "identity-kl-reversed",
            "The left side is KL(p(z | x) || q). " + _KL_FORWARD,
            (_pair(lambda j, e, p, r, q: (_kl(j / e, q), _kl(q, j) + np.log(e))),),
        ),
        Mistake(
            "identity-evidence-dropped",
            "log p(x) is missing on the right: the two sides differ by it.",
            (_pair(lambda j, e, p, r, q: (_kl(q, j / e), _kl(q, j))),),
        ),
        Mistake(
            "identity-evidence-sign",
            "log p(x) has the wrong sign: it was subtracted inside a logarithm that is subtracted itself.",
            (_pair(lambda j, e, p, r, q: (_kl(q, j / e), _kl(q, j) - np.log(e))),),
        ),
        Mistake(
            "identity-prior-for-posterior",
            "The left side has the prior in place of the posterior p(z | x).",
            (_pair(lambda j, e, p, r, q: (_kl(q, p), _kl(q, j) + np.log(e))),),
        ),
        Mistake(
            "identity-not-averaged",
            "The sum is not weighted with q: an average over q is wanted.",
            (
                _pair(lambda j, e, p, r, q: (np.sum(np.log(q * e / j)), np.sum(np.log(q / j)) + np.log(e))),
                _pair(lambda j, e, p, r, q: (_kl(q, j / e), np.sum(np.log(q / j)) + np.log(e))),
            ),
        ),
        Mistake(
            "identity-sign",
            "Both sides have the wrong sign: log(q / p), not log(p / q).",
            (_pair(lambda j, e, p, r, q: (-_kl(q, j / e), -_kl(q, j) - np.log(e))),),
        ),
    ),
)

P_1B = CodeExercise(
    id="P-1b",
    kind="identity",
    chapter=3,
    title="The joint taken apart",
    question=(
        "Return both sides of E_q[log(q / p(x, z))] = KL(q || p(z)) - E_q[log p(x | z)] as a pair (left, "
        "right). The arguments are those of P-1a."
    ),
    hints=(
        "Left: a sum with the weights q of log(q / joint).",
        "The joint is p(z) p(x | z), and the logarithm of a product is a sum.",
        "likelihood[:, x] is p(x | z) for each z.",
    ),
    reason="log(q / (p(z) p(x | z))) = log(q / p(z)) - log p(x | z); then average over q.",
    see="See chapter 3, 'The identity'.",
    target="src-p-1b",
    solution=split_identity,
    measure=_measure,
    atol=1e-5,
    tolerance="Sums of a few numbers in float32: 1e-6. Every mistake changes some world by more than 1e-3.",
    mistakes=(
        Mistake(
            "identity-likelihood-sign",
            "E_q[log p(x | z)] is added; it stands in a denominator, so it is subtracted.",
            (_pair(lambda j, e, p, r, q: (_kl(q, j), _kl(q, p) + np.sum(q * np.log(r)))),),
        ),
        Mistake(
            "identity-kl-reversed",
            "The KL divergence runs the other way: it is an average over q, not over the prior.",
            (_pair(lambda j, e, p, r, q: (_kl(q, j), _kl(p, q) - np.sum(q * np.log(r)))),),
        ),
        Mistake(
            "identity-average-over-prior",
            "The log-likelihood is averaged over the prior; the average is over q.",
            (_pair(lambda j, e, p, r, q: (_kl(q, j), _kl(q, p) - np.sum(p * np.log(r)))),),
        ),
        Mistake(
            "identity-not-averaged",
            "A sum is not weighted with q: an average over q is wanted.",
            (
                _pair(lambda j, e, p, r, q: (_kl(q, j), _kl(q, p) - np.sum(np.log(r)))),
                _pair(
                    lambda j, e, p, r, q: (np.sum(np.log(q / j)), np.sum(np.log(q / p)) - np.sum(np.log(r)))
                ),
            ),
        ),
        Mistake(
            "identity-log-of-average",
            "This is the logarithm of an average; the average of the logarithm is smaller (Jensen).",
            (_pair(lambda j, e, p, r, q: (_kl(q, j), _kl(q, p) - np.log(np.sum(q * r)))),),
        ),
        Mistake(
            "identity-posterior-for-prior",
            "The KL divergence is the one from the posterior; here it is from the prior p(z).",
            (_pair(lambda j, e, p, r, q: (_kl(q, j), _kl(q, j / e) - np.sum(q * np.log(r)))),),
        ),
        Mistake(
            "identity-sign",
            "Both sides have the wrong sign: log(q / p), not log(p / q).",
            (_pair(lambda j, e, p, r, q: (-_kl(q, j), np.sum(q * np.log(r)) - _kl(q, p))),),
        ),
    ),
)

P_1C = OrderExercise(
    id="P-1c",
    chapter=3,
    title="From the identity to the lower bound",
    question=(
        "Put lines in order so that they prove log p(x) >= E_q[log p(x | z)] - KL(q || p(z)), each from the "
        "line before. Start with the divergence from the posterior. Some lines do not belong there."
    ),
    hints=(
        "Begin with what Bayes' rule makes of KL(q || p(z | x)).",
        "Then take the joint apart, and use what is true of every KL divergence.",
        "Five lines belong to the proof. The inequality appears in the last two only.",
    ),
    reason="The bound is what is left when a term that cannot be negative is dropped.",
    see="See chapter 3, 'Never negative, hence a bound'.",
    target="src-p-1c",
    lines={
        "a": "Here the last term is a KL divergence, so it is >= 0",
        "b": "log p(x) = E_q[log p(x | z)] - KL(q || p(z)) + KL(q || p(z | x))",
        "c": "KL(q || p(z | x)) = E_q[log(q / p(x, z))] + log p(x)",
        "d": "log p(x) >= E_q[log p(x | z)] - KL(q || p(z))",
        "e": "KL(q || p(z | x)) = KL(q || p(z)) - E_q[log p(x | z)] + log p(x)",
        "f": "Here the last term cannot be computed, so it is put to 0",
        "g": "KL(q || p(z | x)) = E_q[log(q / p(x, z))] - log p(x)",
        "h": "log p(x) = E_q[log p(x | z)] + KL(q || p(z)) + KL(q || p(z | x))",
        "i": "log p(x) <= E_q[log p(x | z)] - KL(q || p(z))",
    },
    order="cebad",
    traps={
        "f": "order-kl-set-to-zero",
        "g": "order-evidence-sign",
        "h": "order-kl-added",
        "i": "order-bound-above",
    },
    order_mistake="order-shuffled",
    missing_mistake="order-incomplete",
    mistakes=(
        Mistake(
            "order-kl-set-to-zero",
            "A term is not 0 because it cannot be computed. It is never negative: that is enough.",
            ("cebfd",),
        ),
        Mistake(
            "order-evidence-sign",
            "p(z | x) = p(x, z) / p(x), and 1 / p(x) stands under a fraction bar: log p(x) is added.",
            ("gebad",),
        ),
        Mistake("order-kl-added", "KL(q || p(z)) changes its side, so it changes its sign.", ("cehad",)),
        Mistake(
            "order-bound-above",
            "Leaving out a term that is at least 0 makes the right side smaller: a lower bound.",
            ("cebai",),
        ),
        Mistake(
            "order-shuffled",
            "These are the right lines in another order: each must follow from the one before it.",
            ("ecbad", "dabec"),
        ),
        Mistake("order-incomplete", "A step is missing, or there is one too many.", ("cebd", "cebadd")),
    ),
)
