"""Training: what a batch is, what is recorded and averaged, and what stops it."""

import math

import numpy as np
import pytest

from vaecore import Adam, DivergenceError, InvalidInputError, train, vae_lower_bound
from vaecore.files.data import binarise
from vaecore.files.storage import read_archive
from vaecore.foundations.parameters import leaves
from vaecore.training import vae as training

SMALL = {"hidden_sizes": (8,), "latent_size": 2, "batch_size": 12, "progress": False}


def halves(n, rng, dtype=np.float32):
    """n images of 4 x 4 pixels whose upper or lower half is dark: two kinds, which a VAE soon tells apart."""
    images = np.full((n, 2, 8), 0.05, dtype)
    images[np.arange(n), rng.integers(2, size=n)] = 0.95
    return images.reshape(n, 16)


@pytest.fixture
def seen(monkeypatch):
    """Every call of the bound during training: its batch and its settings."""
    calls = []

    def watch(gen_params, rec_params, batch, rng, **keywords):
        calls.append((batch.copy(), keywords))
        return vae_lower_bound(gen_params, rec_params, batch, rng, **keywords)

    monkeypatch.setattr(training, "vae_lower_bound", watch)
    return calls


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_bound_rises_on_images_that_can_be_learnt(rng, dtype):
    images, held_out = halves(400, rng, dtype), halves(200, rng, dtype)
    settings = SMALL | {"batch_size": 40, "learning_rate": 0.01}
    result = train(images, rng, held_out=held_out, epochs=30, **settings)
    for bounds in (result.history["bound"], result.history["held_out_bound"]):
        assert bounds[-1] > bounds[0] + 3
        assert np.mean(bounds[-5:]) > np.mean(bounds[5:10])
    # Who knows the kind of each image still pays for its pixels: a bound above that would be no bound.
    entropy = -16 * (0.05 * math.log(0.05) + 0.95 * math.log(0.95))
    assert result.history["held_out_bound"][-1] < -entropy
    assert all(array.dtype == dtype for array in leaves([result.vae.gen_params, result.vae.rec_params]))
    assert not result.interrupted


def test_the_networks_are_those_that_were_asked_for(rng):
    result = train(
        halves(12, rng), rng, hidden_sizes=[7, 5], latent_size=3, epochs=1, batch_size=12, progress=False
    )
    assert repr(result.vae) == "VAE(16-7-5-2x3, 3-5-7-16)"


def test_the_same_seed_gives_the_same_run_and_another_another(rng):
    images = halves(30, rng)
    runs = [train(images, np.random.default_rng(seed), epochs=2, **SMALL) for seed in (5, 5, 6)]
    first, again, other = ([*leaves(run.vae.gen_params), *leaves(run.vae.rec_params)] for run in runs)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(first, again, strict=True))
    assert runs[0].history == runs[1].history
    assert not np.array_equal(first[0], other[0])


def test_every_epoch_sees_every_image_once_in_a_new_order(rng, seen):
    images = rng.random((30, 16)).astype(np.float32)
    train(images, rng, epochs=3, binarised=False, **SMALL)
    assert [len(batch) for batch, _ in seen] == [12, 12, 6] * 3  # the last batch is what is left
    epochs = [np.concatenate([batch for batch, _ in seen[i : i + 3]]) for i in (0, 3, 6)]
    for epoch in epochs:
        np.testing.assert_array_equal(np.sort(epoch, axis=0), np.sort(images, axis=0))
        assert not np.array_equal(epoch, images)
    assert not np.array_equal(epochs[0], epochs[1])


def test_pixels_are_drawn_afresh_for_every_batch(rng, seen):
    grey = np.full((12, 16), 0.5, np.float32)
    train(grey, rng, epochs=3, **SMALL)
    batches = [batch for batch, _ in seen]
    assert all(set(np.unique(batch)) == {0, 1} for batch in batches)
    assert not np.array_equal(batches[0], batches[1]) and not np.array_equal(batches[1], batches[2])


def test_beta_the_number_of_samples_and_free_bits_reach_the_bound(rng, seen):
    chosen = {"num_samples": 4, "beta": 0.3, "free_bits": 0.1}
    train(halves(12, rng), rng, epochs=2, **chosen, **SMALL)
    assert [keywords for _, keywords in seen] == [chosen] * 2


def test_the_kl_warms_up_once_a_step_and_then_keeps_its_weight(rng, seen):
    train(halves(24, rng), rng, epochs=4, beta=0.5, kl_warm_up=2, **SMALL)  # two batches an epoch
    assert [keywords["beta"] for _, keywords in seen] == [0.125, 0.25, 0.375, 0.5, 0.5, 0.5, 0.5, 0.5]


