"""Exercises of chapter 7: is my number good (C7-number), and in which unit is it (C7-units)?"""

import math
from dataclasses import replace

from vaecore.exercises.machinery.exercise import Mistake
from vaecore.exercises.machinery.questions import ValueExercise, choice

_NUMBER = choice(
    "C7-number",
    7,
    "Is my number good?",
    "Which of these statements hold? The digits are MNIST's, and -log p(x) is a mean per image, in nats.",
    (
        "Ask of each two numbers: the same pixels, the same images, the same unit, the same quantity?",
        "A bound is a number below log p(x). Nobody knows how far below, unless it has been measured.",
        "What does a KL divergence of 0 say about what z knows of x?",
    ),
    "See chapter 7, 'Is my number good?'.",
    (
        "number-grey",
        False,
        "A program that leaves the pixels grey reports BCE + KL = 105. A model of binary pixels has "
        "-log p(x) = 87. So the second model is the better one, by 18 nats.",
        "The two are not numbers of the same thing. Under a Bernoulli a grey pixel has no probability, and "
        "the cross-entropy of grey pixels is far from 0 even if the reconstruction is perfect.",
    ),
    (
        "number-bound-order",
        False,
        "Of two models on the same binary images, the first has the bound -91 and the second -92. So "
        "log p(x) is higher under the first.",
        "Each bound lies below its own log p(x), by a gap of its own. The second may have the wider gap and "
        "the higher log p(x).",
    ),
    (
        "number-collapse",
        False,
        "The KL divergence has fallen to 0.0002 nats per image. So the encoder has learned the prior, and "
        "the training has done what it should.",
        "The encoder says the same of every image, so z knows nothing of x. The posterior has collapsed, and "
        "the decoder can do no better than one picture for all.",
    ),
    (
        "number-baseline",
        True,
        "784 log 2 = 543 nats is what a model costs that gives every pixel the probability 1/2.",
        "Each pixel then costs log 2, whatever the image is. A bound near it shows a model that has learned "
        "nothing.",
    ),
    (
        "number-samples",
        True,
        "An estimate of -log p(x) from 5,000 importance samples is, on average, rather too high than too "
        "low.",
        "The logarithm of a mean of weights is too low on average (Jensen), so its negative is too high. "
        "More samples bring it down.",
    ),
    (
        "number-images",
        False,
        "A bound of -91 on the images that the model was trained on may stand beside a published bound on "
        "the 10,000 test images.",
        "A model knows the images that it was trained on. Only images that it has never seen tell what it "
        "has learned, and they must be the same ones for both.",
    ),
)
C7_NUMBER = replace(_NUMBER, target="lab-is-it-good")

_SUM, _IMAGES, _PIXELS, _BATCH = 5_460_000, 60_000, 784, 200
_NATS = _SUM / _IMAGES
_BITS = _NATS / math.log(2)

C7_UNITS = ValueExercise(
    id="C7-units",
    chapter=7,
    title="From a sum to bits per pixel",
    question=(
        f"After an epoch over {_IMAGES:,} images of {_PIXELS} pixels a program prints: negative lower bound, "
        f"summed over all images, {_SUM:,} nats. What is that for one image in nats, for one image in bits, "
        "and for one pixel in bits? Three digits each."
    ),
    hints=(
        f"The sum has {_IMAGES:,} terms, one for each image. How large is their mean?",
        "1 bit is log 2 nats, about 0.693: less than a nat. So there are more bits than nats.",
        f"Bits per pixel (bits per dimension) are bits per image divided by {_PIXELS}.",
    ),
    reason=(
        "The sum over all images is what some programs print, the mean per image is what papers of this "
        "field print, and bits per dimension is what papers on other image models print. They are one number."
    ),
    see="See chapter 7, 'Is my number good?'.",
    target="lab-is-it-good",
    value=(_NATS, _BITS, _BITS / _PIXELS),
    names=("nats per image", "bits per image", "bits per pixel"),
    mistakes=(
        Mistake(
            "units-bits-times-log-2",
            "A bit is smaller than a nat, so there must be more bits than nats: divide by log 2.",
            ((_NATS, _NATS * math.log(2), _NATS * math.log(2) / _PIXELS),),
        ),
        Mistake(
            "units-bits-are-nats",
            "Bits and nats are not the same: the one counts with logarithms to base 2, the other to base e.",
            ((_NATS, _NATS, _NATS / _PIXELS),),
        ),
        Mistake(
            "units-base-ten",
            "This is the logarithm to base 10. Bits are those of base 2.",
            ((_NATS, _NATS / math.log(10), _NATS / math.log(10) / _PIXELS),),
        ),
        Mistake(
            "units-nats-per-pixel",
            "The last number is in nats per pixel: it still has to be turned into bits.",
            ((_NATS, _BITS, _NATS / _PIXELS),),
        ),
        Mistake(
            "units-per-batch",
            f"The sum was divided by a number of batches. It has a term for each of the {_IMAGES:,} images.",
            tuple(
                (_SUM / n, _SUM / n / math.log(2), _SUM / n / math.log(2) / _PIXELS)
                for n in (_IMAGES / _BATCH, _IMAGES / 100, _IMAGES / 128)
            ),
        ),
        Mistake(
            "units-sum-kept",
            "This is still the sum over all images. One image costs far less.",
            ((_SUM, _SUM / math.log(2), _SUM / math.log(2) / _PIXELS),),
        ),
        Mistake(
            "units-pixel-first",
            "The second number is divided by the pixels already: bits per image first, bits per pixel last.",
            ((_NATS, _BITS / _PIXELS, _BITS), (_NATS, _BITS / _PIXELS, _BITS / _PIXELS)),
        ),
        Mistake(
            "units-sign",
            "The program prints what an image costs, which is positive: it is minus the lower bound.",
            ((-_NATS, -_BITS, -_BITS / _PIXELS),),
        ),
    ),
)
