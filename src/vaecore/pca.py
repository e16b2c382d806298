"""Principal component analysis: the simplest autoencoder, whose best weights are known in closed form."""

from typing import Any

import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.products import product


class PCA:
    """A linear encoder and decoder that share one matrix, W = `components`.

        z = (x - m) W^T        encode: L numbers, how far x lies along each component
        x' = m + z W           decode: the point nearest to x that the components can reach

    mean: m, (D,).  components: W, (L, D), its rows orthonormal.  variances: (L,), how much the data vary
    along each component, the largest first.  `PCA.fit` finds them.
    Raises InvalidInputError if the shapes do not fit or the rows are not orthonormal.

    Source: Pearson (1901), "On lines and planes of closest fit to systems of points in space"; Hotelling
    (1933), "Analysis of a complex of statistical variables into principal components".
    """

    def __init__(self, mean: Any, components: Any, variances: Any = None) -> None:
        self.components = validation.batch(components, "components")
        self.mean = validation.float_array(mean, "mean")
        size, width = self.components.shape
        if self.mean.shape != (width,):
            raise InvalidInputError(
                f"mean has shape {self.mean.shape}, expected ({width},): one number for each column of "
                f"components, which has shape {self.components.shape}"
            )
        validation.finite(self.mean, "mean")
        validation.finite(self.components, "components")
        products = self.components.astype(float) @ self.components.T.astype(float)
        if not np.allclose(products, np.eye(size), atol=1e-4):
            raise InvalidInputError(
                "the rows of components are not orthonormal; expected length 1 and right angles: "
                "PCA.fit makes such rows"
            )
        self.variances = None if variances is None else np.asarray(variances)

    @classmethod
    def fit(cls, images: Any, components: int) -> "PCA":
        """Return the PCA with the given number of components, L, that reconstructs `images` best.

            m = 1/N sum_i x_i,      C = 1/N sum_i (x_i - m)(x_i - m)^T

        The components are the eigenvectors of C with the L largest eigenvalues; these are the variances.
        The sign of a component is free: here its entry of the largest size is positive.

        images: (N, D), N >= 2, any finite numbers.  The result has their dtype; inside, float64 is used.
        Raises InvalidInputError for fewer than two images, or more components than D.
        """
        images = validation.batch(images, "images")
        validation.finite(images, "images")
        count, width = images.shape
        components = validation.whole_number(components, "components")
        if count < 2 or components > width:
            raise InvalidInputError(
                f"components is {components} and images has shape {images.shape}, expected at least two "
                f"images and at most {width} components, one for each pixel"
            )
        x = images.astype(np.float64)
        mean = x.mean(axis=0)
        covariance = product((x - mean).T, x - mean) / count  # (D, D)
        eigenvalues, eigenvectors = np.linalg.eigh(covariance)  # in rising order, one eigenvector a column
        w = eigenvectors[:, ::-1][:, :components].T  # (L, D)
        largest = np.take_along_axis(w, np.argmax(np.abs(w), axis=1)[:, None], axis=1)  # (L, 1)
        w = w * np.sign(largest)
        dtype = images.dtype
        return cls(mean.astype(dtype), w.astype(dtype), np.maximum(eigenvalues[::-1][:components], 0))

    @property
    def latent_size(self) -> int:
        """L, the number of components."""
        return len(self.components)

    @property
    def image_size(self) -> int:
        """D, the number of pixels of an image."""
        return self.components.shape[1]

    def __repr__(self) -> str:
        return f"PCA({self.image_size}-{self.latent_size})"

    def encode(self, images: Any) -> Any:
        """Return z = (x - m) W^T: (B, D) to (B, L).  Raises InvalidInputError for another width, or NaN."""
        images = validation.batch(images, "images", width=self.image_size)
        validation.finite(images, "images")
        return product(images - self.mean, self.components.T)

    def decode(self, z: Any) -> Any:
        """Return x' = m + z W: (B, L) to (B, D).  Its pixels may lie outside [0, 1].

        Raises InvalidInputError for another width, or NaN.
        """
        z = validation.batch(z, "z", width=self.latent_size)
        validation.finite(z, "z")
        return self.mean + product(z, self.components)


def principal_angles(a: Any, b: Any) -> np.ndarray:
    """Return the angles between the spaces that the rows of a and of b span, in radians, the smallest first.

    All are 0 if one space contains the other; pi/2 stands for a direction at right angles to the other space.
    With orthonormal rows Q_a, Q_b, the singular values of Q_a Q_b^T are the cosines of the angles, those of
    Q_b - Q_b Q_a^T Q_a the sines.  Small angles need the sines: near 1, a cosine hardly changes.

    a: (L, D), b: (M, D), rows linearly independent.  Returns (min(L, M),), float64.
    Raises InvalidInputError for widths that differ, rows that depend on each other, or NaN.

    Source: Björck & Golub (1973), "Numerical methods for computing angles between linear subspaces".
    """
    a = validation.batch(a, "a")
    b = validation.batch(b, "b", width=np.shape(a)[1])
    if len(a) < len(b):
        a, b = b, a  # the smaller space is projected on the larger one
    bases = []
    for rows in (a, b):
        validation.finite(rows, "the rows")
        if np.linalg.matrix_rank(rows) < len(rows):
            raise InvalidInputError(
                f"the {len(rows)} rows of shape {rows.shape} depend on each other, expected a basis: "
                "rows of which none is a combination of the others"
            )
        bases.append(np.linalg.qr(rows.astype(np.float64).T)[0].T)
    q_a, q_b = bases
    projections = q_b @ q_a.T  # (M, L)
    cosines = np.linalg.svd(projections, compute_uv=False)  # falling: the angles rise
    sines = np.linalg.svd(q_b - projections @ q_a, compute_uv=False)[: len(b)][::-1]
    return np.arctan2(sines, cosines)
