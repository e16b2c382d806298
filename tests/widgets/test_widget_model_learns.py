"""A model learns: what is shown at a moment is what was recorded then, and a training feeds the figure."""

from functools import cache

import numpy as np
import pytest
from browser import OpenPage
from moments import moments
from playwright.sync_api import expect
from widget_pages import every_origin, set_state, shown_values, state, wait_until_alive

from vaecore import VAE, InvalidInputError, init_network, load_mnist, train
from vaecore.training import Recording
from vaecore.training.recording import Moment
from vaecore.widgets import ModelLearns

SETTINGS = {"hidden_sizes": (20,), "epochs": 6, "learning_rate": 0.01, "progress": False}
LOADED = "() => JSON.parse(document.querySelector('[data-values]').dataset.values).loaded"


@cache
def recording(latent_size: int = 2, samples: int = 10) -> Recording:
    sample = load_mnist("sample")
    held_out = sample.test_images[:80], sample.test_labels[:80]
    recorded = Recording(*held_out, np.random.default_rng(0), samples=samples)
    rng = np.random.default_rng(1)
    start = VAE(init_network([latent_size, 20, 784], rng), init_network([784, 20, 2 * latent_size], rng))
    recorded.record(0, start)
    train(sample.train_images[:500], rng, latent_size=latent_size, start=start, on_epoch=recorded, **SETTINGS)
    return recorded


def make(**options):
    return ModelLearns(recording(), **options)


SECOND_ROW = ".vw-grid canvas:nth-child(2)"


def second_row(moment: Moment) -> np.ndarray:
    return moment.samples[5:10].reshape(5, 28, 28).transpose(1, 0, 2).reshape(28, 140)


def empty(pixels: int) -> Recording:
    return Recording(np.zeros((2, pixels)), np.zeros(2, int), np.random.default_rng(0))


def two():
    return ModelLearns({"a plane": recording(), "three latents": recording(3)})


@pytest.mark.usefixtures("in_a_notebook")
def test_what_can_be_set_and_read():
    figure = make()
    assert figure.moment == 6 and figure.at == list(range(7))
    assert repr(figure) == "ModelLearns(1 recordings, 7 moments)"
    figure.moment = 2
    (now,) = figure.numbers
    assert now["bound"] == pytest.approx(now["likelihood"] - now["kl"]) and now["at"] == 2
    with pytest.raises(InvalidInputError, match="moment is 7, expected 0 to 6"):
        figure.moment = 7
    assert figure.moment == 2


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize(
    ("recordings", "what"),
    [
        (lambda: None, "NoneType, expected a vaecore.training.Recording"),
        (lambda: {}, "one to 3"),
        (lambda: {"a": 5}, "'a' is no recording"),
        (lambda: {"a": recording(), "b": empty(784)}, "7, 0 moments, expected the same"),
        (lambda: empty(9), "28 x 28"),
    ],
)  # fmt: skip
def test_recordings_that_do_not_fit_are_refused(recordings, what):
    with pytest.raises(InvalidInputError, match=what):
        ModelLearns(recordings())


@pytest.mark.usefixtures("in_a_notebook")
def test_a_training_feeds_it():
    """A figure that follows the newest moment goes on following; one that was moved stays where it is."""
    sample = load_mnist("sample")
    growing = Recording(sample.test_images[:20], sample.test_labels[:20], np.random.default_rng(0))
    figure = ModelLearns(growing)
    assert (figure.at, figure.sentence) == ([], "Nothing is recorded yet.")
    seen = []
    figure.observe(lambda change: seen.append(len(figure.at)), "at")

    def on_epoch(history, result):
        figure.on_epoch(history, result)
        if len(figure.at) == 3:
            figure.moment = 0

    train(sample.train_images[:100], np.random.default_rng(0), latent_size=2, on_epoch=on_epoch, **SETTINGS)
    assert seen == [1, 2, 3, 4, 5, 6] and figure.at == list(range(1, 7)) and figure.moment == 0


# In a browser


@every_origin
def test_each_moment_shows_what_was_recorded(origin, open_widget):
    """Pictures to half a level of grey, of which there are 16; the terms to the last digit."""
    page = open_widget(make, origin)
    set_state(page, moment=0)
    page.wait_for_function(LOADED)
    wanted = [3, 0, 6, 1, 5]
    states = [{"state": {"moment": i}} for i in wanted]
    shown = moments(page, states, canvases=[SECOND_ROW])
    for i, seen in zip(wanted, shown, strict=True):
        recorded = recording().moments[i]
        assert np.abs(seen.inks[0] - second_row(recorded)).max() <= 0.5 / 15 + 1 / 255
        assert seen.values["likelihood"] == pytest.approx(recorded.likelihood)
        assert seen.values["kl"] == pytest.approx(recorded.kl) and seen.values["at"] == recorded.at


def test_the_slider_and_play_go_through_the_moments(open_widget):
    page = open_widget(two)
    slider = page.get_by_role("slider")
    slider.focus()
    page.wait_for_function(LOADED)
    slider.press("ArrowLeft")
    assert state(page, "moment") == 5 and slider.get_attribute("aria-valuetext") == "epoch 5"
    says = page.locator(".vw-panel .vw-parameters").all_inner_texts()
    assert len(says) == 2 and f"bound −{-recording().moments[5].bound:.1f} nats" in says[0]
    assert page.locator(".vw-panel canvas.vw-map").count() == 1, "a map for the plane alone"
    slider.press("End")
    play = page.get_by_role("button", name="Play")
    play.click()
    page.wait_for_function("document.querySelector('.vaecore-widget').vaecoreModel.get('moment') === 0")
    page.wait_for_function("document.querySelector('.vaecore-widget').vaecoreModel.get('moment') === 6")
    expect(play).to_be_visible()
    assert state(page, "playing") is False


QUESTION = {"question": "What will the KL do?", "answers": ["Rise.", "Fall."], "look": "Look there."}


def test_a_question_is_not_answered_before_it_is_asked(open_page: OpenPage, site):
    """Until then there is the first moment alone, and what the curves do later is not drawn."""
    page, problems = open_page()
    page.goto(site.origins["http"] + site.add(lambda: make(prediction=QUESTION)))
    wait_until_alive(page)
    assert shown_values(page)["moment"] == 0 and not shown_values(page)["loaded"]
    points = "lines => lines.map(line => line.getAttribute('d').match(/[ML]/g).length)"
    assert page.locator("path.vw-of-q").evaluate_all(points) == [1, 1]
    (before,) = moments(page, [{}], canvases=[SECOND_ROW])
    page.get_by_role("button", name="Rise.").click()
    assert page.locator("path.vw-of-q").evaluate_all(points) == [7, 7]
    page.wait_for_function(LOADED)
    (after,) = moments(page, [{}], canvases=[SECOND_ROW])
    assert np.abs(before.inks[0] - second_row(recording().moments[0])).max() <= 0.5 / 15 + 1 / 255
    np.testing.assert_array_equal(after.inks[0], before.inks[0])
    assert problems == []


def test_the_recording_comes_when_it_is_asked_for(open_page: OpenPage, site):
    page, problems = open_page()
    address = site.add(make)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/")[-1]))
    page.goto(site.origins["http"] + address)
    wait_until_alive(page)
    assert [name for name in loaded if name.startswith("model-")] == []
    assert shown_values(page)["moment"] == 6 and not shown_values(page)["loaded"]
    page.get_by_role("slider").press("Home")
    page.wait_for_function(LOADED)
    assert len([name for name in loaded if name.startswith("model-")]) == 1 and problems == []
