"""What the checker of L-BOUND reads off an answer, what it accepts, and what it says that it saw.

Two forms of the bound are right: the log-likelihood less the closed-form KL divergence, and that of
`bound_joint.py`, whose KL divergence is itself sampled.
"""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.repeated_calls import REPEATABLE, is_repeatable
from vaecore.exercises.mnist_lab.bound_joint import FIRST, sampled_readings, saw_of_joint
from vaecore.exercises.mnist_lab.bound_problems import (
    AT_MEAN,
    CALLS,
    DATA,
    EXACT,
    EXPECTED,
    JOINT_NOISE,
    KL,
    LISTENING,
    MOST_NOISE,
    NOISE,
    OTHERS,
    READ_DECODERS,
    READ_MEAN,
    READ_REC,
    READ_STD,
    REC,
    SAMPLING_TOLERANCE,
    SHARED_NOISE,
    SIZES,
    THIRD,
    latent_of,
)

READ_CALLS = 200


def are_numbers(values) -> bool:
    return not any(isinstance(v, Trouble) or v.shape != () for v in values)


def measure(answer):
    readings = {label: answer(*args) for label, (args, _, _) in EXACT.items()}
    if not are_numbers(readings.values()):
        return readings
    readings |= {label: answer(*args) for label, (args, _, _) in OTHERS.items()}
    again = answer(*EXACT[FIRST][0])
    if not are_numbers([*readings.values(), again]):
        return readings
    readings[REPEATABLE] = is_repeatable(answer, LISTENING, REC, DATA)
    if not np.array_equal(again, readings[FIRST], equal_nan=True):
        return readings | sampled_readings(answer)
    for n in SIZES:
        (_, e1, kl1), (_, e2, kl2) = (EXACT[f"{n} images, decoder {k}"] for k in "AB")
        values = [readings[f"{n} images, decoder {k}"] for k in "AB"]
        a, minus_b = np.linalg.solve([[e1, kl1], [e2, kl2]], values)
        readings[f"a{n}"], readings[f"b{n}"] = a, -minus_b
    readings["of this form"] = bool(_is_a_combination(readings))
    count = CALLS if near(readings["a8"] / readings["b8"], 1) else 2  # else it is wrong already
    calls = [answer(LISTENING, REC, DATA) for _ in range(count)]
    if not are_numbers(calls):
        return {**readings, "a decoder that listens to z": calls[0]}
    with np.errstate(all="ignore"):
        log_prob = (np.array(calls) + readings["b8"] * KL) / readings["a8"]
        readings["sampled"] = (np.mean(log_prob) - AT_MEAN) / (EXPECTED - AT_MEAN)
        readings["noise"] = np.std(log_prob) / NOISE
    readings["not finite"] = int(np.sum(~np.isfinite(calls)))
    if terms_are_right(readings) and abs(readings["sampled"] - 1) >= SAMPLING_TOLERANCE:
        readings["z"] = _latents(answer, float(readings["a8"]))
    return readings


def _is_a_combination(r) -> bool:
    """Whether the third batch of 8 images has the same a E - b KL as the two that a and b come from."""
    _, e, kl = OTHERS[THIRD]
    a, b = r["a8"], r["b8"]
    return bool(abs(a * e - b * kl - r[THIRD]) <= 1e-5 * (abs(a * e) + abs(b * kl) + 1e-12))


def _latents(answer, factor):
    """Mean and standard deviation of z_1 and z_2, read off the bounds of one image of one pixel."""
    read = []
    for decoder in READ_DECODERS:
        bounds = [answer(decoder, READ_REC, np.ones((1, 1))) for _ in range(READ_CALLS)]
        if not are_numbers(bounds):
            return None
        with np.errstate(all="ignore"):
            z = latent_of(np.array(bounds) / factor)
        if not np.isfinite(z).all():
            return None
        read.append((float(z.mean()), float(z.std())))
    return tuple(read)


def z_is_not_from_q(r) -> bool:
    if not (terms_are_right(r) and np.isfinite(r["sampled"]) and r.get("z")):
        return False
    seen = zip(r["z"], READ_MEAN, READ_STD, strict=True)
    return any(
        abs(mean - m) > 6 * max(std, s) / np.sqrt(READ_CALLS) or not 0.75 < std / s < 1.33
        for (mean, std), m, s in seen
    )


def near(a, b) -> bool:
    return bool(abs(a - b) <= 1e-5 * max(1, abs(b)))


def is_total(c) -> bool:
    """Whether c may be the number N of all images: the bound of the whole data set is N times the mean."""
    return bool(c >= SIZES[0] and abs(c - round(float(c))) <= 1e-5 * c)