def test_the_history_has_one_number_an_epoch(rng, monkeypatch):
    bounds = []

    def watch(*arguments, **keywords):
        value = vae_lower_bound(*arguments, **keywords)
        bounds.append(float(value._value))
        return value

    monkeypatch.setattr(training, "vae_lower_bound", watch)
    history = train(halves(30, rng), rng, epochs=2, learning_rate=0.002, **SMALL).history
    assert history.keys() == {"epoch", "bound", "learning_rate"}
    assert history["epoch"] == [1, 2]
    assert history["learning_rate"] == [0.002, 0.002]
    np.testing.assert_allclose(history["bound"], [np.mean(bounds[:3]), np.mean(bounds[3:])], rtol=1e-6)


@pytest.mark.parametrize("binarised", [True, False])
@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_the_held_out_bound_is_that_of_the_returned_model(rng, tmp_path, binarised, averaging):
    held_out = halves(1300, rng)  # more than one piece of 1,000, and the last is smaller
    result = train(
        halves(24, rng), rng, held_out=held_out, epochs=2, averaging=averaging, binarised=binarised,
        beta=0.5, checkpoint=tmp_path / "run.npz", **SMALL,
    )  # fmt: skip
    _, meta = read_archive(tmp_path / "run.npz", "training checkpoint")
    noise = np.random.default_rng(meta["evaluation_seed"])
    total = 0.0
    for piece in (held_out[:1000], held_out[1000:]):
        pixels = binarise(piece, noise) if binarised else piece
        total += len(piece) * float(
            vae_lower_bound(result.vae.gen_params, result.vae.rec_params, pixels, noise, beta=0.5)
        )
    np.testing.assert_allclose(result.history["held_out_bound"][-1], total / 1300, rtol=1e-12)


def test_the_cosine_schedule_warms_up_and_ends_near_zero(rng, monkeypatch):
    rates, ascend = [], Adam.ascend
    monkeypatch.setattr(
        Adam, "ascend", lambda self, *a: (rates.append(self.learning_rate), ascend(self, *a))[1]
    )
    history = train(halves(24, rng), rng, epochs=100, learning_rate=0.01, schedule="cosine", **SMALL).history
    progress = np.arange(1, 201) / 201
    expected = 0.005 * (1 + np.cos(np.pi * (progress - 0.02) / 0.98))
    expected = np.where(progress < 0.02, 0.01 * progress / 0.02, expected)
    np.testing.assert_allclose(rates, expected, rtol=1e-9)
    assert np.argmax(rates) == 4  # the warm-up is 4 of 200 steps
    assert 0 < rates[-1] < 1e-6
    assert history["learning_rate"] == rates[1::2]


def test_the_average_is_the_running_average_of_every_step(rng, monkeypatch):
    steps, ascend = [], Adam.ascend

    def watch(self, params, grads):
        if not steps:
            steps.append([leaf.astype(np.float64) for leaf in leaves(params)])  # theta_0
        ascend(self, params, grads)
        steps.append([leaf.astype(np.float64) for leaf in leaves(params)])

    monkeypatch.setattr(Adam, "ascend", watch)
    images = halves(24, rng, np.float64)
    vae = train(images, rng, epochs=50, averaging=0.9, learning_rate=0.01, **SMALL).vae
    average = steps[0]
    for t, thetas in enumerate(steps[1:], start=1):
        decay = min(0.9, (1 + t) / (10 + t))
        average = [decay * a + (1 - decay) * theta for a, theta in zip(average, thetas, strict=True)]
    result = [*leaves(vae.gen_params), *leaves(vae.rec_params)]
    for expected, last, actual in zip(average, steps[-1], result, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-12)
        assert not np.allclose(actual, last, rtol=1e-6)  # the average is not the last step


def test_without_averaging_the_model_is_the_last_step(rng, monkeypatch):
    last, ascend = [], Adam.ascend

    def watch(self, params, grads):
        ascend(self, params, grads)
        last[:] = [leaf.copy() for leaf in leaves(params)]

    monkeypatch.setattr(Adam, "ascend", watch)
    vae = train(halves(24, rng), rng, epochs=3, **SMALL).vae
    for expected, actual in zip(last, [*leaves(vae.gen_params), *leaves(vae.rec_params)], strict=True):
        np.testing.assert_array_equal(actual, expected)


def test_the_images_are_not_changed_and_may_be_read_only(rng):
    images, held_out = halves(30, rng), halves(10, rng)
    before = images.copy(), held_out.copy()
    for array in (images, held_out):
        array.setflags(write=False)
    train(images, rng, held_out=held_out, epochs=1, **SMALL)
    np.testing.assert_array_equal(images, before[0])
    np.testing.assert_array_equal(held_out, before[1])


def test_on_epoch_gets_the_history_after_every_epoch(rng):
    calls = []
    train(halves(24, rng), rng, held_out=halves(5, rng), epochs=3, on_epoch=lambda h: calls.append(
        {name: len(column) for name, column in h.items()}), **SMALL)  # fmt: skip
    columns = ("epoch", "bound", "held_out_bound", "learning_rate")
    assert calls == [dict.fromkeys(columns, n) for n in (1, 2, 3)]


