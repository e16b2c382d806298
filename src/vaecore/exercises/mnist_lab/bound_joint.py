"""L-BOUND in its other form, the mean of log p(x | z) + log p(z) - log q(z | x): a KL that is sampled.

Where the decoder ignores z, the means of the three terms over q are known, and so is how far they scatter.
So means of many calls tell which of them an answer adds up, and with which signs.
"""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.mnist_lab.bound_problems import (
    AT_MEAN,
    CALLS,
    DATA,
    EXACT,
    EXPECTED,
    JOINT_NOISE,
    KL,
    LISTENING,
    REC,
    SIZES,
    batch_terms,
    joint_noise,
)

JOINT_CALLS = 300
RIGHT = (1, 1, -1)
FIRST = next(iter(EXACT))
LABELS = (FIRST, f"{SIZES[0]} images, decoder B", f"{SIZES[1]} images, decoder A")
# What answers add up: name -> how often log p(x | z), log p(z) and log q(z | x) count.
FORMS = {
    "right": RIGHT,
    "kl added": (1, -1, 1),
    "loss": (-1, -1, 1),
    "no log q": (1, 1, 0),
    "no log p(z)": (1, 0, -1),
    "no likelihood": (0, 1, -1),
    "minus no likelihood": (0, -1, 1),
}
SUM = "sum"  # of the right one over the batch


def sampled_readings(answer):
    """Readings of an answer that is random even where the decoder ignores z: means of many calls."""
    means = {}
    for label in LABELS:
        calls = [answer(*EXACT[label][0]) for _ in range(JOINT_CALLS)]
        if any(isinstance(v, Trouble) or v.shape != () for v in calls):
            return {label: calls[0]}
        means[label] = float(np.mean(calls))
    calls = [answer(LISTENING, REC, DATA) for _ in range(CALLS)]
    if any(isinstance(v, Trouble) or v.shape != () for v in calls):
        return {"a decoder that listens to z": calls[0]}
    forms = [form for form, weights in FORMS.items() if _fits(means, weights)]
    if _fits({label: mean / len(EXACT[label][0][2]) for label, mean in means.items()}, RIGHT, one=True):
        forms.append(SUM)
    factor = _factor(means, RIGHT) if "right" in forms else 1.0
    bounds = np.array(calls) / factor
    return {
        "joint": means,
        "joint form": forms[0] if len(forms) == 1 else "",
        "joint sampled": float((np.mean(bounds) + KL - AT_MEAN) / (EXPECTED - AT_MEAN)),
        "joint noise": float(np.std(bounds) / JOINT_NOISE),
    }


def _mean(label, weights) -> float:
    return float(np.dot(weights, batch_terms(EXACT[label][0])))


def _factor(means, weights) -> float:
    """N, where the answer is the bound of all N images; else 1."""
    factor = means[FIRST] / _mean(FIRST, weights)
    return factor if factor > SIZES[0] / 2 else 1.0


def _fits(means, weights, one=False) -> bool:
    """Whether the means are those of such a form; 7 standard errors of a mean: 3e-12."""
    factor = 1.0 if one else _factor(means, weights)
    return all(
        abs(mean / factor - _mean(label, weights))
        < 7 * joint_noise(EXACT[label][0], *weights[1:]) / np.sqrt(JOINT_CALLS) * (1 + (factor != 1)) + 1e-6
        for label, mean in means.items()
    )


def joint_is(*forms):
    """Return a predicate: the answer adds up the three terms in one of these ways."""
    return lambda readings: readings.get("joint form", "right") in forms and "joint" in readings


def saw_of_joint(r) -> str:
    e, p, q = batch_terms(EXACT[FIRST][0])
    text = (
        "Two calls differ even if the decoder ignores z, as they do where the KL divergence is estimated "
        f"from the samples. On average over {JOINT_CALLS} calls that may be right; for {FIRST}, the mean was "
        f"{r['joint'][FIRST]:.4g} (expected {e + p - q:.4g}: the means over q are {e:.4g} for log p(x | z), "
        f"{p:.4g} for log p(z), {q:.4g} for log q(z | x))."
    )
    if r["joint form"] != "right":
        return text
    return (
        f"{text} With a decoder that listens to z, E lies {r['joint sampled']:.2f} of the way from its value "
        f"at the mean of q to that of samples of q (expected: 1), and the bound scatters "
        f"{r['joint noise']:.2f} times as much as with one sample for each image."
    )
