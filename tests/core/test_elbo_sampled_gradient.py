"""One sample in k goes backward: the same value, and on average the same gradient, exactly."""

import numpy as np
import pytest

from vaecore import (
    CheckpointError,
    InvalidInputError,
    binarise,
    importance_weighted_bound,
    init_network,
    train,
    value_and_gradients,
)
from vaecore.foundations.parameters import leaves

K = 4


class Choosing(np.random.Generator):
    """The noise of a seed; and the numbers from [0, 1) that choose are those that one wants."""

    def __init__(self, seed, numbers):
        super().__init__(np.random.PCG64(seed))
        self.numbers = numbers

    def random(self, size=None, dtype=np.float64, out=None):
        return np.broadcast_to(self.numbers, size)


@pytest.fixture(params=[np.float64, np.float32])
def model(request, rng):
    gen_params = init_network((3, 5, 8), rng, request.param)
    rec_params = init_network((8, 5, 6), rng, request.param)
    return [gen_params, rec_params], binarise(rng.random((5, 8)), rng).astype(request.param)


def bound_and_gradients(params, images, rng, k=K, **options):
    bound, gradients = value_and_gradients(
        lambda p: importance_weighted_bound(*p, images, rng, num_samples=k, **options), params
    )
    return bound, leaves(gradients)


def weights(params, image, seed):
    """v_s of one image: by the bounds of the first 1, 2, ... samples, which have the same noise."""

    def bound_of(s):
        return np.float64(
            importance_weighted_bound(*params, image, np.random.default_rng(seed), num_samples=s)
        )

    sums = [s * np.exp(bound_of(s)) for s in range(1, K + 1)]
    return np.diff([0, *sums]) / sums[-1]


def test_the_value_is_that_of_all_samples(model):
    params, images = model
    full, _ = bound_and_gradients(params, images, np.random.default_rng(3))
    sampled, _ = bound_and_gradients(params, images, np.random.default_rng(3), sampled_gradient=True)
    assert sampled == pytest.approx(full, rel=1e-6 if images.dtype == np.float32 else 1e-13)
    assert sampled.dtype == full.dtype == images.dtype


def test_the_gradient_is_right_on_average_over_what_is_chosen(model):
    """sum_s v_s (gradient where s is chosen) is the gradient of the bound: no sampling in this test."""
    params, images = model
    image, seed = images[:1], 7
    v = weights(params, image, seed)
    _, full = bound_and_gradients(params, image, np.random.default_rng(seed))
    middles = np.cumsum(v) - v / 2
    each = [
        bound_and_gradients(params, image, Choosing(seed, middle), sampled_gradient=True)[1]
        for middle in middles
    ]
    single = images.dtype == np.float32
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if single else {"rtol": 1e-9, "atol": 1e-12}
    for i, expected in enumerate(full):
        assert each[0][i].dtype == images.dtype
        np.testing.assert_allclose(sum(v[s] * each[s][i] for s in range(K)), expected, **tolerance)
    assert not np.allclose(each[0][0], each[1][0])  # the choices differ, so their mean says something


def test_a_sample_is_chosen_as_often_as_its_weight_says(model):
    params, images = model
    image, seed = images[:1], 7
    edges = np.cumsum(weights(params, image, seed))[:-1]
    for s, edge in enumerate(edges):  # just below the edge sample s, just above it the next
        below, above = (
            bound_and_gradients(params, image, Choosing(seed, edge + step), sampled_gradient=True)[1][0]
            for step in (-1e-4, 1e-4)
        )
        middle = bound_and_gradients(
            params, image, Choosing(seed, edge - weights(params, image, seed)[s] / 2), sampled_gradient=True
        )[1][0]
        np.testing.assert_array_equal(below, middle)
        assert not np.array_equal(below, above)


def test_each_image_has_its_own_choice_and_blocks_change_nothing(model, monkeypatch):
    from vaecore import elbo

    params, images = model
    numbers = np.linspace(0.05, 0.95, len(images))
    _, whole = bound_and_gradients(params, images, Choosing(3, numbers), sampled_gradient=True)
    monkeypatch.setattr(elbo, "ROWS_AT_ONCE", 5)  # one sample of all five images at a time
    _, cut = bound_and_gradients(params, images, Choosing(3, numbers), sampled_gradient=True)
    for one, other in zip(whole, cut, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    last, _ = bound_and_gradients(params, images, Choosing(3, 1 - 1e-16), sampled_gradient=True)
    assert np.isfinite(last)  # the last number below 1 still chooses a sample


def halves(n, rng):
    images = np.full((n, 2, 8), 0.05, np.float32)
    images[np.arange(n), rng.integers(2, size=n)] = 0.95
    return images.reshape(n, 16)


SMALL = {"hidden_sizes": (8,), "latent_size": 2, "progress": False}
SMALL |= {"num_samples": 5, "importance_weighted": True}


def test_training_with_it_raises_the_bound_and_belongs_to_its_checkpoint(rng, tmp_path):
    images = halves(240, rng)
    run = SMALL | {"batch_size": 40, "learning_rate": 0.01, "sampled_gradient": True}
    result = train(images, rng, held_out=images[:40], epochs=25, **run)
    assert result.history["bound"][-1] > result.history["bound"][0] + 3
    assert result.history["held_out_bound"][-1] > result.history["held_out_bound"][0] + 3
    file = tmp_path / "run.npz"
    train(images, np.random.default_rng(1), epochs=1, checkpoint=file, **run)
    with pytest.raises(CheckpointError, match="sampled_gradient was True, is None"):
        train(images, np.random.default_rng(1), epochs=2, checkpoint=file, resume=True,
              **run | {"sampled_gradient": False})  # fmt: skip


def test_it_belongs_to_the_importance_weighted_bound(rng):
    with pytest.raises(InvalidInputError, match="set importance_weighted=True too, or leave it out"):
        train(halves(24, rng), rng, batch_size=12, sampled_gradient=True, progress=False)
