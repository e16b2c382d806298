"""What a page keeps of a training, and hands back: the same numbers, or nothing."""

import numpy as np
import pytest

from vaebook.python_in_page import page_keeping
from vaebook.python_in_page.page_keeping import Keeper
from vaecore import load_mnist, train, train_autoencoder
from vaecore.foundations.parameters import leaves
from vaecore.training.epochs import show_to

SIZES = {"hidden_sizes": (8,), "latent_size": 2, "epochs": 3, "batch_size": 20, "progress": False}


@pytest.fixture(scope="module")
def images():
    return load_mnist("sample").train_images[:60]


@pytest.fixture
def keeper():
    keeper = Keeper()
    show_to(keeper)
    yield keeper
    show_to(None)


class Ended(Exception):
    """Python has been stopped."""


def stopped_after(keeper, epochs, action):
    """What is kept of the trainings in `action` when it is stopped after so many reports."""
    kept = {}

    def keep(told, weights):
        kept[told["number"]] = told, weights
        if keep.left == 1:
            raise Ended
        keep.left -= 1

    keep.left = epochs
    keeper.begin(keep)
    with pytest.raises(Ended):
        action()
    return list(kept.values())


def learn(images, seed=0, **changed):
    rng = np.random.default_rng(seed)
    return train(images, rng, **{**SIZES, **changed}), rng


@pytest.mark.parametrize("averaging", [0, 0.9])
def test_a_stopped_training_is_handed_what_it_had_learnt(keeper, images, averaging):
    kept = stopped_after(keeper, 2, lambda: learn(images, averaging=averaging))
    again = []
    keeper.begin(lambda told, weights: again.append((told, weights)), kept)
    result, rng = learn(images, averaging=averaging)
    assert result.interrupted and keeper.used == [{"done": 2, "epochs": 3}]
    assert again == kept, "and it is kept for the next time"
    keeper.end()
    short, other = learn(images, averaging=averaging, epochs=2)
    assert result.history == short.history and not short.interrupted
    for own, expected in zip(_weights(result.vae), _weights(short.vae), strict=True):
        np.testing.assert_array_equal(own, expected)
    assert rng.bit_generator.state == other.bit_generator.state


def test_of_several_trainings_those_that_had_ended_are_whole(keeper, images):
    def three():
        rng = np.random.default_rng(4)
        sparse = train_autoencoder(images, rng, kind="sparse", **SIZES)
        return sparse, train_autoencoder(images, rng, kind="denoising", **SIZES), learn(images)[0]

    kept = stopped_after(keeper, 4, three)
    keeper.begin(lambda told, weights: None, kept)
    first, second, third = three()
    assert (first.interrupted, second.interrupted, third.interrupted) == (False, True, False)
    assert keeper.used == [{"done": 3, "epochs": 3}, {"done": 1, "epochs": 3}]
    assert second.history["epoch"] == [1] and third.history["epoch"] == [1, 2, 3]
    keeper.end()
    assert (
        first.history == train_autoencoder(images, np.random.default_rng(4), kind="sparse", **SIZES).history
    )


@pytest.mark.parametrize(
    "changed", [{"seed": 1}, {"beta": 2.0}, {"epochs": 4}, {"latent_size": 3}, {"batch_size": 30}]
)
def test_another_training_is_handed_nothing(keeper, images, changed):
    kept = stopped_after(keeper, 1, lambda: learn(images))
    keeper.begin(lambda told, weights: None, kept)
    result, _ = learn(images, **changed)
    assert not result.interrupted and keeper.used == []
    keeper.begin(lambda told, weights: None, kept)
    assert not learn(images[::-1].copy())[0].interrupted and keeper.used == []


def test_of_another_kind_neither(keeper, images):
    def one(kind):
        return train_autoencoder(images, np.random.default_rng(4), kind=kind, **SIZES)

    kept = stopped_after(keeper, 1, lambda: one("sparse"))
    keeper.begin(lambda told, weights: None, kept)
    assert not one("plain").interrupted and keeper.used == []


def test_a_model_that_is_too_large_is_not_kept(keeper, images, monkeypatch):
    monkeypatch.setattr(page_keeping, "MOST", 1000)
    told = []
    keeper.begin(lambda *what: told.append(what))
    learn(images)
    assert told == []


def _weights(vae):
    return leaves([vae.gen_params, vae.rec_params])
