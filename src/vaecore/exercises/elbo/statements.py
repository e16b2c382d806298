"""Statements to pick, for chapter 3 (X-3, X-8)."""

from vaecore.exercises.machinery.questions import choice

X_3 = choice(
    "X-3",
    3,
    "The loss of a VAE",
    "Which statements about the loss of one data point are true?",
    ("The loss is minus the lower bound.", "phi are the encoder's weights, theta the decoder's."),
    "See chapter 3, 'The loss of a VAE'.",
    (
        "loss-kl-sign",
        False,
        "It is the negative expected log-likelihood minus the KL divergence from the prior.",
        "The KL divergence is a price, so a loss adds it.",
    ),
    (
        "loss-expectation",
        True,
        "The log-likelihood is averaged over z drawn from the encoder's distribution.",
        "E_q[log p(x | z)]: q is what the encoder says.",
    ),
    (
        "loss-decomposes",
        True,
        "The loss of the data set is the sum of the losses of its points.",
        "The points are independent, so their log-likelihoods, and their bounds, add up.",
    ),
    (
        "loss-is-likelihood",
        False,
        "Its negative is log p(x) itself.",
        "Its negative is a lower bound of log p(x); the gap is KL(q || p(z | x)).",
    ),
    (
        "loss-information-lost",
        False,
        "KL(q || p) is the information that is lost when q stands for p.",
        "That sentence describes KL(p || q): the average over p, with q used in place of p.",
    ),
    target="src-x-3",
)

X_8 = choice(
    "X-8",
    3,
    "The term that is dropped",
    "In log p(x) = bound + KL(q || p(z | x)) the last term is left out. Which statements tell why one wants "
    "to do so, or why one may?",
    ("That it cannot be computed is half of the answer.", "What is known of every KL divergence?"),
    "See chapter 3, 'Why is the gap dropped?'.",
    (
        "dropped-intractable",
        True,
        "It cannot be computed: the true posterior contains p(x).",
        "p(z | x) = p(x | z) p(z) / p(x), and p(x) is an integral that is out of reach.",
    ),
    (
        "dropped-nonnegative",
        True,
        "It is never negative, so what remains is at most log p(x).",
        "This half makes the rest a lower bound; without it dropping the term would be unfounded.",
    ),
    (
        "dropped-zero",
        False,
        "It is 0 once the decoder is good enough.",
        "It is 0 only where q is the posterior, and a factorised Gaussian q rarely is.",
    ),
    (
        "dropped-constant",
        False,
        "It does not depend on the parameters.",
        "It depends on phi through q, and on theta through the posterior.",
    ),
    (
        "dropped-small",
        False,
        "It is small compared with the other terms.",
        "It may be large. Where it cannot be computed nobody knows; that is why a bound is all we have.",
    ),
    target="src-x-8",
)
