"""Statements to pick, for chapter 4 (X-6)."""

from vaecore.exercises.machinery.questions import choice

X_6 = choice(
    "X-6",
    4,
    "Backpropagation through a sample",
    "The encoder gives mean and std, and z = mean + std * eps is drawn. Which statements are true?",
    (
        "Where does the randomness of z come from?",
        "Which of mean, std and eps have parameters behind them?",
    ),
    "See chapter 4, 'Backpropagation through the sampling step', and 'Second way: move the randomness out'.",
    (
        "backprop-through-noise",
        True,
        "The noise eps is drawn from a distribution without parameters.",
        "So nothing needs to be propagated into the draw: it is an input of the network.",
    ),
    (
        "backprop-std-derivative",
        True,
        "The derivative of z with respect to std is eps.",
        "z = mean + std * eps is linear in std.",
    ),
    (
        "backprop-zero",
        False,
        "The derivative of z with respect to the mean is 0, as z is random.",
        "For fixed noise z moves with the mean: the derivative is 1.",
    ),
    (
        "backprop-variance",
        False,
        "The noise is multiplied by the covariance, z = mean + Sigma eps.",
        "By a root of it: with Sigma the variance of z would be Sigma squared.",
    ),
    (
        "backprop-eps-fixed",
        False,
        "eps is drawn once, and kept during training.",
        "It is drawn anew at every step; kept fixed, the model would fit one noise.",
    ),
)
