"""Exercises of chapter 1: the gap in a map (S-GAP), and the loss of a sparse denoising autoencoder (X-1d)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake

# ---------------------------------------------------------------- S-GAP: the loneliest place


def loneliest(z, codes):
    # [answer]
    distances = np.linalg.norm(z[:, None] - codes[None], axis=2)  # (M, N)
    nearest = distances.min(axis=1)  # (M,)
    return z[np.argmax(nearest)]
    # [end]


def _distances(z, codes):
    return np.linalg.norm(z[:, None] - codes[None], axis=-1)


def _map(seed, places, count):
    rng = np.random.default_rng(seed)
    islands = rng.uniform(-4, 4, (3, 2))
    codes = islands[rng.integers(3, size=count)] + 0.5 * rng.standard_normal((count, 2))
    return rng.uniform(-5, 5, (places, 2)).round(1), codes.round(1)


_GAPS = {
    f"{places} places and {count} codes (map {k})": _map(seed, places, count)
    for k, (seed, places, count) in enumerate(((753, 14, 15), (598, 14, 15)), start=1)
}

S_GAP = CodeExercise(
    id="S-GAP",
    chapter=1,
    title="Find the gap",
    question=(
        "Among the places `z`, shape (M, 2), find the one that is farthest from all `codes`, shape (N, 2): "
        "the place whose nearest code is farthest away. Return that place, shape (2,)."
    ),
    hints=(
        "First the distance of every place from every code: a table of shape (M, N).",
        "`z[:, None] - codes[None]` has shape (M, N, 2), and `np.linalg.norm` with `axis=2` makes the table.",
        "Take the smallest number of each row, then the row in which it is largest: `min` over axis 1, "
        "`argmax`.",
    ),
    reason=(
        "A place is in a gap if even its nearest code is far. That is a maximum over places of a minimum "
        "over codes; the two must not change places."
    ),
    see="See chapter 1, 'The gaps'.",
    solution=loneliest,
    inputs=_GAPS,
    tolerance="The result is one of the places; they are at least 0.1 apart.",
    mistakes=(
        Mistake(
            "gap-mean-distance",
            "This place has the largest mean distance. A place at the rim has that too, even with a code "
            "right beside it. It is the nearest code that counts.",
            (lambda z, codes: z[np.argmax(_distances(z, codes).mean(axis=1))],),
        ),
        Mistake(
            "gap-farthest-code",
            "For each place the farthest code was taken. Every place is far from some code; a gap is far "
            "from the nearest one.",
            (lambda z, codes: z[np.argmax(_distances(z, codes).max(axis=1))],),
        ),
        Mistake(
            "gap-most-crowded",
            "This is the place closest to a code: the opposite of a gap.",
            (lambda z, codes: z[np.argmin(_distances(z, codes).min(axis=1))],),
        ),
        Mistake(
            "gap-centre",
            "The distance was measured from one point, the middle of all codes or 0. A gap may well lie in "
            "the middle, and the rim may be crowded.",
            (
                lambda z, codes: z[np.argmax(np.linalg.norm(z - codes.mean(axis=0), axis=1))],
                lambda z, codes: z[np.argmax(np.linalg.norm(z, axis=1))],
            ),
        ),
        Mistake(
            "gap-index",
            "This is the number of the place in the list; the place itself was asked for.",
            (lambda z, codes: np.argmax(_distances(z, codes).min(axis=1)),),
        ),
        Mistake(
            "gap-distance",
            "This is how far the nearest code is; the place itself was asked for.",
            (
                lambda z, codes: _distances(z, codes).min(axis=1).max(),
                lambda z, codes: _distances(z, codes).min(axis=1),
            ),
        ),
        Mistake(
            "gap-loneliest-code",
            "The smallest distance was taken over the places, so this is a code and not a place. "
            "Take it over "
            "the codes, axis 1 of the table.",
            (lambda z, codes: codes[np.argmax(_distances(z, codes).min(axis=0))],),
        ),
        Mistake(
            "gap-signed-difference",
            "Differences were added up without a square: to the left and to the right cancel. A distance is "
            "the root of the sum of squares.",
            (lambda z, codes: z[np.argmax((z[:, None] - codes[None]).sum(axis=2).min(axis=1))],),
        ),
        Mistake(
            "gap-other-distance",
            "Absolute differences were added up, or the larger one taken. The straight distance is the root "
            "of the sum of squares.",
            (
                lambda z, codes: z[np.argmax(np.abs(z[:, None] - codes).sum(axis=2).min(axis=1))],
                lambda z, codes: z[np.argmax(np.abs(z[:, None] - codes).max(axis=2).min(axis=1))],
            ),
        ),
    ),
)

# ---------------------------------------------------------------- X-1d: sparse and denoising at once


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
