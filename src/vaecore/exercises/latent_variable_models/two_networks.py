"""Exercises of chapter 2: what encoder and decoder return (P-2b), and how to read a row of it (P-2bn)."""

from vaecore.exercises.machinery.exercise import Mistake
from vaecore.exercises.machinery.questions import ValueExercise, choice

P_2B = choice(
    "P-2b",
    2,
    "What the two networks return",
    "A VAE with L latent dimensions and binary images of D pixels. Which statements are true?",
    (
        "A network returns numbers. Parameters of which distribution are they?",
        "How many numbers describe a factorised Gaussian over L dimensions, and how many D coins?",
        "For statement d: what is the standard deviation whose logarithm is 0?",
    ),
    "See chapter 2, 'What the two networks return'.",
    (
        "outputs-encoder-draws",
        False,
        "The encoder returns z.",
        "It returns means and log standard deviations. z is drawn afterwards from the distribution that "
        "they describe.",
    ),
    (
        "outputs-encoder-count",
        True,
        "The encoder returns 2 L numbers for an image, however many pixels the image has.",
        "A mean and a log standard deviation for each latent dimension; D is the width of its input.",
    ),
    (
        "outputs-decoder-image",
        False,
        "The decoder returns an image x drawn from p(x | z).",
        "It returns D logits, which describe p(x | z). A black and white image is a draw from that, one "
        "coin for each pixel.",
    ),
    (
        "outputs-log-std-zero",
        False,
        "A log standard deviation of 0 says that the encoder is certain of that z_j.",
        "e^0 = 1: it is as uncertain as the prior. Certainty would be a log standard deviation far below 0.",
    ),
    (
        "outputs-logits-any",
        True,
        "The decoder's outputs may be any real numbers; the sigmoid of each is the probability that its "
        "pixel is on.",
        "That is what a logit is. The same holds for the encoder's log standard deviations: the exponential "
        "makes any number a positive one.",
    ),
    (
        "outputs-who-is-generative",
        False,
        "The encoder with the prior is the generative model; the decoder is the recognition model.",
        "The other way round: prior and decoder make x, and the encoder recognises which z may have made it.",
    ),
    target="src-p-2b",
)

_NAMES = ("mean of z_1", "mean of z_2", "std of z_1", "std of z_2", "probability of z_1 > 0")
_PHI_1 = 0.8413447461  # the probability that a standard normal number is below 1

P_2BN = ValueExercise(
    id="P-2bn",
    chapter=2,
    target="src-p-2b",
    title="Reading the encoder's output",
    question=(
        "An encoder with L = 2 returns the row (0.5, -1, log 0.5, 0) for some image, with the natural "
        "logarithm. Give the two means and the two standard deviations of q, and the probability under q "
        "that z_1 > 0: five numbers, to three digits. (A standard normal number is below 1 with probability "
        "0.8413.)"
    ),
    hints=(
        "The first half of the row are the means. What does the second half hold?",
        "A standard deviation is the exponential of its logarithm.",
        "z_1 = mean + std * eps is above 0 if eps is above -mean / std. The normal distribution is "
        "symmetric.",
    ),
    reason=(
        "The means are 0.5 and -1 as they stand; the second half are logarithms, so the standard deviations "
        "are 0.5 and e^0 = 1. z_1 > 0 means eps > -0.5 / 0.5 = -1, which is as probable as eps < 1."
    ),
    see="See chapter 2, 'What the two networks return'.",
    value=(0.5, -1.0, 0.5, 1.0, _PHI_1),
    names=_NAMES,
    mistakes=(
        Mistake(
            "outputs-log-taken-for-std",
            "The second half of the row, or a part of it, was taken as it stands. It holds logarithms of "
            "standard deviations; a standard deviation is never negative, and 0 would be no distribution at "
            "all.",
            (
                (0.5, -1, 0.5, 0, _PHI_1),
                (0.5, -1, -0.693147, 0, _PHI_1),
                (0.5, -1, -0.693147, 0, 0.764652),
                (0.5, -1, 0.693147, 0, 0.764652),
            ),
        ),
        Mistake(
            "outputs-log-variance",
            "The second half was read as log variance. This encoder gives the logarithm of the standard "
            "deviation itself.",
            ((0.5, -1, 0.707107, 1, 0.760250), (0.5, -1, 0.707107, 1, _PHI_1)),
        ),
        Mistake(
            "outputs-variance",
            "These are variances, the squares of the standard deviations.",
            ((0.5, -1, 0.25, 1, _PHI_1), (0.5, -1, 0.25, 1, 0.977250)),
        ),
        Mistake(
            "outputs-interleaved",
            "Mean and standard deviation were read in turns. The row has all means first, then all log "
            "standard deviations.",
            ((0.5, -0.693147, 0.367879, 1, 0.912946),),
        ),
        Mistake(
            "outputs-halves-swapped",
            "The halves have changed places: the means come first.",
            ((-0.693147, 0, 1.648721, 0.367879, 0.337091),),
        ),
        Mistake(
            "outputs-wrong-tail",
            "Means and standard deviations are right; the last number is the probability of z_1 < 0. The "
            "mean is above 0, so z_1 > 0 is more probable than not.",
            ((0.5, -1, 0.5, 1, 1 - _PHI_1),),
        ),
        Mistake(
            "outputs-not-standardised",
            "Means and standard deviations are right. For the last number, measure the distance from 0 to "
            "the mean in standard deviations: 0.5 / 0.5.",
            ((0.5, -1, 0.5, 1, 0.691462), (0.5, -1, 0.5, 1, 0.977250), (0.5, -1, 0.5, 1, 0.5)),
        ),
    ),
)
