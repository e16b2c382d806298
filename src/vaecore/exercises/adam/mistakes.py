"""Mistakes in ADAM that its one update (C6-step) and the whole of it (L-ADAM) share, and their messages.

Where the two exercises say the same, the message is here; where one of them says more, it has its own.
"""

import numpy as np

BETAS_SWAPPED = "beta1 and beta2 have changed places: beta1 belongs to m, beta2 to v."
EPSILON_INSIDE_ROOT = (
    "epsilon stands inside the root, where 1e-8 weighs as much as a gradient of 1e-4. Add it afterwards."
)
SECOND_MOMENT_OF_MEAN = "v is made from m squared; it must be made from the squared gradient."
HALF_CORRECTED = "Only one of the two moments is corrected: m and v both start at zero."
NO_ROOT = "The step is divided by v_hat itself; it must be its square root, which has the gradient's units."
WEIGHTS_TURNED = "The weights have changed places: a moment keeps beta, nearly all, of what it was."
NO_EPSILON = "epsilon is missing: it keeps the division finite where the gradient is 0."


def update_with(
    *, sign=1, correct=(True, True), swap=False, inside=False, square_of=None, root=True, feed_back=False,
    mix=True, turned=False, epsilon_there=True, epsilon_early=False,
):  # fmt: skip
    """Return an update of ADAM, uphill, with one thing changed; it gives the new theta, m and v."""

    def update(theta, g, m, v, t, alpha, beta1, beta2, epsilon):
        if swap:
            beta1, beta2 = beta2, beta1
        if not epsilon_there:
            epsilon = 0.0
        (keep1, take1), (keep2, take2) = (_weights(beta, mix, turned) for beta in (beta1, beta2))
        old_m = m
        m = keep1 * m + take1 * g
        v = keep2 * v + take2 * {None: g**2, "new m": m**2, "old m": old_m**2, "g": g}[square_of]
        m_hat = m / (1 - beta1**t) if correct[0] else m
        v_hat = v / (1 - beta2**t) if correct[1] else v
        if inside:
            step = m_hat / np.sqrt(v_hat + epsilon)
        elif epsilon_early:
            step = m_hat * np.sqrt(1 - beta2**t) / (np.sqrt(v) + epsilon)
        else:
            step = m_hat / ((np.sqrt(v_hat) if root else v_hat) + epsilon)
        if feed_back:
            m, v = m_hat, v_hat
        return theta + sign * alpha * step, m, v

    return update


def _weights(beta, mix, turned):
    """How much a moment keeps of what it was, and takes in of what is new."""
    if turned:
        return 1 - beta, beta
    return beta, (1 - beta if mix else 1.0)
