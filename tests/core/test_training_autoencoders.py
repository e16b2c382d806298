"""Training autoencoders: each kind minimises what it says, and the linear one finds the plane of PCA."""

import numpy as np
import pytest

from vaecore import PCA, DivergenceError, InvalidInputError, init_network, load_mnist, train_autoencoder
from vaecore.autoencoders import KINDS, contractive_penalty, corrupt, cross_entropy, squared_error
from vaecore.foundations.networks import neural_net_predict
from vaecore.pca import principal_angles
from vaecore.training.autoencoders import autoencoder_loss

SMALL = {"hidden_sizes": (8,), "latent_size": 2, "batch_size": 20, "epochs": 2, "progress": False}


def blobs(n, rng, dtype=np.float64):
    """n points in 12 dimensions within [0, 1], which vary most in a plane."""
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(12, 12)))[0]
    return np.clip(0.5 + rng.normal(size=(n, 12)) * [0.4, 0.35, *[0.03] * 10] @ axes, 0, 1).astype(dtype)


@pytest.mark.parametrize("output", ["sigmoid", "linear"])
def test_the_loss_of_each_kind(rng, output):
    images = blobs(7, rng)
    encoder, decoder = init_network([12, 5, 3], rng, float), init_network([3, 5, 12], rng, float)
    error = cross_entropy if output == "sigmoid" else squared_error

    def loss(kind, seed=1, weight=0.3):
        return autoencoder_loss(
            encoder, decoder, images, np.random.default_rng(seed), kind=kind, weight=weight, output=output,
            code="tanh", fraction=0.4,
        )  # fmt: skip

    def reconstruction(seen):
        z = np.tanh(neural_net_predict(encoder, seen))
        return z, np.mean(error(images, neural_net_predict(decoder, z)))

    z, plain = reconstruction(images)
    np.testing.assert_allclose(loss("plain"), plain)
    np.testing.assert_allclose(loss("sparse"), plain + 0.3 * np.mean(np.abs(z).sum(axis=1)))
    penalty = np.mean(contractive_penalty(encoder, images, "tanh"))
    np.testing.assert_allclose(loss("contractive"), plain + 0.3 * penalty)
    _, denoising = reconstruction(corrupt(images, np.random.default_rng(1), 0.4))
    np.testing.assert_allclose(loss("denoising"), denoising)
    assert len({round(float(loss(kind)), 12) for kind in KINDS}) == 4


@pytest.mark.parametrize("seed", [1, 2])
def test_a_linear_autoencoder_finds_the_plane_of_pca(seed):
    """Baldi & Hornik (1989): squared error has one minimum, the plane of PCA, and no other valley."""
    images = blobs(300, np.random.default_rng(seed))
    result = train_autoencoder(
        images, np.random.default_rng(seed), hidden_sizes=(), latent_size=2, output="linear", epochs=400,
        batch_size=10, learning_rate=0.02, schedule="cosine", progress=False,
    )  # fmt: skip
    model, pca = result.autoencoder, PCA.fit(images, 2)
    ((weights, _),) = model.decoder_params
    assert principal_angles(weights, pca.components).max() < 1e-3
    error = np.mean(squared_error(images, model.decode(model.encode(images))))
    best = np.mean(squared_error(images, pca.decode(pca.encode(images))))
    assert best <= error < best * (1 + 1e-5)
    # The plane is PCA's, its two directions are not: the codes are a mixture of PCA's.
    cosines = pca.components @ (weights / np.linalg.norm(weights, axis=1, keepdims=True)).T
    assert np.abs(cosines).max(axis=1).min() < 0.9999


