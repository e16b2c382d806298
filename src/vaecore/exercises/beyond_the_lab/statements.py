"""Statements to pick, for chapter 8 (X-9)."""

from vaecore.exercises.machinery.questions import choice

X_9 = choice(
    "X-9",
    8,
    "Independent latent factors",
    "The KL divergence gets a weight beta > 1. Compared with beta = 1, which statements are true?",
    ("What rises is a weight.", "What does z say about x, if q is pressed towards the prior?"),
    "See chapter 8, 'A weight on the KL'.",
    (
        "beta-kl-rises",
        False,
        "The KL divergence rises.",
        "Its weight rises, and the KL itself falls: it has become more expensive.",
    ),
    (
        "beta-blur",
        True,
        "Reconstructions become blurred.",
        "z says less about x, so the decoder averages over more images.",
    ),
    (
        "beta-aggregate",
        True,
        "The average of q(z | x) over the data is pressed towards the prior.",
        "Each q stays where its image needs it; what can become like the prior, with independent "
        "components, is "
        "their average. That is what beta is for.",
    ),
    (
        "beta-each-q",
        False,
        "Each single q(z | x) becomes factorised.",
        "It is factorised already, whatever beta is.",
    ),
    (
        "beta-free",
        False,
        "It costs nothing: the bound on log p(x) gets tighter.",
        "With beta > 1 the objective lies below the bound (the KL is never negative): it is a looser one.",
    ),
    (
        "beta-meaning",
        False,
        "Each dimension is then sure to stand for one factor that we would name.",
        "Independent is not the same as meaningful: if the axes are turned, a standard normal prior looks "
        "the same. Whether they are ours must be measured.",
    ),
)
