"""Exercise of chapter 6: one update of ADAM, uphill (C6-step)."""

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
def adam_step(theta, g, m, v, t,
              alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    # [answer]
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta + alpha * m_hat / (np.sqrt(v_hat) + epsilon), m, v
    # [end]
# fmt: on


def _variant(*, later=0, knows_t=True, memory=(True, True), returned=(0, 1, 2), **change):
    """Return the update with one thing changed: in what goes in and comes back, or by `change` inside."""
    update = update_with(**change)

    def wrong(theta, g, m, v, t, *numbers):
        t = t + later if knows_t else 1
        results = *update(theta, g, m * memory[0], v * memory[1], t, *numbers), m, v
        return [results[i] for i in returned] if len(returned) > 1 else results[returned[0]]

    return wrong


_ROWS = " (rows: theta, m, v)"  # of what comes back
FIRST = "t = 1, theta (1, 2), g (0.5, -2), m and v 0, alpha 0.5, betas 0.6 and 0.9, epsilon 0.25" + _ROWS
FOURTH = "t = 4, theta (0.3, -1, 2), g (1, 0.2, -3), m (0.4, -0.1, 0.5), v (0.3, 0.05, 2), alpha 0.1" + _ROWS
TINY = "t = 2, theta (0, 0), g (1e-7, -3e-7), m (5e-8, 1e-8), v (1e-16, 4e-16), alpha 0.01" + _ROWS
FLAT = "t = 1, theta (1.5), g, m and v 0, alpha 0.1" + _ROWS
WHOLE = "t = 1000, theta (3, -1, 0, 2), g (-2, 1, 4, -1), m (1, 0, -1, 2), v (4, 1, 2, 3)" + _ROWS

_INPUTS = {
    FIRST: (np.array([1.0, 2.0]), np.array([0.5, -2.0]), np.zeros(2), np.zeros(2), 1, 0.5, 0.6, 0.9, 0.25),
    FOURTH: (
        np.array([0.3, -1.0, 2.0]),
        np.array([1.0, 0.2, -3.0]),
        np.array([0.4, -0.1, 0.5]),
        np.array([0.3, 0.05, 2.0]),
        4, 0.1, 0.8, 0.95, 1e-8,
    ),
    TINY: (
        np.zeros(2), np.array([1e-7, -3e-7]), np.array([5e-8, 1e-8]), np.array([1e-16, 4e-16]),
        2, 0.01, 0.9, 0.99, 1e-8,
    ),
    FLAT: (np.array([1.5]), np.zeros(1), np.zeros(1), np.zeros(1), 1, 0.1, 0.9, 0.999, 1e-8),
    WHOLE: (
        *(np.array(row, float) for row in ((3, -1, 0, 2), (-2, 1, 4, -1), (1, 0, -1, 2), (4, 1, 2, 3))),
        1000, 0.1, 0.9, 0.999, 1e-8,
    ),
}  # fmt: skip

C6_STEP = CodeExercise(
    id="C6-step",
    chapter=6,
    title="One update, uphill",
    question=(
        "Do one update of ADAM, uphill. `theta`, `g`, `m` and `v` are arrays of one shape: the parameters, "
        "the gradient, and the two moments as the last update left them. `t` is the number of this update, 1 "
        "for the first. Return the new theta, m and v, and do not change those that were passed in."
    ),
    hints=(
        "First the moments: each keeps beta of what it was, and takes in 1 - beta of what is new.",
        "Then correct them: divide by `1 - beta1**t` and `1 - beta2**t`. Give these other names.",
        "Uphill is a plus; epsilon is added after the root. Return m and v as they were before the "
        "correction.",
    ),
    reason="m and v stay uncorrected: the next update goes on with them, not with m_hat and v_hat.",
    see="See chapter 6, 'The algorithm, line by line'.",
    solution=adam_step,
    inputs=_INPUTS,
    rtol=1e-5,
    atol=1e-19,
    tolerance=(
        "Rounding in float32 changes a number by 3e-6 of its size, where 1 - beta2**t is small; the smallest "
        "mistake, epsilon left out with tiny gradients, by 4%."
    ),
    mistakes=(
        Mistake(
            "adam-no-correction",
            "The bias correction is missing: m and v start at 0 and are too small at first.",
            (_variant(correct=(False, False)),),
        ),
        Mistake(
            "adam-descent",
            "This goes downhill, as in the paper. g is the gradient of what is to be maximised: plus.",
            (_variant(sign=-1),),
        ),
        Mistake(
            "adam-betas-swapped",
            BETAS_SWAPPED,
            (_variant(swap=True),),
        ),
        Mistake(
            "adam-eps-inside-root",
            EPSILON_INSIDE_ROOT,
            (_variant(inside=True),),
        ),
        Mistake(
            "adam-second-moment-of-mean",
            SECOND_MOMENT_OF_MEAN,
            (_variant(square_of="new m"), _variant(square_of="old m")),
        ),
        Mistake(
            "adam-not-squared",
            "v takes in the gradient itself: its sign goes in, and the root of a negative number is nan. It "
            "takes in the square.",
            (_variant(square_of="g"),),
        ),
        Mistake(
            "adam-correction-fed-back",
            "The corrected moments are returned. The next update would correct them once more: return m and "
            "v uncorrected.",
            (_variant(feed_back=True),),
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
            "adam-t-counted-again",
            "t is counted on inside the function. The t that is passed in is the number of this update.",
            (_variant(later=1),),
        ),
        Mistake(
            "adam-t-zero",
            "The correction uses t - 1. At the first update that is 0, and 0/0 is nan: t is 1 there.",
            (_variant(later=-1),),
        ),
        Mistake(
            "adam-t-stays",
            "The corrections do not depend on t: the betas in them are not raised to a power.",
            (_variant(knows_t=False),),
        ),
        Mistake(
            "adam-weights-turned",
            WEIGHTS_TURNED,
            (_variant(turned=True),),
        ),
        Mistake(
            "adam-eps-uncorrected",
            "epsilon is added to the root of the uncorrected v (as in a shorter form of the algorithm). "
            "There it weighs more: Algorithm 1 adds it to the root of v_hat.",
            (_variant(epsilon_early=True),),
        ),
        Mistake(
            "adam-moments-not-carried",
            "m and v come back as they went in. The next update needs the new ones.",
            (_variant(returned=(0, 3, 4)), _variant(returned=(0, 1, 4)), _variant(returned=(0, 3, 2))),
        ),
        Mistake(
            "adam-step-alone",
            "The first array is the step alone: add it to theta.",
            (lambda theta, *rest: adam_step(0 * theta, *rest),),
        ),
        Mistake(
            "adam-no-memory",
            "A moment forgets what it was: keep beta times the old m and the old v.",
            (
                _variant(memory=(False, False)),
                _variant(memory=(True, False)),
                _variant(memory=(False, True)),
            ),
        ),
        Mistake(
            "adam-moments-not-averaged",
            "The new gradient goes in whole. A running average takes in 1 - beta of it, so that the weights "
            "sum to 1.",
            (_variant(mix=False),),
        ),
        Mistake(
            "adam-no-epsilon",
            NO_EPSILON,
            (_variant(epsilon_there=False),),
        ),
        Mistake(
            "adam-theta-only",
            "One array came back. The next update needs the moments, too: return theta, m, v.",
            (_variant(returned=(0,)), lambda theta, g, m, v, *rest: theta),
            when=lambda readings: (
                [np.shape(r) for r in readings.values()] == [args[0].shape for args in _INPUTS.values()]
            ),
        ),
        Mistake(
            "adam-results-in-another-order",
            "The right three arrays, in another order: return theta first, then m, then v.",
            (_variant(returned=(1, 2, 0)), _variant(returned=(0, 2, 1))),
        ),
    ),
)
