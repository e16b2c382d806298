"""Exercises of chapter 6 with pencil and paper: C6-two-steps, C6-epsilon, C6-signs, C6-bias."""

import math

from vaecore.exercises.machinery.exercise import Mistake
from vaecore.exercises.machinery.questions import ValueExercise, choice

# ---------------------------------------------------------------- C6-two-steps


def _two_steps(
    *, sign=1, correct=(True, True), betas=(0.5, 0.96), root=True, square="g", t_moves=True, feed_back=False,
    memory=True,
):  # fmt: skip
    """theta_1 and theta_2 from theta_0 = 0 with g = 1, -3 and alpha = 0.1; one thing may be changed."""
    (beta1, beta2), theta, m, v, seen = betas, 0.0, 0.0, 0.0, []
    for t, g in enumerate((1.0, -3.0), start=1):
        if not memory:
            m = v = 0.0
        t = t if t_moves else 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g if square == "g" else m) ** 2
        m_hat = m / (1 - beta1**t) if correct[0] else m
        v_hat = v / (1 - beta2**t) if correct[1] else v
        theta += sign * 0.1 * m_hat / (math.sqrt(v_hat) if root else v_hat)
        if feed_back:
            m, v = m_hat, v_hat
        seen.append(theta)
    return tuple(seen)


C6_TWO_STEPS = ValueExercise(
    id="C6-two-steps",
    chapter=6,
    title="Two steps by hand",
    question=(
        "Take θ_0 = 0, α = 0.1, β_1 = 0.5, β_2 = 0.96 and the gradients g_1 = 1, g_2 = -3, "
        "uphill, without ε. Compute θ_1 and θ_2 with pencil and paper, to three significant digits. "
        "No root is needed before the second step."
    ),
    hints=(
        "The first step needs no computing: the corrections make it α in the direction of g_1.",
        "m_1 = 0.5 and v_1 = 0.04 are carried on as they are; m_2 = 0.5 m_1 + 0.5 (-3).",
        "m_2 = -1.25 and v_2 = 0.3984. At t = 2 they are divided by 1 - 0.5² = 0.75 and 1 - 0.96².",
    ),
    reason=(
        "Corrected, m_1 and v_1 are 1 and 1, so θ_1 = 0.1. Then m_2 = 0.5 * 0.5 - 0.5 * 3 = -1.25 and "
        "v_2 = 0.96 * 0.04 + 0.04 * 9 = 0.3984, so θ_2 = 0.1 - 0.1 (1.25 / 0.75) / sqrt(0.3984 / 0.0784)."
    ),
    see="See chapter 6, 'Bias correction: the first steps'.",
    value=_two_steps(),
    names=("θ_1", "θ_2"),
    mistakes=(
        Mistake(
            "steps-no-correction",
            "The bias correction is missing. m and v start at 0, and are too small at first.",
            (_two_steps(correct=(False, False)),),
        ),
        Mistake(
            "steps-half-corrected",
            "Only one of the two moments is corrected: m and v both start at 0.",
            (_two_steps(correct=(True, False)), _two_steps(correct=(False, True))),
        ),
        Mistake("steps-downhill", "These steps go downhill: uphill is a plus.", (_two_steps(sign=-1),)),
        Mistake(
            "steps-t-stays",
            "The corrections of the first step are used again in the second: t is 2 there.",
            (_two_steps(t_moves=False),),
        ),
        Mistake(
            "steps-fed-back",
            "The corrected moments are carried on to the second step. Carry on m and v as they are.",
            (_two_steps(feed_back=True),),
        ),
        Mistake(
            "steps-betas-swapped",
            "β_1 and β_2 have changed places: β_1 belongs to m.",
            (_two_steps(betas=(0.96, 0.5)),),
        ),
        Mistake(
            "steps-no-root",
            "The second step is divided by v_hat; it must be its root. (In the first step both are 1.)",
            (_two_steps(root=False),),
        ),
        Mistake(
            "steps-square-of-m", "v is made from m squared; it takes in g squared.", (_two_steps(square="m"),)
        ),
        Mistake(
            "steps-no-memory",
            "The second step has forgotten the first gradient: both moments keep a part of what they were.",
            ((0.1, 0.0), _two_steps(memory=False)),
        ),
        Mistake(
            "steps-plain-ascent",
            "This is plain gradient ascent, α g. ADAM divides by the usual size of the gradient.",
            ((0.1, -0.2),),
        ),
        Mistake(
            "steps-sign-lost",
            "A sign is lost in the second step. g_2 pulls back, and harder than g_1 has pulled.",
            ((0.1, 0.2 - _two_steps()[1]), (0.1, 0.1 + 0.1 * (1.75 / 0.75) / math.sqrt(0.3984 / 0.0784))),
        ),
        Mistake(
            "steps-not-added",
            "The second number is the step alone: θ_2 is θ_1 plus the step.",
            ((0.1, _two_steps()[1] - 0.1),),
        ),
    ),
)

# ---------------------------------------------------------------- C6-epsilon

_G, _EPSILON = 3e-8, 1e-8
_OUTSIDE, _INSIDE = _G / (_G + _EPSILON), _G / math.sqrt(_G**2 + _EPSILON)