def test_the_progress_bar_shows_the_bound_on_stderr_only(rng, capsys):
    result = train(halves(24, rng), rng, epochs=2, **(SMALL | {"progress": True}))
    out, err = capsys.readouterr()
    assert out == ""
    assert f"epoch 2, bound {result.history['bound'][-1]:.2f}" in err
    assert "4/4" in err
    train(halves(24, rng), rng, epochs=2, **SMALL)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("where", ["bound", "held-out bound", "on_epoch"])
def test_ctrl_c_keeps_what_was_learnt(rng, monkeypatch, capsys, where):
    calls = []

    def interrupt_at(limit):
        calls.append(1)
        if len(calls) == limit:
            raise KeyboardInterrupt

    def bound(*arguments, **keywords):
        interrupt_at(8 if where == "bound" else 3)  # in epoch 3
        return original(*arguments, **keywords)

    if where != "on_epoch":
        name = {"bound": "_bound", "held-out bound": "_held_out_bound"}[where]
        original = getattr(training, name)
        monkeypatch.setattr(training, name, bound)
    images = halves(24, rng)
    result = train(
        images, np.random.default_rng(1), held_out=images[:4], epochs=9,
        on_epoch=lambda _: where == "on_epoch" and interrupt_at(2), **SMALL,
    )  # fmt: skip
    assert result.interrupted
    assert {name: len(column) for name, column in result.history.items()} == dict.fromkeys(
        ("epoch", "bound", "held_out_bound", "learning_rate"), 2
    )
    out, err = capsys.readouterr()
    assert out == ""
    assert "Interrupted in epoch 3; what has been learnt so far is kept." in err
    # What is kept has been trained for two epochs: it is better than the first parameters by far.
    after_two = train(images, np.random.default_rng(1), held_out=images[:4], epochs=2, **SMALL)
    difference = np.abs(result.vae.gen_params[0][0] - after_two.vae.gen_params[0][0]).max()
    assert difference == 0 if where == "on_epoch" else difference < 0.005


@pytest.mark.parametrize(("learning_rate", "epoch"), [(1e30, 1), (1e3, r"\d")])
def test_divergence_names_the_epoch_and_what_to_do(rng, learning_rate, epoch):
    with pytest.raises(
        DivergenceError, match=rf"diverged in epoch {epoch}, after \d+ steps .*smaller learning_rate"
    ):
        train(halves(24, rng), rng, epochs=9, learning_rate=learning_rate, **SMALL)


@pytest.mark.parametrize("held_out", [True, False])
def test_divergence_in_the_very_last_step_is_noticed(rng, held_out):
    images = halves(12, rng)
    with pytest.raises(DivergenceError, match="diverged in epoch 1, after 1 steps"):
        train(images, rng, held_out=images if held_out else None, epochs=1, learning_rate=1e39, **SMALL)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"images": np.zeros((12, 16), np.uint8)}, "images has dtype uint8.*loader alone"),
        ({"images": np.zeros((0, 16))}, "the batch is empty"),
        ({"images": np.full((12, 16), np.nan)}, "images holds 192 value"),
        ({"images": np.full((12, 16), 1.5)}, r"images runs from 1.5 to 1.5, expected pixels in \[0, 1\]"),
        ({"images": np.zeros(16)}, r"images has shape \(16,\)"),
        ({"held_out": np.zeros((3, 15))}, r"held_out has shape \(3, 15\), expected \(B, 16\)"),
        ({"held_out": np.full((3, 16), -1.0)}, "held_out runs from -1"),
        ({"rng": 0}, "rng is of type int.*default_rng"),
        ({"epochs": 0}, "epochs is 0, expected a whole number of at least 1"),
        ({"epochs": 1.5}, "epochs is 1.5"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"batch_size": 13}, "batch_size is 13, expected at most the 12 images"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0, expected a finite number greater than 0"),
        ({"learning_rate": math.nan}, "learning_rate is nan"),
        ({"schedule": "linear"}, "schedule is 'linear', expected one of constant, cosine"),
        ({"averaging": 1.0}, "averaging is 1.0, expected a finite number at least 0 and less than 1"),
        ({"beta": -1.0}, "beta is -1.0"),
        ({"kl_warm_up": -1}, "kl_warm_up is -1, expected a whole number of at least 0"),
        ({"num_samples": 0}, "num_samples is 0"),
        ({"latent_size": 0}, "latent_size is 0"),
        ({"hidden_sizes": (8, 0)}, r"hidden_sizes\[1\] is 0"),
        ({"hidden_sizes": (8.5,)}, r"hidden_sizes\[0\] is 8.5"),
        ({"hidden_sizes": 200}, r"hidden_sizes is 200, expected a list of widths"),
        ({"checkpoint_every": 0}, "checkpoint_every is 0"),
        ({"resume": True}, "resume=True has nothing to go on from.*checkpoint="),
    ],
)
def test_bad_arguments_are_refused_before_any_work(rng, monkeypatch, wrong, what):
    monkeypatch.setattr(training, "run_epochs", None)  # calling it would be another error
    arguments = {"images": np.zeros((12, 16), np.float32), "rng": rng, **SMALL, **wrong}
    with pytest.raises(InvalidInputError, match=what):
        train(**arguments)
