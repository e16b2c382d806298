"""The numbered equations of chapter 1, autoencoders."""

import autograd
import numpy as np

from equations.registry import checks
from vaecore import PCA, init_network, load_mnist, neural_net_predict
from vaecore.autoencoders import contractive_penalty, encode, squared_error
from vaecore.pca import principal_angles
from vaecore.training.autoencoders import autoencoder_loss


def networks(rng):
    """An encoder 8-6-3, a decoder 3-6-8, both with biases, in float64; and 40 images."""
    params = init_network([8, 6, 3], rng, float), init_network([3, 6, 8], rng, float)
    for network in params:
        for _, biases in network:
            biases[:] = rng.normal(size=biases.shape)
    return *params, rng.uniform(0.05, 0.95, (40, 8))


def by_hand(encoder, x):
    """The code of one image, tanh, layer by layer."""
    (w1, b1), (w2, b2) = encoder
    return np.tanh(np.tanh(x @ w1 + b1) @ w2 + b2)


def error_by_hand(decoder, z, x):
    s = 1 / (1 + np.exp(-neural_net_predict(decoder, z[None])[0]))
    return -sum(np.log(p) * t + np.log(1 - p) * (1 - t) for p, t in zip(s, x, strict=True))


@checks("eq-ae-loss", "eq-ae-sparse", "eq-ae-contractive")
def the_losses_are_means_over_images_one_by_one() -> None:
    """Image by image with autograd's Jacobian, to 1e-10; and each addition really adds."""
    rng = np.random.default_rng(1)
    encoder, decoder, images = networks(rng)
    codes = [by_hand(encoder, x) for x in images]
    errors = [error_by_hand(decoder, z, x) for z, x in zip(codes, images, strict=True)]
    jacobians = [autograd.jacobian(lambda x: encode(encoder, x[None], "tanh")[0])(x) for x in images]
    alpha = 0.7
    expected = {
        "plain": np.mean(errors),
        "sparse": np.mean([e + alpha * np.abs(z).sum() for e, z in zip(errors, codes, strict=True)]),
        "contractive": np.mean([e + alpha * np.sum(j**2) for e, j in zip(errors, jacobians, strict=True)]),
    }
    for kind, value in expected.items():
        loss = autoencoder_loss(encoder, decoder, images, rng, kind=kind, weight=alpha, code="tanh")
        np.testing.assert_allclose(loss, value, rtol=1e-10)
    assert expected["sparse"] > expected["plain"] + 0.1 < expected["contractive"]


@checks("eq-ae-loss")
def a_copy_has_the_least_loss() -> None:
    """With a code as long as the image, the identity loses nothing; with a shorter one, something is lost."""
    images = np.random.default_rng(2).random((30, 5))
    identity = [(np.eye(5), np.zeros(5))]
    rng = np.random.default_rng(0)
    assert autoencoder_loss(identity, identity, images, rng, output="linear") == 0
    short = [(np.eye(5)[:, :4], np.zeros(4))], [(np.eye(5)[:4], np.zeros(5))]
    assert autoencoder_loss(*short, images, rng, output="linear") > 0.1


@checks("eq-ae-squared")
def the_squared_error_is_a_squared_length() -> None:
    """|x|^2 - 2 x.x' + |x'|^2 for 100 pairs; 0 for x' = x and nowhere else."""
    rng = np.random.default_rng(3)
    x, y = rng.random((100, 9)), rng.random((100, 9))
    expanded = np.sum(x * x, axis=1) - 2 * np.sum(x * y, axis=1) + np.sum(y * y, axis=1)
    np.testing.assert_allclose(squared_error(x, y), expanded, rtol=1e-10)
    assert (squared_error(x, x) == 0).all() and (squared_error(x, y) > 0).all()


@checks("eq-ae-pca", "eq-ae-pca-error")
def pca_loses_the_variances_that_it_leaves_out() -> None:
    """On 300 digits, for L = 1, 2, 5, 20: against np.linalg.svd, and worse planes lose more."""
    images = load_mnist("sample").train_images[:300].astype(float)
    rng = np.random.default_rng(4)
    centred = images - images.mean(axis=0)
    eigenvalues = np.linalg.svd(centred, compute_uv=False) ** 2 / len(images)
    for size in (1, 2, 5, 20):
        pca = PCA.fit(images, size)
        np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(size), atol=1e-12)
        z = np.array([[w @ (x - pca.mean) for w in pca.components] for x in images])
        np.testing.assert_allclose(pca.encode(images), z, atol=1e-10)
        outputs = np.array(
            [pca.mean + sum(c * w for c, w in zip(row, pca.components, strict=True)) for row in z]
        )
        np.testing.assert_allclose(pca.decode(z), outputs, atol=1e-10)
        lost = np.mean(np.sum((images - outputs) ** 2, axis=1))
        np.testing.assert_allclose(lost, eigenvalues[size:].sum(), rtol=1e-10)
        turned = np.linalg.qr(pca.components.T + 0.01 * rng.normal(size=(784, size)))[0].T
        assert principal_angles(turned, pca.components).max() > 0.05
        worse = PCA(pca.mean, turned)
        assert np.mean(squared_error(images, worse.decode(worse.encode(images)))) > lost


@checks("eq-ae-denoising")
def the_target_is_the_clean_image() -> None:
    """With the same random numbers, mask by mask; a loss against the damaged target would differ."""
    encoder, decoder, images = networks(np.random.default_rng(5))
    nu = 0.3
    b = np.random.default_rng(6).random(images.shape) >= nu
    assert 0.6 < b.mean() < 0.8
    codes = [by_hand(encoder, x) for x in images * b]
    pairs = {
        name: zip(codes, target, strict=True) for name, target in (("clean", images), ("seen", images * b))
    }
    mean = {name: np.mean([error_by_hand(decoder, z, x) for z, x in pair]) for name, pair in pairs.items()}
    loss = autoencoder_loss(
        encoder, decoder, images, np.random.default_rng(6), kind="denoising", fraction=nu, code="tanh"
    )
    np.testing.assert_allclose(loss, mean["clean"], rtol=1e-10)
    assert abs(mean["clean"] - mean["seen"]) > 0.1


@checks("eq-ae-jacobian")
def one_tanh_layer_has_this_norm() -> None:
    """The formula, autograd's Jacobian entry by entry, and the code, which finite differences move."""
    rng = np.random.default_rng(7)
    w, b, images = rng.normal(size=(4, 9)), rng.normal(size=4), rng.random((20, 9))  # W is (L, D)
    for x, penalty in zip(images, contractive_penalty([(w.T, b)], images, "tanh"), strict=True):
        z = np.tanh(w @ x + b)
        formula = sum((1 - z[j] ** 2) ** 2 * sum(w[j, k] ** 2 for k in range(9)) for j in range(4))
        jacobian = autograd.jacobian(lambda x: autograd.numpy.tanh(autograd.numpy.dot(w, x) + b))(x)
        h = 1e-6
        steps = [(np.tanh(w @ (x + h * e) + b) - np.tanh(w @ (x - h * e) + b)) / (2 * h) for e in np.eye(9)]
        np.testing.assert_allclose(penalty, formula, rtol=1e-12)
        np.testing.assert_allclose(formula, np.sum(jacobian**2), rtol=1e-10)
        np.testing.assert_allclose(formula, np.sum(np.square(steps)), rtol=1e-6)