C6_EPSILON = ValueExercise(
    id="C6-epsilon",
    chapter=6,
    title="Epsilon outside and inside the root",
    question=(
        "A weight has the gradient 3e-8, and ε is 1e-8. How long is ADAM's first step, in units of "
        "α, with ε outside the root, and how long with ε inside? Give both to three significant digits."
    ),
    hints=(
        "At t = 1 the corrections make m_hat = g and v_hat = g².",
        "Outside: g / (sqrt(g²) + ε). Inside: g / sqrt(g² + ε).",
        "g² is 9e-16. Next to an ε of 1e-8 it does not count.",
    ),
    reason=(
        "Outside: 3 / (3 + 1). Inside ε is compared with g², which is far smaller; the root of it is "
        "1e-4, so the step is 3e-8 / 1e-4. It would take an ε of 1e-16 inside to get near: "
        "3 / sqrt(10) = 0.949. Even then it is not the same."
    ),
    see="See chapter 6, 'Epsilon stands outside the root'.",
    value=(_OUTSIDE, _INSIDE),
    names=("ε outside", "ε inside"),
    unit=("α", "alpha"),
    mistakes=(
        Mistake("epsilon-swapped", "The two numbers have changed places.", ((_INSIDE, _OUTSIDE),)),
        Mistake(
            "epsilon-unseen",
            "ε does count here: it is a third of the gradient, and inside the root it is much larger "
            "than g².",
            ((1.0, 1.0), (1.0, _INSIDE), (_OUTSIDE, 1.0)),
        ),
        Mistake(
            "epsilon-same-place",
            "The place matters: sqrt(x + y) is not sqrt(x) + y.",
            ((_OUTSIDE, _OUTSIDE), (_INSIDE, _INSIDE)),
        ),
        Mistake(
            "epsilon-squared-inside",
            "Inside stands ε itself, 1e-8, and not its square.",
            ((_OUTSIDE, 3 / math.sqrt(10)),),
        ),
        Mistake(
            "epsilon-uncorrected",
            "This is without the bias correction: there m is g/10 and the root of v is g/31.6.",
            (
                (
                    0.1 * _G / (math.sqrt(0.001) * _G + _EPSILON),
                    0.1 * _G / math.sqrt(0.001 * _G**2 + _EPSILON),
                ),
            ),
        ),
        Mistake(
            "epsilon-size-left-out",
            "3 is g / ε: the gradient's own size is missing in the denominator. v_hat is g², too "
            "small to be seen; its root is |g|.",
            ((3.0, 3.0), (3.0, _INSIDE), (_OUTSIDE, 3.0)),
        ),
    ),
)

# ---------------------------------------------------------------- C6-signs

C6_SIGNS = choice(
    "C6-signs",
    6,
    "From descent to ascent",
    "A program has Algorithm 1 as the paper prints it, downhill. You have g, the gradient of a bound that "
    "is to be maximised, and put it in. Which of these changes, each made alone, turn the program into "
    "ADAM uphill?",
    (
        "Follow the sign of g from line to line: which lines feel it, and which do not?",
        "Two changes of sign cancel.",
    ),
    "See chapter 6, 'Downhill becomes uphill'.",
    (
        "signs-plus",
        True,
        "θ = θ - α ... becomes θ = θ + α ...",
        "The step goes along m_hat, the way uphill.",
    ),
    (
        "signs-minus-gradient",
        True,
        "-g goes in for g.",
        "-g is the gradient of minus the bound, a loss. m changes its sign, v does not, so the minus before "
        "α leads uphill.",
    ),
    (
        "signs-both",
        False,
        "-g goes in for g, and the minus before α becomes a plus.",
        "That is one sign too many: the two cancel, and it walks away from the top.",
    ),
    (
        "signs-second-moment",
        False,
        "The second moment becomes v = β_2 v - (1 - β_2) g².",
        "Then v is negative, and its root is nan. v is a size: it is the same uphill and downhill.",
    ),
    (
        "signs-correction",
        False,
        "The corrections divide by 1 + β^t.",
        "They make up for moments that start at 0. That has nothing to do with the direction.",
    ),
    (
        "signs-alpha",
        True,
        "α becomes -α.",
        "In the formula that is the same as the plus. (`vaecore` refuses a negative α: it is mostly a slip.)",
    ),
)

# ---------------------------------------------------------------- C6-bias

C6_BIAS = choice(
    "C6-bias",
    6,
    "What the bias correction does",
    "In ADAM with β_1 = 0.9 and β_2 = 0.999: which statements about the bias correction are true?",
    (
        "At the first update m is a tenth of g. What is the root of v there?",
        "How large is 0.9^t after 50 updates, and how large 0.999^t?",
    ),
    "See chapter 6, 'Bias correction: the first steps'.",
    (
        "bias-first-step",
        True,
        "With it the first step of a weight with the gradient 0.01 is almost exactly α long.",
        "m_hat = g and v_hat = g², so the step is α times the sign of g, if g is far above ε.",
    ),
    (
        "bias-too-short",
        False,
        "Without it the first steps are too short, as m and v are too small.",
        "They are too long. m is a tenth of g, but the root of v is only a thirtieth of it: 0.1 / 0.0316 is "
        "3.16.",
    ),
    (
        "bias-v-lasts",
        True,
        "After 50 updates m hardly needs it any more; v still does.",
        "1 - 0.9^50 is 0.995, and 1 - 0.999^50 is 0.049. The longer memory fills slowly.",
    ),
    (
        "bias-to-the-end",
        False,
        "It changes the steps noticeably from the first to the last update of a long training.",
        "Both factors go to 1. After ten thousand updates even 1 - 0.999^10000 is 0.99995.",
    ),
    (
        "bias-fed-back",
        False,
        "m_hat and v_hat take the place of m and v in the next update.",
        "The next update would correct them once more. m and v are carried on as they are.",
    ),
    (
        "bias-noise",
        False,
        "It takes the noise of the small batches out of the gradient.",
        "It divides by numbers that are known beforehand. Noise is averaged away by m, with or without it.",
    ),
)
