"""Exercises of chapter 9: the road from PCA to the VAE (S-END), and what a GAN is (C9-gan)."""

from dataclasses import replace

from vaecore.exercises.machinery.exercise import Mistake
from vaecore.exercises.machinery.questions import OrderExercise, choice

S_END = OrderExercise(
    id="S-END",
    chapter=9,
    title="From PCA to VAE: complete the summary",
    question=(
        "Put lines in order so that they lead from PCA to a VAE that is trained: each line repairs what is "
        "missing after the line before it. Some lines do not belong there."
    ),
    hints=(
        "Begin with the model that has one matrix and no network, and make it bend.",
        "What was wrong with an autoencoder was the space between its codes. What was then wrong was that "
        "nothing kept the standard deviations from shrinking, and that no image had a probability.",
        "Seven lines. The last three: the bound in place of the integral, then the path for its gradient, "
        "then the steps of the training.",
    ),
    reason=(
        "Each step answers the question that the one before it leaves open: what bends, where are the codes, "
        "how probable is x, what can be computed, where is its gradient, how large is a step?"
    ),
    see="See chapter 9, 'The road, step by step'.",
    target="summary-road",
    lines={
        "a": "No gradient goes through a random draw: compute z from the mean, the std and outside noise.",
        "b": "Codes lie anywhere, with gaps between them: encode each image as a distribution.",
        "c": "PCA: one matrix, used twice, keeps the directions in which the data vary most.",
        "d": "No gradient goes through a random draw: decode the mean alone, and forget the noise.",
        "e": "The integral cannot be done: maximise a lower bound of it, the likelihood minus the KL "
        "divergence.",
        "f": "A matrix cannot bend: put networks in its place, and train both on the squared error.",
        "g": "The gradient is noisy: average it, and give each parameter a step of its own (ADAM).",
        "h": "Nothing keeps the stds from shrinking, and no image has a probability: add a prior p(z); "
        "p(x) is "
        "an integral over all z.",
        "i": "The integral cannot be done: maximise a lower bound of it, the likelihood plus the KL "
        "divergence.",
        "j": "The integral cannot be done: let a second network tell generated images from real ones.",
        "k": "Codes lie anywhere, with gaps between them: make the code longer.",
    },
    order="cfbheag",
    traps={
        "d": "road-mean-decoded",
        "i": "road-kl-added",
        "j": "road-discriminator",
        "k": "road-longer-code",
    },
    order_mistake="road-shuffled",
    missing_mistake="road-incomplete",
    mistakes=(
        Mistake(
            "road-mean-decoded",
            "Without the noise the std would have no reason to be anything, and z is no sample of q: back to "
            "an autoencoder. The noise stays; it is drawn outside.",
            ("cfbhedg",),
        ),
        Mistake(
            "road-kl-added",
            "The KL divergence is what the encoder pays, so it is subtracted. Added, it would reward a q "
            "that "
            "runs away from the prior, and there would be no bound.",
            ("cfbhiag",),
        ),
        Mistake(
            "road-discriminator",
            "That is a GAN. It gives up p(x) altogether, and has no encoder.",
            ("cfbhjag",),
        ),
        Mistake(
            "road-longer-code",
            "A longer code leaves even more room for gaps: volume grows with every dimension, the number of "
            "images does not.",
            ("cfkheag",),
        ),
        Mistake(
            "road-shuffled",
            "These are the right lines in another order: what does each line repair?",
            ("fcbheag", "cfbehag", "cfbhega", "gaehbfc"),
        ),
        Mistake("road-incomplete", "A step is missing, or there is one too many.", ("cfbhea", "cfheag")),
    ),
)

_GAN = choice(
    "C9-gan",
    9,
    "What a GAN has, and what it has not",
    "A GAN and a VAE have been trained on the same digits. Which statements are true?",
    (
        "A GAN has a generator and a discriminator. Which of the two reads an image and gives a code?",
        "To report log p(x), a model must have p(x), or a bound of it.",
    ),
    "See chapter 9, 'What a VAE cannot do'.",
    (
        "gan-generator-is-decoder",
        True,
        "The generator plays the part of a VAE's decoder: it turns z from a simple distribution into an "
        "image.",
        "Both bend a simple p(z) into images. They differ in how they are trained.",
    ),
    (
        "gan-discriminator-encodes",
        False,
        "The discriminator is the encoder: it gives the code of an image.",
        "It gives one number, how real the image looks. A plain GAN has nothing that leads from x to z.",
    ),
    (
        "gan-likelihood",
        False,
        "The two can be compared by their -log p(x) on the test images.",
        "A GAN has samples, and no p(x) to report: it is compared by what its samples look like.",
    ),
    (
        "gan-vae-soft",
        True,
        "The VAE's pictures are the softer ones: pixels are independent given z, and where z leaves a doubt, "
        "the decoder shows the mean of what may be there.",
        "A blurred edge is the best answer to 'how probable is ink here?' if the edge may be here or there.",
    ),
    (
        "gan-downhill",
        False,
        "Training a GAN is minimising one function, so it settles once the learning rate is small enough.",
        "The two networks pull in opposite directions: a game of two players, which may go round in circles.",
    ),
)
C9_GAN = replace(_GAN, target="summary-gan")
