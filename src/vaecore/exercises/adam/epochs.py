"""Exercise of chapter 6: how long ADAM's steps are if t counts epochs (C6-epochs)."""

import numpy as np

from vaecore.exercises.adam.mistakes import BETAS_SWAPPED
from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def step_in_epochs(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    # [answer]
    t = (update - 1) // updates_per_epoch + 1  # the epoch, 1 for the first
    m_hat = (1 - beta1**update) / (1 - beta1**t)  # in units of g
    v_hat = (1 - beta2**update) / (1 - beta2**t)  # in units of g**2
    return m_hat / np.sqrt(v_hat)
    # [end]


def _slow(formula=None, epoch=lambda i, n: (i - 1) // n + 1):
    """Return a wrong answer; formula(mi, mt, vi, vt) of the four 1 - beta**power, i updates, t epochs."""
    formula = formula or (lambda mi, mt, vi, vt: mi / mt / np.sqrt(vi / vt))

    def wrong(update, updates_per_epoch, beta1, beta2):
        t = epoch(update, updates_per_epoch)
        return formula(1 - beta1**update, 1 - beta1**t, 1 - beta2**update, 1 - beta2**t)

    return wrong


def _starts_at_zero(readings) -> bool:
    """Nothing to divide by in the first epoch; then what the epochs 1 and 2, or 1 and 1, would give."""
    first, second = readings[EARLY], readings[LAST]
    if isinstance(first, Trouble):
        failed = first.error == "ZeroDivisionError"
    else:
        failed = first.shape == () and not np.isfinite(first)
    ends = (_slow(epoch=epoch)(10, 5, 0.9, 0.999) for epoch in (lambda i, n: i // n, lambda i, n: 1))
    return failed and any(C6_EPOCHS.agree(second, np.asarray(end)) for end in ends)


EARLY = "update 3, 5 updates an epoch, betas 0.9 and 0.999"
LAST = "update 10, 5 updates an epoch, betas 0.9 and 0.999"
LATE = "update 41, 10 updates an epoch, betas 0.8 and 0.99"

C6_EPOCHS = CodeExercise(
    id="C6-epochs",
    chapter=6,
    title="If t counts epochs",
    question=(
        "Suppose that `t = t + 1` stands outside the loop over the batches: t is 1 in the whole first "
        "epoch, 2 in the second. The gradient is the same g > 0 at every update, and epsilon is left out. "
        "How long is the step of the update with number `update` (1 for the very first), in units of alpha? "
        "Return the number."
    ),
    hints=(
        "m and v do not know t. After i updates with a steady gradient m is `(1 - beta1**i) * g`.",
        "The corrections divide by `1 - beta1**t` and `1 - beta2**t`, with the epoch as t.",
        "Updates 1 to n are in epoch 1, updates n + 1 to 2n in epoch 2: `(update - 1) // n + 1`.",
    ),
    reason=(
        "With t = update all factors cancel, and every step is alpha. With t the epoch the first steps are "
        "too long; then, for hundreds of epochs, they are too short: v is divided by far too small a number."
    ),
    see="See chapter 6, 't counts updates, not epochs'.",
    solution=step_in_epochs,
    inputs={
        EARLY: (3, 5, 0.9, 0.999),
        LAST: (10, 5, 0.9, 0.999),
        LATE: (41, 10, 0.8, 0.99),
        "update 7, 1 update an epoch, betas 0.9 and 0.999": (7, 1, 0.9, 0.999),
        "update 900, 300 updates an epoch, betas 0.9 and 0.999": (900, 300, 0.9, 0.999),
    },
    tolerance="Running the loop in float64 gives the same to 1e-12; every mistake is further away than 1%.",
    mistakes=(
        Mistake(
            "epochs-all-alpha",
            "This is the step of the right program, whose t counts updates: always alpha. What is left over "
            "if t stays behind?",
            (lambda i, n, b1, b2: 1.0, _slow(epoch=lambda i, n: i)),
        ),
        Mistake(
            "epochs-no-correction",
            "This is the step without any correction. Here there is one, with a t that is too small.",
            (_slow(lambda mi, mt, vi, vt: mi / np.sqrt(vi)),),
        ),
        Mistake(
            "epochs-turned",
            "The fractions are upside down: the moments know the number of updates, the corrections divide "
            "by what the epoch gives.",
            (_slow(lambda mi, mt, vi, vt: mt / mi / np.sqrt(vt / vi)),),
        ),
        Mistake(
            "epochs-no-root",
            "The root of v_hat is missing: g divided by g² is not a pure number.",
            (_slow(lambda mi, mt, vi, vt: mi / mt / (vi / vt)),),
        ),
        Mistake(
            "epochs-first-moment-only",
            "v_hat is wrong as well: with this t both corrections are too strong.",
            (_slow(lambda mi, mt, vi, vt: mi / mt),),
        ),
        Mistake(
            "epochs-second-moment-only",
            "m_hat is wrong as well: with this t both corrections are too strong.",
            (_slow(lambda mi, mt, vi, vt: 1 / np.sqrt(vi / vt)),),
        ),
        Mistake(
            "epochs-betas-swapped",
            BETAS_SWAPPED,
            (lambda i, n, b1, b2: step_in_epochs(i, n, b2, b1),),
        ),
        Mistake(
            "epochs-counted-late",
            "The last update of an epoch is taken for one of the next epoch: update n is still in epoch 1.",
            (_slow(epoch=lambda i, n: i // n + 1),),
        ),
        Mistake(
            "epochs-from-zero",
            "The first epoch has the number 0 here, and `1 - beta**0` is 0. t starts at 1.",
            (
                _slow(epoch=lambda i, n: (i - 1) // n),
                _slow(epoch=lambda i, n: i // n),
                _slow(lambda mi, mt, vi, vt: np.divide(mi, mt) / np.sqrt(vi / vt), lambda i, n: (i - 1) // n),
            ),
            when=lambda readings: _starts_at_zero(readings),
        ),
        Mistake(
            "epochs-not-whole",
            "t is not a whole number here. It stays the same for a whole epoch: use `//`.",
            (
                _slow(epoch=lambda i, n: i / n),
                _slow(epoch=lambda i, n: (i - 1) / n + 1),
                _slow(epoch=lambda i, n: i / n + 1),
            ),
        ),
        Mistake(
            "epochs-moments-reset",
            "m and v begin anew in every epoch here. Only t stays behind: they have seen all updates.",
            (lambda i, n, b1, b2: _slow(epoch=lambda j, n: (i - 1) // n + 1)((i - 1) % n + 1, n, b1, b2),),
        ),
        Mistake(
            "epochs-t-first",
            "Here t is 1 in every epoch. With `t = t + 1` after each epoch it grows, but too slowly.",
            (_slow(epoch=lambda i, n: 1),),
        ),
    ),
)
