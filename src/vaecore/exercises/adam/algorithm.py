"""Exercise of chapter 6: ADAM, uphill (L-ADAM)."""

import numpy as np

from vaecore.exercises.adam.mistakes import (
    BETAS_SWAPPED,
    EPSILON_INSIDE_ROOT,
    HALF_CORRECTED,
    NO_EPSILON,
    NO_ROOT,
    SECOND_MOMENT_OF_MEAN,
    WEIGHTS_TURNED,
    update_with,
)
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


# The stub's lines fit a page.
# fmt: off
def adam(grad, theta, num_epochs, batches_per_epoch,
         alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    # [answer]
    m, v, t = np.zeros_like(theta), np.zeros_like(theta), 0
    # [end]
    for epoch in range(num_epochs):  # noqa: B007
        for batch in range(batches_per_epoch):
            # [answer]
            t = t + 1
            g = grad(theta, batch)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat = m / (1 - beta1**t)
            v_hat = v / (1 - beta2**t)
            theta = theta + alpha * m_hat / (np.sqrt(v_hat) + epsilon)
            # [end]
    # [answer]
    return theta
    # [end]
# fmt: on


def _variant(
    *, count="update", reset=None, start=0, batch_of=lambda batch, epoch, t: batch, own_numbers=False,
    first_moment=True, **change,
):  # fmt: skip
    """Return ADAM with one thing changed: here in the loops, or by `change` in each update."""
    update = update_with(**change)

    def wrong(grad, theta, num_epochs, batches_per_epoch, alpha, beta1, beta2, epsilon):
        if own_numbers:
            alpha, beta1, beta2, epsilon = 0.001, 0.9, 0.999, 1e-8
        if not first_moment:
            beta1 = 0.0  # then m is the gradient itself
        m, v, t = np.zeros_like(theta), np.zeros_like(theta), start
        for epoch in range(num_epochs):
            if reset == "epoch":
                m, v = np.zeros_like(theta), np.zeros_like(theta)
            for batch in range(batches_per_epoch):
                if reset == "update":
                    m, v = np.zeros_like(theta), np.zeros_like(theta)
                if reset == "epoch with t" and batch == 0:
                    m, v, t = np.zeros_like(theta), np.zeros_like(theta), 0
                t = {"update": t + 1, "epoch": epoch + 1, "one": 1, "zero": t + (t > 0 or batch > 0)}[count]
                g = grad(theta, batch_of(batch, epoch, t))
                theta, m, v = update(theta, g, m, v, t, alpha, beta1, beta2, epsilon)
        return theta

    return wrong


def _ascent_without_adam(grad, theta, num_epochs, batches_per_epoch, alpha, beta1, beta2, epsilon):
    for _ in range(num_epochs):
        for batch in range(batches_per_epoch):
            theta = theta + alpha * grad(theta, batch)
    return theta


CURVED = "a curved hill, 3 epochs of 4 batches, alpha 0.1, betas 0.8 and 0.95"
TINY = "gradients of about 1e-7, 2 epochs of 3 batches, alpha 0.01, epsilon 1e-8"
MANY = "batches that pull different ways, 4 epochs of 3 batches, alpha 0.05"
ONE = "one batch, one update, alpha 0.5, epsilon 0.25"
SINGLE = "theta one number, 3 epochs of 2 batches, alpha 0.3"

_TOP = np.array([3.0, -1.0, 0.5])
_PULLS = np.array([[1.0, -2.0], [-3.0, 0.5], [0.5, 4.0]])


def _curved(theta, batch=0):
    return -2 * np.array([1.0, 30.0, 0.2]) * (theta - _TOP) + np.sin(5 * np.asarray(theta))


def _tiny(theta, batch=0):
    return np.array([1e-7, -4e-8, 3e-7]) * (1 + 0.1 * np.cos(20 * np.asarray(theta)))


def _many(theta, batch=0):
    """The pull of the batch; one that is not told by its number pulls like the first."""
    which = int(batch) if np.ndim(batch) == 0 and isinstance(batch, int | np.integer) else 0
    beyond = np.array([7.0 + which, -5.0 - 2 * which])  # no batch of this run: nothing comes round again
    return (_PULLS[which] if 0 <= which < len(_PULLS) else beyond) - 0.3 * np.asarray(theta)


def _one(theta, batch=0):
    return np.array([0.5, -2.0])


_START = np.array([0.3, -0.4, 0.1])
_INPUTS = {
    ONE: (_one, np.array([1.0, 2.0]), 1, 1, 0.5, 0.6, 0.9, 0.25),
    CURVED: (_curved, _START, 3, 4, 0.1, 0.8, 0.95, 1e-8),
    TINY: (_tiny, _START, 2, 3, 0.01, 0.9, 0.99, 1e-8),
    MANY: (_many, _START[:2], 4, 3, 0.05, 0.9, 0.999, 1e-8),
    SINGLE: (lambda theta, batch=0: 2.0 - np.asarray(theta), np.array([5.0]), 3, 2, 0.3, 0.9, 0.99, 1e-8),
}
_SEES = "See chapter 6, 'The algorithm, line by line', and Kingma & Ba (2015), algorithm 1 (downhill)."

L_ADAM = CodeExercise(
    id="L-ADAM",
    chapter=6,
    title="ADAM, uphill",
    question=(
        "`grad(theta, batch)` is the gradient of what is to be maximised; `theta` is a flat vector. Run ADAM "
        "for `num_epochs` epochs of `batches_per_epoch` updates (batch = 0, 1, ...), and return the vector "
        "after the last update. Do not change the one that was passed in."
    ),
    hints=(
        "m and v start at zero before the loops, and live through all of them. So does t.",
        "One update: t grows by 1; m and v fade by beta and take in `g` and `g**2`; both are corrected.",
        "The corrections are `1 - beta1**t` and `1 - beta2**t`; epsilon is added after the root; uphill is a "
        "plus.",
    ),
    reason="The paper minimises; the only change is the sign in the last line. t counts updates, not epochs.",
    see=_SEES,
    solution=adam,
    inputs=_INPUTS,
    rtol=1e-7,
    atol=1e-8,
    tolerance=(
        "In float64 the order of the operations changes a coordinate by 1e-15; the smallest mistake, epsilon "
        "inside the root with tiny gradients, by 1e-3."
    ),
    mistakes=(
        Mistake(
            "adam-no-correction",
            "The bias correction is missing. m and v start at 0 and are too small at first: divide by 1 - "
            "beta**t.",
            (_variant(correct=(False, False)),),
        ),
        Mistake(
            "adam-descent",
            "This goes downhill, as in the paper. grad is the gradient of what is to be maximised: plus.",
            (_variant(sign=-1),),
        ),
        Mistake(
            "adam-betas-swapped",
            BETAS_SWAPPED,
            (_variant(swap=True),),
        ),
        Mistake(
            "adam-t-per-epoch",
            "t grows once an epoch (one lab report has it so). It must grow by 1 at every update.",
            (_variant(count="epoch"),),
        ),
        Mistake(
            "adam-moments-reset",
            "m and v are set to zero again, in every epoch or at every update. They live through the whole "
            "run.",
            (_variant(reset="epoch"), _variant(reset="update"), _variant(reset="epoch with t")),
        ),
        Mistake(
            "adam-eps-inside-root",
            EPSILON_INSIDE_ROOT,
            (_variant(inside=True),),
        ),
        Mistake(
            "adam-second-moment-of-mean",
            SECOND_MOMENT_OF_MEAN,
            (_variant(square_of="new m"),),
        ),
        Mistake(
            "adam-t-stays",
            "The corrections are the same at every update: t is not counted, or is not in them.",
            (_variant(count="one"),),
        ),
        Mistake(
            "adam-t-zero",
            "At the first update t is 0, so 1 - beta**t is 0, and 0/0 is nan. t is 1 for the first update.",
            (_variant(count="zero"),),
        ),
        Mistake(
            "adam-t-ahead",
            "t is too large by one: it is 1 at the first update.",
            (_variant(start=1),),
        ),
        Mistake(
            "adam-not-squared",
            "v takes in the gradient itself, whose sign does not belong there. It takes in the square.",
            (_variant(square_of="g"),),
        ),
        Mistake(
            "adam-moments-not-averaged",
            "The new gradient goes in whole. A running average takes in 1 - beta of it.",
            (_variant(mix=False),),
        ),
        Mistake(
            "adam-weights-turned",
            WEIGHTS_TURNED,
            (_variant(turned=True),),
        ),
        Mistake(
            "adam-eps-uncorrected",
            "epsilon is added to the root of the uncorrected v, where it weighs more than in Algorithm 1.",
            (_variant(epsilon_early=True),),
        ),
        Mistake(
            "adam-half-corrected",
            HALF_CORRECTED,
            (_variant(correct=(True, False)), _variant(correct=(False, True))),
        ),
        Mistake(
            "adam-no-root",
            NO_ROOT,
            (_variant(root=False),),
        ),
        Mistake(
            "adam-plain-ascent",
            "This is plain gradient ascent: theta + alpha g. ADAM divides by the gradient's usual size.",
            (_ascent_without_adam,),
        ),
        Mistake(
            "adam-no-first-moment",
            "The step uses the gradient itself; ADAM uses its running mean m, corrected.",
            (_variant(first_moment=False),),
        ),
        Mistake(
            "adam-arguments-ignored",
            "alpha, beta1, beta2 and epsilon are written as fixed numbers: use the arguments.",
            (_variant(own_numbers=True),),
        ),
        Mistake(
            "adam-one-batch",
            "The gradient is not that of the loop's batch: it is always the same one, or goes by the number "
            "of the epoch or of the update. Pass `batch` to grad.",
            (
                _variant(batch_of=lambda batch, epoch, t: 0),
                _variant(batch_of=lambda batch, epoch, t: epoch),
                _variant(batch_of=lambda batch, epoch, t: batch + 1),
                _variant(batch_of=lambda batch, epoch, t: t),
                _variant(batch_of=lambda batch, epoch, t: t - 1),
            ),
        ),
        Mistake(
            "adam-no-epsilon",
            NO_EPSILON,
            (_variant(epsilon_there=False),),
        ),
        Mistake(
            "adam-correction-fed-back",
            "The corrected m_hat and v_hat are carried on to the next update. Carry on m and v uncorrected.",
            (_variant(feed_back=True),),
        ),
        Mistake(
            "adam-one-epoch-only",
            "Only one epoch is run: the loop over the epochs is missing, or it returns too early.",
            (
                lambda g, th, e, b, *rest: adam(g, th, 1, b, *rest),
                lambda g, th, e, b, *rest: adam(g, th, 1, 1, *rest),
            ),
        ),
    ),
)
