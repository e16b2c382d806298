"""Exercise of chapter 7: why k samples still give a bound, a proof to put in order (C8-below)."""

from vaecore.exercises.machinery.exercise import Mistake
from vaecore.exercises.machinery.questions import OrderExercise

BELOW = OrderExercise(
    id="C8-below",
    chapter=7,
    title="Why k samples still give a bound",
    question=(
        "Put lines in order so that they prove L_k <= log p(x). E is the mean over z_1, ..., z_k, each drawn "
        "from q(z | x), and w_s = p(x, z_s) / q(z_s | x). Some lines do not belong there."
    ),
    hints=(
        "Begin with the definition, and let Jensen's inequality move the logarithm. Which way does it point?",
        "The mean of a sum is the sum of the means, and all k are alike.",
        "Six lines belong to the proof; q cancels in the second to last.",
    ),
    reason=(
        "The mean of w is p(x) whatever k is, so every L_k has the same ceiling. Only Jensen's step loses "
        "something, and it loses less, the less the mean of k weights scatters."
    ),
    see="See chapter 7, 'What a tighter bound buys'.",
    lines={
        "a": "= log(1/k sum_s E[w_s])",
        "b": ">= log E[1/k sum_s w_s]",
        "c": "L_k = E[log(1/k sum_s w_s)]",
        "d": "= log p(x)",
        "e": "<= log E[1/k sum_s w_s]",
        "f": "= 1/k sum_s E[log w_s]",
        "g": "= log integral of q(z | x) p(x, z) / q(z | x) dz",
        "h": "= log E[w_1]",
        "i": "= log integral of p(x, z) / q(z | x) dz",
    },
    order="ceahgd",
    traps={"b": "below-jensen", "f": "below-log-inside", "i": "below-no-density"},
    order_mistake="below-shuffled",
    missing_mistake="below-incomplete",
    mistakes=(
        Mistake(
            "below-jensen",
            "Jensen's inequality is turned round. The logarithm bends down, so the mean of the logarithm is "
            "at most the logarithm of the mean.",
            ("cbahgd", "cbah"),
        ),
        Mistake(
            "below-log-inside",
            "The logarithm of a sum is not a sum of logarithms. What stands there is the plain bound, k "
            "times over and divided by k, and that is smaller.",
            ("cfahgd", "cf"),
        ),
        Mistake(
            "below-no-density",
            "E[w] is a mean over draws from q, so the integral has q(z | x) in it as the weight: that is "
            "what cancels.",
            ("ceahid",),
        ),
        Mistake(
            "below-shuffled",
            "These are the right lines in another order: each has to follow from the one before it.",
            ("ceahdg", "cehagd", "dghaec"),
        ),
        Mistake(
            "below-incomplete",
            "All of these lines belong there, and some are missing or are there twice.",
            ("ced", "ceahd", "ceagd"),
        ),
    ),
)
