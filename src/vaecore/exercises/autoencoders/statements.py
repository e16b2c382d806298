"""Statements to pick, for chapter 1 (X-1)."""

from vaecore.exercises.machinery.questions import choice

X_1 = choice(
    "X-1",
    1,
    "Four kinds of autoencoders",
    "Which statements are true?",
    (
        "Ask of each kind: what is added to the loss, or to the input?",
        "Sparse says how many units are active, not how many there are.",
    ),
    "See chapter 1, 'Three ways to ask for more'.",
    (
        "ae-sparse-dimension",
        False,
        "The L1 price of a sparse autoencoder lowers the dimension of the code.",
        "It makes few units active at a time; the dimension stays.",
    ),
    (
        "ae-denoising-target",
        True,
        "A denoising autoencoder is given a damaged input, and asked for the clean one.",
        "Its loss compares the output with the clean input, so it learns to remove noise.",
    ),
    (
        "ae-contractive-jacobian",
        True,
        "A contractive autoencoder adds the squared norm of the encoder's Jacobian.",
        "A small change of the input then changes the code little; the code is a vector, so it is a "
        "Jacobian and not a gradient vector.",
    ),
    (
        "ae-denoising-noisy-target",
        False,
        "A denoising autoencoder must reproduce the noise too.",
        "The noise cannot be predicted, and reproducing it would teach nothing: the target is the clean "
        "input.",
    ),
    (
        "ae-variational-distribution",
        True,
        "A variational autoencoder turns an input into a distribution over codes.",
        "It has a prior over codes, too, and maximises a lower bound of log p(x).",
    ),
    (
        "ae-contractive-weights",
        False,
        "The contractive penalty is the squared gradient of the loss in the weights.",
        "Its derivatives are those of the code in the pixels: it holds the code still, not the training.",
    ),
    target="src-x-1",
)
