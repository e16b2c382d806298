"""The settings of a run: checked when they are made, saved, and compared with saved ones."""

from dataclasses import fields, replace

import numpy as np
import pytest

from vaecore import InvalidInputError, init_network
from vaecore.training.settings import LoopSettings, Settings, fingerprint
from vaecore.vae import VAE

NUMBERS = {
    "epochs": 3, "batch_size": 5, "learning_rate": 0.01, "schedule": "constant", "averaging": 0.0,
    "binarised": True, "beta": 1.0, "kl_warm_up": 0, "num_samples": 1,
}  # fmt: skip


@pytest.fixture
def settings():
    return Settings(images="(5, 4)", held_out=None, layers=[4, 3, 2], **NUMBERS)


def test_they_are_kept_as_plain_numbers(settings):
    given = {"epochs": np.int64(3), "learning_rate": np.float32(0.5), "binarised": np.True_, "beta": 2}
    saved = replace(settings, **given).saved()
    assert {name: type(saved[name]) for name in given} == {
        "epochs": int, "learning_rate": float, "binarised": bool, "beta": float,
    }  # fmt: skip


def test_what_is_younger_than_the_first_files_is_saved_only_where_it_is_used(settings):
    young = {"importance_weighted": True, "start": "(9,) float32 00000000", "sampled_gradient": True}
    names = {field.name for field in fields(Settings)}
    assert settings.saved().keys() == names - young.keys() - {"free_bits"}
    assert replace(settings, **young).saved() == {**settings.saved(), **young}
    assert replace(settings, free_bits=0.25).saved() == {**settings.saved(), "free_bits": 0.25}


def test_they_fit_themselves_and_name_what_differs(settings):
    assert settings.differences(settings.saved(), epochs_done=2) == ""
    other = replace(settings, beta=2, importance_weighted=False, num_samples=4)
    assert other.differences(settings.saved(), 2) == "beta was 1.0, is 2.0; num_samples was 1, is 4"
    weighted = replace(settings, importance_weighted=True)
    assert weighted.differences(settings.saved(), 2) == "importance_weighted was None, is True"
    assert settings.differences(weighted.saved(), 2) == "importance_weighted was True, is None"


def test_a_constant_rate_may_go_on_for_longer_but_not_end_before_what_is_done(settings):
    assert replace(settings, epochs=9).differences(settings.saved(), 3) == ""
    assert replace(settings, epochs=2).differences(settings.saved(), 3) == "epochs was 3, is 2"
    cosine = replace(settings, schedule="cosine")
    assert replace(cosine, epochs=9).differences(cosine.saved(), 3) == "epochs was 3, is 9"


@pytest.mark.parametrize("wrong", [
    {"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0}, {"schedule": "linear"}, {"averaging": 1},
    {"beta": -1}, {"kl_warm_up": -1}, {"num_samples": 0}, {"free_bits": -0.1},
])  # fmt: skip
def test_every_number_is_checked(settings, wrong):
    with pytest.raises(InvalidInputError, match=next(iter(wrong))):
        replace(settings, **wrong)


@pytest.mark.parametrize("also", [{"beta": 0.5}, {"kl_warm_up": 1}, {"free_bits": 0.1}])
def test_an_importance_weighted_bound_has_no_kl_to_weigh(settings, also):
    replace(settings, importance_weighted=True)
    with pytest.raises(InvalidInputError, match="has no KL divergence to weigh"):
        replace(settings, importance_weighted=True, **also)


def test_the_rate_and_the_weight_of_each_step(settings):
    cosine = replace(settings, schedule="cosine", epochs=50, beta=0.5, kl_warm_up=2)
    rates = [cosine.rate_of_step(step, batches=2) for step in range(1, 101)]
    assert rates[0] == 0.01 * (1 / 101) / 0.02 and max(rates) == rates[2] and 0 < rates[-1] < 1e-5
    assert [settings.rate_of_step(step, 2) for step in (1, 6, 99)] == [0.01] * 3  # a prolonged run, too
    assert [cosine.beta_of_step(step, batches=2) for step in range(1, 6)] == [0.125, 0.25, 0.375, 0.5, 0.5]
    assert settings.beta_of_step(1, batches=2) == 1


def test_a_fingerprint_sees_every_change(rng):
    images = rng.random((5, 4))
    others = [images[::-1], images.T, images.astype(np.float32), images + [0, 0, 0, 1e-12], images[1:]]
    assert len({fingerprint(array) for array in [images, *others]}) == 6
    assert fingerprint(images) == fingerprint(np.asfortranarray(images))


def test_of_takes_the_fingerprints_of_all_that_a_run_works_on(rng):
    images = rng.random((5, 4)).astype(np.float32)
    start = VAE(init_network([2, 3, 4], rng), init_network([4, 3, 4], rng))
    other = VAE(init_network([2, 3, 4], rng), init_network([4, 3, 4], rng))
    made = [
        Settings.of(images, held_out, begin, hidden_sizes=(3,), latent_size=2, **NUMBERS)
        for held_out in (None, images[:2]) for begin in (None, start, other)
    ]  # fmt: skip
    assert len({str(settings.saved()) for settings in made}) == 6
    assert all(settings.layers == [4, 3, 2] for settings in made)
    with pytest.raises(InvalidInputError, match=r"start is VAE.* expected the widths \[4, 3, 1\]"):
        Settings.of(images, None, start, hidden_sizes=(3,), latent_size=1, **NUMBERS)


def test_every_kind_of_training_has_the_same_checks_of_its_loop():
    loop = {name: NUMBERS[name] for name in ("epochs", "batch_size", "learning_rate", "schedule")}
    LoopSettings(layers=[4, 2], **loop)
    for wrong in ({"epochs": 1.5}, {"schedule": None}, {"learning_rate": np.inf}):
        with pytest.raises(InvalidInputError, match=next(iter(wrong))):
            LoopSettings(layers=[4, 2], **{**loop, **wrong})