def test_an_untrained_one_has_another_plane(rng):
    pca = PCA.fit(blobs(300, rng), 2)
    assert principal_angles(init_network([2, 12], rng)[0][0], pca.components).max() > 0.3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_kind_learns(rng, kind, dtype):
    images, held_out = blobs(200, rng, dtype), blobs(50, rng, dtype)
    seen = []
    result = train_autoencoder(
        images, rng, kind=kind, held_out=held_out, hidden_sizes=(8,), latent_size=3, code="tanh",
        output="linear", weight=1e-4, fraction=0.1, row_limit=10, epochs=40, batch_size=20,
        learning_rate=0.01, progress=False,
        on_epoch=lambda history: seen.append(len(history["epoch"])),
    )  # fmt: skip
    history = result.history
    assert history["epoch"] == list(range(1, 41)) and seen == history["epoch"]
    for errors in (history["loss"], history["held_out_error"]):
        assert np.mean(errors[-5:]) < 0.7 * errors[0]
    arrays = [a for params in (result.autoencoder.encoder_params,) for layer in params for a in layer]
    assert all(a.dtype == dtype for a in arrays) and not result.interrupted


def test_sparsity_makes_few_units_active(rng):
    images = load_mnist("sample").train_images[:1000]
    active = {}
    for kind in ("plain", "sparse"):
        model = train_autoencoder(
            images, rng, kind=kind, weight=0.5, hidden_sizes=(), latent_size=32, code="relu",
            epochs=15, batch_size=50, learning_rate=0.005, progress=False,
        ).autoencoder  # fmt: skip
        z = model.encode(images)
        active[kind] = np.mean(z > 0)
        assert model.latent_size == 32  # the dimension stays
    assert active["sparse"] < 0.7 * active["plain"]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_the_decoder_are_kept_short_where_a_code_could_shrink_instead(rng, kind):
    model = train_autoencoder(
        blobs(100, rng), rng, kind=kind, weight=0.1, row_limit=0.25, **{**SMALL, "epochs": 20}
    ).autoencoder
    longest = np.linalg.norm(model.decoder_params[0][0], axis=1).max()
    assert (longest <= 0.25 + 1e-9) == (kind in ("sparse", "contractive"))


def test_the_same_seed_gives_the_same_run_and_another_another(rng):
    images = blobs(60, rng)
    runs = [
        train_autoencoder(images, np.random.default_rng(seed), kind="denoising", **SMALL).history["loss"]
        for seed in (5, 5, 6)
    ]
    assert runs[0] == runs[1] != runs[2]


def test_the_images_are_not_changed(rng):
    images = blobs(60, rng)
    images.setflags(write=False)
    train_autoencoder(images, rng, kind="denoising", **SMALL)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (
            {"kind": "variational"},
            "kind is 'variational', expected one of plain, sparse",
        ),
        ({"output": "relu"}, "output is 'relu', expected one of sigmoid, linear"),
        ({"code": "sigmoid"}, "code is 'sigmoid', expected one of linear, tanh, relu"),
        ({"schedule": "step"}, "schedule is 'step', expected one of constant, cosine"),
        ({"hidden_sizes": 200}, "hidden_sizes is 200, expected a list"),
        ({"latent_size": 0}, "latent_size is 0"),
        ({"batch_size": 61}, "batch_size is 61, expected at most the 60 images"),
        ({"weight": -1}, "weight is -1"),
        ({"fraction": 1.0}, "fraction is 1.0"),
        ({"row_limit": 0}, "row_limit is 0"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"held_out": np.ones((3, 5))}, r"held_out has shape \(3, 5\)"),
    ],
)
def test_bad_arguments_are_refused_before_the_first_step(rng, options, what):
    with pytest.raises(InvalidInputError, match=what):
        train_autoencoder(blobs(60, rng), rng, **{**SMALL, **options})


def test_divergence_is_named(rng):
    with pytest.raises(DivergenceError, match=r"diverged in epoch \d+.*smaller learning_rate than 1e\+200"):
        train_autoencoder(blobs(60, rng), rng, **{**SMALL, "output": "linear", "learning_rate": 1e200})


def test_ctrl_c_keeps_what_was_learnt(rng):
    def stop(history):
        if len(history["epoch"]) == 1:
            raise KeyboardInterrupt

    result = train_autoencoder(blobs(60, rng), rng, on_epoch=stop, **SMALL)
    assert result.interrupted and result.history["epoch"] == [1]
    assert np.isfinite(result.autoencoder.encode(blobs(3, rng))).all()