def passes(r) -> bool:
    if not r.get(REPEATABLE, False):
        return False
    if "joint" in r:
        tolerance = SAMPLING_TOLERANCE * JOINT_NOISE / NOISE
        from_q = abs(r["joint sampled"] - 1) < tolerance and r["joint noise"] < MOST_NOISE
        return bool(r["joint form"] == "right" and from_q)
    if "sampled" not in r or not r["of this form"]:
        return False
    a = r["a8"]
    same = all(near(r[name] / a, 1) for name in ("a8", "b8", "a5", "b5"))
    same &= all(near(r[label] / a / (e - kl), 1) for label, (_, e, kl) in OTHERS.items())
    one_convention = near(a, 1) or is_total(a)
    # More samples for each image make it less noisy; noise that is shared by the points makes it noisier.
    from_q = abs(r["sampled"] - 1) < SAMPLING_TOLERANCE and 1e-6 < r["noise"] < MOST_NOISE
    return bool(same and one_convention and from_q)


def terms(check):
    """Return a predicate on a and b at both sizes; c is the common factor of the bound, 1 or N."""

    def when(r) -> bool:
        of_this_form = "sampled" in r and r["of this form"]
        return of_this_form and bool(check(np.array([r["a8"], r["a5"]]), np.array([r["b8"], r["b5"]])))

    return when


def are(values, *wanted) -> bool:
    return all(near(v, w) for v, w in zip(values, wanted, strict=True))


def mean_or_total(values) -> bool:
    return near(values[0], values[1]) and (near(values[0], 1) or is_total(values[0]))


def mean_total_or_sum(values) -> bool:
    return mean_or_total(values) or are(values, *SIZES)


def differently_scaled(a, b) -> bool:
    if not ((a > 0).all() and (b > 0).all() and max(a[0] / b[0], b[0] / a[0]) > 1.5):
        return False
    by_size = SIZES[0] / SIZES[1]  # a weight is a number, times or over the batch size
    return all(any(near(c[0] / c[1], s) for s in (1, by_size, 1 / by_size)) for c in (a, b))


def terms_are_right(r) -> bool:
    return (
        "sampled" in r
        and r["of this form"]
        and are((r["a8"] / r["b8"],), 1)
        and mean_or_total(np.array([r["a8"], r["a5"]]))
    )


def noise_is_shared(r) -> bool:
    return (
        terms_are_right(r)
        and any(abs(r["noise"] / shared - 1) < 0.2 for shared in SHARED_NOISE)
        and abs(r["sampled"] - 1) < 3 * SAMPLING_TOLERANCE
    )


def saw(r) -> str:
    if "joint" in r:
        return saw_of_joint(r)
    if "a8" not in r:
        label, seen = next((k, x) for k, x in r.items() if k != REPEATABLE and np.shape(x) != ())
        return f"For {label} it returned shape {np.shape(seen)}, expected one number."
    if not r["of this form"]:
        label, (_, e, kl) = next(
            (k, v) for k, v in {**EXACT, **OTHERS}.items() if not near(r[k] / (v[1] - v[2]), 1)
        )
        return (
            f"For {label}, which ignores z, it gave {float(r[label]):.4g}, expected {e - kl:.4g}: "
            f"E = {e:.4g} less KL = {kl:.4g}, the means of log-likelihood and KL divergence over the batch."
        )
    if terms_are_right(r):
        return _saw_of_sampling(r)
    return (
        f"On 8 images the result was {_combination(r['a8'], r['b8'])}, on 5 images "
        f"{_combination(r['a5'], r['b5'])}, with E and KL the means of log-likelihood and KL divergence "
        "over the batch (expected: 1 E - 1 KL, or N in place of both 1)."
    )


def _combination(a, b) -> str:
    return f"{a + 0.0:.4g} E {'-' if b >= 0 else '+'} {abs(b):.4g} KL"


def _saw_of_sampling(r) -> str:
    if r["not finite"]:
        return (
            "E and KL are both there, with the right weights. But with a decoder whose logits are large, "
            f"{r['not finite']} of {CALLS} results were nan or infinite: log p(x | z) must be finite for "
            "logits of any size, as in L-BERN."
        )
    if not all(near(r[label] / r["a8"] / (e - kl), 1) for label, (_, e, kl) in OTHERS.items()):
        label, (_, e, kl) = next(
            (k, v) for k, v in OTHERS.items() if not near(r[k] / r["a8"] / (v[1] - v[2]), 1)
        )
        return f"For {label}, it gave {float(r[label]):.4g}, expected {r['a8'] * (e - kl):.4g}."
    text = (
        "E and KL are both there, with the right weights. But with a decoder that listens to z, "
        f"{CALLS} calls gave an E that lies {r['sampled']:.2f} of the way from its value at the mean of "
        f"q to that of samples of q (expected: 1), and scatters {r['noise']:.2f} times as much as with one "
        "sample for each image."
    )
    if not r.get("z"):
        return text
    means, stds = zip(*r["z"], strict=True)
    m, s, right_m, right_s = (
        " and ".join(f"{x:.2f}" for x in numbers) for numbers in (means, stds, READ_MEAN, READ_STD)
    )
    return (
        f"{text} Seen with other decoders, z had the means {m} and the stds {s}, where q has {right_m}, and "
        f"{right_s}."
    )
