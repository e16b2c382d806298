"""Exercise of chapter 2: the noise that suits a Gaussian output best (S-SIGMA)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def best_sigma(x, f):
    # [answer]
    return np.sqrt(np.mean((x - f) ** 2))
    # [end]


def _problem(seed, images, pixels, shift):
    """Data, and outputs that are too bright on the whole, so that the errors do not average to 0."""
    rng = np.random.default_rng(seed)
    x = rng.random((images, pixels)).round(2)
    return x, (x + shift + 0.2 * rng.standard_normal(x.shape)).round(2)


def _square(x, f):
    return (x - f) ** 2


S_SIGMA = CodeExercise(
    id="S-SIGMA",
    chapter=2,
    title="The best noise",
    question=(
        "Here `x` are data and `f` the decoder's outputs for them, both of shape (B, D). Return the one "
        "`sigma_x`, for the whole batch, that makes the Gaussian log-likelihood of the batch as large as "
        "possible: the sum over all images i and pixels j of log N(x_ij | f_ij, sigma_x^2)."
    ),
    hints=(
        "Call the summed squared error E, and the number of all pixels of all images n. What is the "
        "log-likelihood in terms of E, n and sigma_x?",
        "It is -E / (2 sigma^2) - n log(sigma), up to a constant. Its derivative in sigma is "
        "E / sigma^3 - n / sigma.",
        "Where that is 0, sigma^2 = E / n. Do not forget the root.",
    ),
    reason=(
        "The derivative of -E / (2 sigma^2) - n log sigma is E / sigma^3 - n / sigma, which is 0 at "
        "sigma^2 = E / n: the mean squared error per pixel. The noise is then as large as the errors are."
    ),
    see="See chapter 2, 'A Gaussian output is a squared error'.",
    solution=best_sigma,
    inputs={
        "2 images of 3 pixels": _problem(1, 2, 3, 0.1),
        "4 images of 5 pixels": _problem(2, 4, 5, 0.2),
        "1 image of 4 pixels": _problem(3, 1, 4, -0.3),
        "5 images of 1 pixel, whole numbers": (
            np.array([[0], [3], [-2], [5], [1]]), np.array([[1], [1], [-4], [2], [1]])
        ),
    },
    rtol=2e-3,
    tolerance=(
        "A search over a fine grid is right to 0.1% and passes; every mistake changes the result by more "
        "than 2%."
    ),
    mistakes=(
        Mistake(
            "sigma-variance",
            "This is sigma squared, the variance. Asked for is sigma, its root.",
            (lambda x, f: np.mean(_square(x, f)),),
        ),
        Mistake(
            "sigma-per-image",
            "The squared error was divided by the number of images. Each pixel has its own noise, so the "
            "mean runs over all pixels of all images.",
            (
                lambda x, f: np.sqrt(np.sum(_square(x, f)) / len(x)),
                lambda x, f: np.sqrt(np.sum(_square(x, f)) / x.shape[1]),
            ),
        ),
        Mistake(
            "sigma-sum",
            "The errors were added up and never divided: with more images the noise would grow.",
            (lambda x, f: np.sqrt(np.sum(_square(x, f))), lambda x, f: np.sum(_square(x, f))),
        ),
        Mistake(
            "sigma-centred",
            "This is the spread of the errors around their own mean (`np.std` does that). The Gaussian is "
            "centred at f: an f that is wrong on the whole counts as error.",
            (lambda x, f: np.std(x - f),),
        ),
        Mistake(
            "sigma-absolute",
            "This is the mean absolute error. It belongs to a Laplace distribution; the logarithm of a "
            "Gaussian has a square in it.",
            (lambda x, f: np.mean(np.abs(x - f)), lambda x, f: np.median(np.abs(x - f))),
        ),
        Mistake(
            "sigma-factor-two",
            "The squared error is twice or half as large as it should be under the root. The 1/2 in front "
            "of it and the 2 from differentiating sigma^-2 cancel.",
            (
                lambda x, f: np.sqrt(2 * np.mean(_square(x, f))),
                lambda x, f: np.sqrt(np.mean(_square(x, f)) / 2),
            ),
        ),
        Mistake(
            "sigma-one-less",
            "The sum was divided by n - 1. That corrects for a mean which is estimated from the same "
            "errors; f is given here.",
            (lambda x, f: np.sqrt(np.sum(_square(x, f)) / (x.size - 1)),),
        ),
        Mistake(
            "sigma-several",
            "Several numbers came back: one for each image or each pixel. One sigma for the whole batch was "
            "asked for.",
            (
                lambda x, f: np.sqrt(np.mean(_square(x, f), axis=1)),
                lambda x, f: np.sqrt(np.mean(_square(x, f), axis=0)),
                lambda x, f: np.abs(x - f),
            ),
        ),
        Mistake(
            "sigma-of-the-data",
            "This is how much the data vary, whatever the decoder says. The noise is what is left between x "
            "and f.",
            (lambda x, f: np.std(x), lambda x, f: np.sqrt(np.mean(x**2))),
        ),
        Mistake(
            "sigma-hidden",
            "This is the sigma that hides in a plain squared error without a factor, the root of 1/2. It "
            "does not look at the errors at all.",
            (lambda x, f: np.sqrt(0.5),),
        ),
        Mistake(
            "sigma-logarithm",
            "This is the logarithm of sigma.",
            (lambda x, f: np.log(best_sigma(x, f)),),
        ),
    ),
)
