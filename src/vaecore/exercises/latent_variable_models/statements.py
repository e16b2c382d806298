"""Statements to pick, for chapter 2 (X-2)."""

from vaecore.exercises.machinery.questions import choice

X_2 = choice(
    "X-2",
    2,
    "Generative or not?",
    "Which of these are generative models of x?",
    ("A generative model gives p(x), and so a way to draw x.", "Where would z come from?"),
    "See chapter 2, 'What is a generative model?'.",
    (
        "generative-decoder-alone",
        False,
        "a decoder p(x | z), and nothing else",
        "Nothing says which z to put in: p(z) belongs to the model.",
    ),
    (
        "generative-prior-and-decoder",
        True,
        "a prior p(z), and a decoder p(x | z)",
        "Draw z, then x; p(x) is the integral over z.",
    ),
    (
        "generative-encoder",
        False,
        "an encoder q(z | x)",
        "It says something about z for a given x, and not how probable an x is.",
    ),
    (
        "generative-autoencoder",
        False,
        "a trained autoencoder",
        "It has no distribution over its codes, and so none over x.",
    ),
    (
        "generative-gaussian",
        True,
        "one Gaussian fitted to the images",
        "It gives p(x) and can be drawn from, without any latent variable.",
    ),
    (
        "generative-fitted-codes",
        True,
        "an autoencoder, a Gaussian fitted to its codes, and noise of known size on its output",
        "Now z has a distribution, and x given z too: a generative model, if perhaps a poor one.",
    ),
    target="src-x-2",
)
