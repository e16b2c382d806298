"""Exercise of chapter 1: the loss of a sparse denoising autoencoder (X-1d)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def sparse_denoising_loss(x, keep, encode, decode, alpha):
    # [answer]
    z = encode(x * keep)
    error = np.sum((x - decode(z)) ** 2, axis=1)
    price = alpha * np.sum(np.abs(z), axis=1)
    return np.mean(error + price)
    # [end]


def _networks(seed, pixels, codes):
    rng = np.random.default_rng(seed)
    down, up = rng.standard_normal((pixels, codes)), rng.standard_normal((codes, pixels))
    shift = rng.standard_normal(codes)
    return (lambda x: np.tanh(x @ down + shift)), (lambda z: 0.5 + z @ up / 4)


def _problem(seed, images, pixels, codes, alpha):
    rng = np.random.default_rng(seed)
    x = rng.random((images, pixels)).round(2)
    keep = (rng.random((images, pixels)) < 0.5).astype(float)
    return x, keep, *_networks(seed, pixels, codes), alpha


def _whole(seed, images, pixels, codes):
    """Black and white images, and an alpha that is a whole number."""
    x, keep, encode, decode, _ = _problem(seed, images, pixels, codes, 1)
    return np.round(x), keep, encode, decode, 1


def _loss(formula=None, damage=None, price=None, average=np.mean, average_price=None):
    """Return a wrong loss of squared errors e, codes z and alpha."""
    damage = damage or (lambda x, keep: x * keep)
    formula = formula or (lambda x, keep, out: np.sum((x - out) ** 2, axis=1))
    price = price or (lambda z: np.sum(np.abs(z), axis=1))

    def wrong(x, keep, encode, decode, alpha):
        z = encode(damage(x, keep))
        error, cost = formula(x, keep, decode(z)), alpha * price(z)
        return average(error) + (average_price or average)(cost)

    return wrong


def _code_of_the_clean(x, keep, encode, decode, alpha):
    error = np.sum((x - decode(encode(x * keep))) ** 2, axis=1)
    return np.mean(error + alpha * np.sum(np.abs(encode(x)), axis=1))


X_1D = CodeExercise(
    id="X-1d",
    chapter=1,
    title="Sparse and denoising at once",
    question=(
        "A loss with two additions at once. The mask `keep` is 1 where a pixel of `x` stays and 0 where it "
        "is lost, both of shape (B, D). `encode` turns images into codes (B, L), `decode` codes into "
        "images. Encode the damaged images; return the mean over the images of the squared error plus "
        "`alpha` times the L1 norm of the code: one number."
    ),
    hints=(
        "Damage is done to the input alone: `x * keep`. What is the output compared with?",
        "The L1 norm of a code is the sum of the absolute values of its L numbers. The code is the one that "
        "the decoder gets.",
        "Sum over axis 1, pixels or code; add the two; then take the mean over the images.",
    ),
    reason=(
        "Denoising: the damage is on the input, and the target stays clean. Sparse: a price on |z|, for each "
        "number of the code. Neither asks how codes are distributed."
    ),
    see="See chapter 1, 'Three ways to ask for more'.",
    solution=sparse_denoising_loss,
    inputs={
        "3 images of 5 pixels, codes of 2 numbers, alpha = 0.3": _problem(1, 3, 5, 2, 0.3),
        "4 images of 6 pixels, codes of 3 numbers, alpha = 2": _problem(2, 4, 6, 3, 2.0),
        "1 image of 1 pixel, a code of 1 number, alpha = 0.7": _problem(3, 1, 1, 1, 0.7),
        "2 images of 7 pixels, codes of 4 numbers, black and white, alpha = 1": _whole(4, 2, 7, 4),
    },
    mistakes=(
        Mistake(
            "ae-denoising-noisy-target",
            "The output is compared with the damaged image, so the network is asked to keep the damage. The "
            "target is the whole image.",
            (_loss(lambda x, keep, out: np.sum((x * keep - out) ** 2, axis=1)),),
        ),
        Mistake(
            "ae-not-damaged",
            "The damage never reaches the encoder: it was given the whole images.",
            (_loss(damage=lambda x, keep: x),),
        ),
        Mistake(
            "ae-kept-pixels-only",
            "Only the pixels that stayed are compared. Then nobody asks for the lost ones, and nothing is "
            "learned about mending.",
            (
                _loss(lambda x, keep, out: np.sum(keep * (x - out) ** 2, axis=1)),
                _loss(lambda x, keep, out: np.sum((x - out * keep) ** 2, axis=1)),
            ),
        ),
        Mistake(
            "ae-damage-reversed",
            "The pixels with `keep` = 1 were lost, and the others stayed.",
            (_loss(damage=lambda x, keep: x * (1 - keep)),),
        ),
        Mistake(
            "ae-sparse-clean-code",
            "The price is that of the whole image's code. The code in use is that of the damaged one.",
            (_code_of_the_clean,),
        ),
        Mistake(
            "ae-sparse-l2",
            "This is a price on squares (L2). It makes all numbers of a code small, and hardly any of them "
            "0; L1 takes absolute values.",
            (
                _loss(price=lambda z: np.sum(z**2, axis=1)),
                _loss(price=lambda z: np.linalg.norm(z, axis=1)),
            ),
        ),
        Mistake(
            "ae-sparse-signed",
            "The numbers of the code were added with their signs, so that negative ones pay for positive "
            "ones. The L1 norm takes absolute values.",
            (_loss(price=lambda z: np.sum(z, axis=1)),),
        ),
        Mistake(
            "ae-sparse-count",
            "Active units were counted. Their number does not change when a weight moves a little, so it "
            "has no gradient to follow; the L1 norm has.",
            (_loss(price=lambda z: np.sum(z > 0, axis=1)), _loss(price=lambda z: np.sum(z != 0, axis=1))),
        ),
        Mistake(
            "ae-sparse-price-missing",
            "The price on the code is missing.",
            (_loss(price=lambda z: 0),),
        ),
        Mistake(
            "ae-sparse-no-weight",
            "The price has no weight: alpha says how much of it is added.",
            (lambda x, keep, encode, decode, alpha: sparse_denoising_loss(x, keep, encode, decode, 1),),
        ),
        Mistake(
            "ae-error-not-squared",
            "The differences were not squared, or a root was taken afterwards: an image's squared error is "
            "the plain sum of the squares over its pixels.",
            (
                _loss(lambda x, keep, out: np.sum(np.abs(x - out), axis=1)),
                _loss(lambda x, keep, out: np.linalg.norm(x - out, axis=1)),
            ),
        ),
        Mistake(
            "ae-sparse-price-subtracted",
            "The price was subtracted: this loss rewards large codes.",
            (_loss(price=lambda z: -np.sum(np.abs(z), axis=1)),),
        ),
        Mistake(
            "ae-mean-for-sum",
            "A mean was taken within an image, over its pixels or over its code. That changes how much alpha "
            "weighs: sum there, and take the mean over the images.",
            (
                _loss(lambda x, keep, out: np.mean((x - out) ** 2, axis=1)),
                _loss(price=lambda z: np.mean(np.abs(z), axis=1)),
                _loss(
                    lambda x, keep, out: np.mean((x - out) ** 2, axis=1),
                    price=lambda z: np.mean(np.abs(z), axis=1),
                ),
            ),
        ),
        Mistake(
            "ae-summed-over-images",
            "The error, the price or both are summed over the images, and grow with their number: take the "
            "mean of both.",
            (
                _loss(average=np.sum),
                _loss(average=np.sum, average_price=np.mean),
                _loss(average_price=np.sum),
            ),
        ),
        Mistake(
            "ae-one-for-each-image",
            "These are the losses of the single images: their mean is asked for.",
            (_loss(average=lambda losses: losses),),
        ),
    ),
)
