"""PCA: orthonormal, the best of all linear codes, and measured by angles that are known in closed form."""

import numpy as np
import pytest

from vaecore import PCA, InvalidInputError
from vaecore.pca import principal_angles


def orthonormal(rng, rows, width):
    return np.linalg.qr(rng.normal(size=(width, rows)))[0].T


@pytest.fixture
def data(rng):
    """200 points in 6 dimensions, with variation 4, 3, 2, 1, 0.5 and 0.1 along random directions."""
    return rng.normal(size=(200, 6)) * [4, 3, 2, 1, 0.5, 0.1] @ orthonormal(rng, 6, 6) + rng.normal(size=6)


@pytest.mark.parametrize("components", [1, 3, 6])
def test_the_components_are_orthonormal_and_the_codes_uncorrelated(data, components):
    pca = PCA.fit(data, components)
    assert (pca.latent_size, pca.image_size, repr(pca)) == (components, 6, f"PCA(6-{components})")
    np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(components), atol=1e-12)
    z = pca.encode(data)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(z.T @ z / len(z), np.diag(pca.variances), atol=1e-10)
    assert (np.diff(pca.variances) < 0).all()


def test_the_error_is_the_variance_that_is_left_out(data):
    """Eckart & Young: the sum of the squared singular values that are left out."""
    singular_values = np.linalg.svd(data - data.mean(axis=0), compute_uv=False)
    for components in range(1, 7):
        pca = PCA.fit(data, components)
        error = np.sum((pca.decode(pca.encode(data)) - data) ** 2)
        np.testing.assert_allclose(error, np.sum(singular_values[components:] ** 2), atol=1e-8)


def test_no_other_subspace_reconstructs_better(data, rng):
    pca = PCA.fit(data, 2)
    best = np.sum((pca.decode(pca.encode(data)) - data) ** 2)
    for _ in range(200):
        other = PCA(pca.mean, orthonormal(rng, 2, 6))
        assert np.sum((other.decode(other.encode(data)) - data) ** 2) > best


def test_a_known_plane_is_found_exactly(rng):
    plane = orthonormal(rng, 2, 9)
    points = rng.normal(size=(50, 2)) @ plane + 3
    pca = PCA.fit(points, 2)
    assert principal_angles(pca.components, plane).max() < 1e-7
    np.testing.assert_allclose(pca.decode(pca.encode(points)), points, atol=1e-10)


def test_the_sign_is_fixed_and_the_dtype_follows(data):
    pca = PCA.fit(data, 3)
    mirrored = PCA.fit(2 * data.mean(axis=0) - data, 3)
    np.testing.assert_allclose(mirrored.components, pca.components, atol=1e-9)
    single = PCA.fit(data.astype(np.float32), 3)
    assert {a.dtype for a in (single.components, single.mean, single.encode(data.astype(np.float32)))} == {
        np.dtype(np.float32)
    }


@pytest.mark.parametrize(
    ("images", "components", "what"),
    [
        (np.ones((5, 3)), 4, r"components is 4 and images has shape \(5, 3\)"),
        (np.ones((1, 3)), 2, "at least two images"),
        (np.ones((5, 3)), 0, "components is 0, expected a whole number"),
        (np.full((5, 3), np.nan), 2, "NaN"),
        (np.ones(5), 2, "two axes"),
    ],
)
def test_fit_refuses(images, components, what):
    with pytest.raises(InvalidInputError, match=what):
        PCA.fit(images, components)


def test_it_refuses_rows_that_are_not_orthonormal_and_other_widths(data):
    with pytest.raises(InvalidInputError, match="not orthonormal"):
        PCA(np.zeros(2), np.array([[1.0, 1.0]]))
    with pytest.raises(InvalidInputError, match=r"mean has shape \(3,\), expected \(2,\)"):
        PCA(np.zeros(3), np.eye(2))
    pca = PCA.fit(data, 2)
    with pytest.raises(InvalidInputError, match=r"images has shape \(1, 5\), expected \(B, 6\)"):
        pca.encode(np.ones((1, 5)))
    with pytest.raises(InvalidInputError, match=r"z has shape \(1, 3\), expected \(B, 2\)"):
        pca.decode(np.ones((1, 3)))


@pytest.mark.parametrize("angle", [0, 1e-9, 1e-5, 0.3, np.pi / 2 - 1e-9, np.pi / 2])
def test_the_angle_of_a_plane_that_was_turned_by_a_known_angle(rng, angle):
    """The plane of e1 and e2, and the one of e1 and cos e2 + sin e3, rotated, in random bases."""
    turned = np.array([[1, 0, 0, 0, 0], [0, np.cos(angle), np.sin(angle), 0, 0]])
    rotation = orthonormal(rng, 5, 5)
    a = rng.normal(size=(2, 2)) @ np.eye(2, 5) @ rotation
    b = rng.normal(size=(2, 2)) @ turned @ rotation
    np.testing.assert_allclose(principal_angles(a, b), [0, angle], rtol=1e-6, atol=1e-13)
    np.testing.assert_allclose(principal_angles(b, a), [0, angle], rtol=1e-6, atol=1e-13)


def test_a_line_in_a_plane_has_no_angle_to_it(rng):
    plane = rng.normal(size=(2, 7))
    np.testing.assert_allclose(principal_angles(rng.normal(size=(1, 2)) @ plane, plane), [0], atol=1e-12)
    np.testing.assert_allclose(principal_angles(plane, rng.normal(size=(1, 2)) @ plane), [0], atol=1e-12)


def test_rows_that_span_no_plane_are_refused():
    with pytest.raises(InvalidInputError, match="depend on each other"):
        principal_angles(np.ones((2, 4)), np.eye(4))
