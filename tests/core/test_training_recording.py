"""A recording of a training: the same z, pixels and noise at every moment, and the bound's own terms."""

import functools

import numpy as np
import pytest

from vaecore import (
    VAE,
    InvalidInputError,
    binarise,
    compute_KL,
    init_network,
    load_mnist,
    train,
    vae_lower_bound,
)
from vaecore.training import Recording, TrainingResult


@pytest.fixture
def digits():
    sample = load_mnist("sample")
    return sample.test_images[:60], sample.test_labels[:60]


def small(rng, latent_size=2):
    return VAE(init_network([latent_size, 10, 784], rng), init_network([784, 10, 2 * latent_size], rng))


def test_a_training_is_recorded_epoch_by_epoch(digits, rng):
    """The last moment is that of the model that is returned; recording changes nothing of the run."""
    images = load_mnist("sample").train_images[:200]
    settings = {"hidden_sizes": (10,), "latent_size": 2, "epochs": 3, "progress": False}
    recording = Recording(*digits, np.random.default_rng(0))
    result = train(images, np.random.default_rng(1), on_epoch=recording, **settings)
    plain = train(images, np.random.default_rng(1), **settings)
    assert [moment.at for moment in recording.moments] == [1, 2, 3]
    for ours, theirs in zip(result.vae.gen_params, plain.vae.gen_params, strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
    again = Recording(*digits, np.random.default_rng(0)).record(3, result.vae)
    last = recording.moments[-1]
    np.testing.assert_array_equal(again.samples, last.samples)
    np.testing.assert_array_equal(again.codes, last.codes)
    assert (again.bound, again.alive) == (last.bound, last.alive)
    assert np.abs(recording.moments[0].samples - last.samples).max() > 0.001
    assert (last.samples.shape, last.reconstructions.shape, last.row.shape) == ((25, 784), (8, 784), (8, 784))
    np.testing.assert_allclose(last.row[[0, -1]], last.reconstructions[:2], atol=1e-6)


def test_the_terms_are_those_of_the_bound(digits):
    """For "map": KL by the closed form; the bound within five deviations of those with other noise."""
    vae = VAE.load_shipped("map")
    moment = Recording(*digits, np.random.default_rng(0)).record(0, vae)
    binary = binarise(digits[0], np.random.default_rng(0))  # the recording's first draw
    kl = compute_KL(np.concatenate(vae.encode(binary), axis=1))
    assert moment.kl == pytest.approx(kl.mean(), rel=1e-5)
    others = [
        float(vae_lower_bound(vae.gen_params, vae.rec_params, binary, np.random.default_rng(seed)))
        for seed in range(20)
    ]
    assert abs(moment.bound - np.mean(others)) < 5 * np.std(others, ddof=1)
    assert moment.alive == 2


def test_a_space_that_is_no_plane_has_no_codes(digits, rng):
    moment = Recording(*digits, rng, samples=0, reconstructions=0, steps=0).record(0, small(rng, 3))
    assert moment.codes is None
    assert len(moment.samples) == len(moment.reconstructions) == len(moment.row) == 0


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda x, y, rng: Recording(x, y[1:], rng), "labels of shape"),
        (lambda x, y, rng: Recording(x[:1], y[:1], rng), "two digits or more"),
        (lambda x, y, rng: Recording(x * 2, y, rng), "digits"),
        (lambda x, y, rng: Recording(x, y, 7), "rng"),
        (lambda x, y, rng: Recording(x, y, rng, steps=1), "steps is 1"),
        (lambda x, y, rng: Recording(x, y, rng, samples=-1), "samples"),
        (lambda x, y, rng: Recording(x, y, rng).record(0, None), "the model is None"),
        (lambda x, y, rng: Recording(x[:, :9], y, rng).record(0, small(rng)), "expected a VAE of 9 pixels"),
        (lambda x, y, rng: Recording(x, y, rng).record(np.nan, small(rng)), "at"),
    ],
)
def test_what_does_not_fit_is_refused(change, what, digits, rng):
    with pytest.raises(InvalidInputError, match=what):
        change(*digits, rng)


def test_moments_come_in_order(digits, rng):
    recording = Recording(*digits, rng)
    recording.record(1, small(rng))
    with pytest.raises(InvalidInputError, match="above the last moment's, 1"):
        recording.record(1, small(rng))
    assert len(recording.moments) == 1


def test_a_callback_gets_what_it_needs():
    """The history alone, also where a second parameter has a default; the result where it is needed."""
    calls = []

    def one(history):
        calls.append((history,))

    def bound_early(history, out=3):
        calls.append((history, out))

    def two(history, result):
        calls.append((history, result))

    class Listener:
        def hear(self, history, result):
            calls.append((history, result))

    images = np.zeros((10, 784))
    for callback in (
        one, bound_early, two, Listener().hear, functools.partial(two, result=5), lambda *a: calls.append(a)
    ):  # fmt: skip
        train(images, np.random.default_rng(0), hidden_sizes=(2,), latent_size=2, epochs=1, batch_size=10,
              on_epoch=callback, progress=False)  # fmt: skip
    assert [len(call) for call in calls] == [1, 2, 2, 2, 2, 1]
    assert calls[1][1] == 3 and calls[4][1] == 5
    for call in (calls[2], calls[3]):
        assert isinstance(call[1], TrainingResult) and call[1].history is call[0]
