"""Exercise of chapter 9: PCA as a VAE, and its encoder (C9-encoder)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def encode_ppca(images, mean, components, variances):
    latent_size, size = components.shape
    # [answer]
    noise = np.sum(variances[latent_size:]) / (size - latent_size)  # sigma^2
    kept = variances[:latent_size]
    means = (images - mean) @ components.T * np.sqrt(kept - noise) / kept
    log_stds = np.tile(0.5 * np.log(noise / kept), (len(images), 1))
    return means, log_stds
    # [end]


_rng = np.random.default_rng(9)


def _turn(size):
    return np.linalg.qr(_rng.standard_normal((size, size)))[0]


FOUR = "3 images with 4 pixels, 2 components, variances (4, 2, 0.5, 0.3)"
SIX = "2 images with 6 pixels, 3 components, variances (5, 3, 2, 0.4, 0.2, 0.1)"
_ENCODE = {
    FOUR: (
        _rng.standard_normal((3, 4)) + 1, np.array([1.0, -0.5, 2.0, 0.5]), _turn(4)[:2],
        np.array([4.0, 2.0, 0.5, 0.3]),
    ),
    SIX: (
        _rng.standard_normal((2, 6)), _rng.standard_normal(6), _turn(6)[:3],
        np.array([5.0, 3.0, 2.0, 0.4, 0.2, 0.1]),
    ),
    "1 image with 3 pixels, 1 component, whole numbers": (
        np.array([[2.0, -1, 4]]), np.array([1.0, 0, 1]), np.array([[0.0, 1, 0]]), np.array([6.0, 3, 1])
    ),
}  # fmt: skip


def _posterior(shorten=None, log_std=None, noise_of=None, code=None):
    """A wrong encoder: shorten(kept, noise), log_std(kept, noise), noise_of(variances, L), code(x, m, u)."""
    shorten = shorten or (lambda kept, noise: np.sqrt(kept - noise) / kept)
    log_std = log_std or (lambda kept, noise: 0.5 * np.log(noise / kept))
    noise_of = noise_of or (lambda variances, n: variances[n:].mean())
    code = code or (lambda x, m, u: (x - m) @ u.T)

    def wrong(images, mean, components, variances):
        n = len(components)
        noise = noise_of(variances, n)
        means = code(images, mean, components) * shorten(variances[:n], noise)
        return means, np.tile(log_std(variances[:n], noise), (len(images), 1))

    return wrong


def _one_row_of_stds(readings) -> bool:
    """Means (B, L) and log stds (L,) do not make one array."""
    seen = list(readings.values())
    return all(isinstance(r, Trouble) and r.kind == "unusable" and "into one array" in r.text for r in seen)


C9_ENCODER = CodeExercise(
    id="C9-encoder",
    chapter=9,
    title="The encoder of probabilistic PCA",
    question=(
        "`images` (B, D), `mean` (D,), `components` (L, D), unit length, and all D `variances` (D,) "
        "come from PCA. Return the means and the log standard deviations of p(z | x), two arrays (B, L), for "
        "the best linear VAE. Entry j of the mean is sqrt(lambda_j - sigma^2) / lambda_j times that of PCA's "
        "code, its variance is sigma^2 / lambda_j, and sigma^2 is the mean of the variances that are left "
        "out."
    ),
    hints=(
        "Three numbers first: L and D are the shape of components; sigma^2 is a mean over D - L variances.",
        "PCA's code is (images - mean) @ components.T. Multiply it by one factor for each component.",
        "log std is half of log variance, and it is the same for every image: np.tile makes B rows of it.",
    ),
    reason="The noise shows in both: the more of it, the shorter the code and the wider the posterior.",
    see="See chapter 9, 'Back to the beginning: PCA is a VAE'.",
    solution=encode_ppca,
    inputs=_ENCODE,
    mistakes=(
        Mistake(
            "ppca-not-shortened",
            "The means are PCA's code as it is. The prior wants numbers of variance 1, and part of the code "
            "is noise: there is a factor for each component.",
            (_posterior(shorten=lambda kept, noise: 1),),
        ),
        Mistake(
            "ppca-no-noise-taken-off",
            "The code is scaled to variance 1, as if there were no noise: the factor is sqrt(lambda - "
            "sigma^2) / lambda, which is less than 1 / sqrt(lambda).",
            (_posterior(shorten=lambda kept, noise: 1 / np.sqrt(kept)),),
        ),
        Mistake(
            "ppca-no-root",
            "The root is missing: the length of a row of W is sqrt(lambda - sigma^2).",
            (_posterior(shorten=lambda kept, noise: (kept - noise) / kept),),
        ),
        Mistake(
            "ppca-noise-summed",
            "sigma^2 is the mean of the variances that are left out, not their sum: each pixel direction has "
            "the same noise.",
            (_posterior(noise_of=lambda variances, n: variances[n:].sum()),),
        ),
        Mistake(
            "ppca-noise-over-all",
            "The left-out variances are divided by D, or all variances are averaged. sigma^2 is the mean of "
            "the D - L that are left out.",
            (
                _posterior(noise_of=lambda variances, n: variances[n:].sum() / len(variances)),
                _posterior(noise_of=lambda variances, n: variances.mean()),
            ),
        ),
        Mistake(
            "ppca-variance-for-log-std",
            "The second array holds variances, or standard deviations: its logarithm is wanted.",
            (
                _posterior(log_std=lambda kept, noise: noise / kept),
                _posterior(log_std=lambda kept, noise: np.sqrt(noise / kept)),
            ),
        ),
        Mistake(
            "ppca-log-variance",
            "The second array holds the logarithms of the variances: half of them are those of the stds.",
            (_posterior(log_std=lambda kept, noise: np.log(noise / kept)),),
        ),
        Mistake(
            "ppca-std-of-pixels",
            "The std is that of the noise on the pixels, or of the prior. The posterior's variance is "
            "sigma^2 / lambda_j: the more a component varies, the better it is known.",
            (
                _posterior(log_std=lambda kept, noise: np.full(len(kept), 0.5 * np.log(noise))),
                _posterior(log_std=lambda kept, noise: np.zeros(len(kept))),
            ),
        ),
        Mistake(
            "ppca-not-centred",
            "The mean image has not been taken off: PCA's code is that of x minus the mean.",
            (_posterior(code=lambda x, m, u: x @ u.T),),
        ),
        Mistake(
            "ppca-one-array",
            "Means and log stds stand side by side in one array, as the lab's encoder puts them out. Here "
            "they come back as two arrays of the same shape.",
            (lambda x, m, u, v: np.concatenate(encode_ppca(x, m, u, v), axis=1),),
        ),
        Mistake(
            "ppca-one-row-of-stds",
            "There is one row of log stds for all images. They are equal, but every image gets its own row: "
            "two arrays of the same shape.",
            (lambda x, m, u, v: (encode_ppca(x, m, u, v)[0], encode_ppca(x, m, u, v)[1][0]),),
            when=_one_row_of_stds,
        ),
    ),
)
