"""Fit q by hand: the numbers are vaecore's, for any q; the gap is what the grid says it is."""

from functools import cache

import numpy as np
import pytest
from browser import OpenPage
from moments import moments
from widget_pages import every_origin, set_state, shipped, shown_values, small_vae, state, wait_until_alive

from vaecore import InvalidInputError, compute_KL, integrate_log_likelihood, lab_digits, load_mnist
from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.widgets import FitQ

READY = """() => {
  const shown = JSON.parse(document.querySelector('[data-values]')?.dataset.values ?? '{}');
  return shown.exact && Number.isFinite(shown.log_p);
}"""
PREDICTION = {"question": "Better?", "answers": ["Yes.", "No."], "look": "Pull q."}


@cache
def data():
    sample = load_mnist("sample")
    return *lab_digits(sample), sample.test_images, sample.test_labels


def make(**options):
    return FitQ(shipped("map"), *data(), **options)


# From Python


@pytest.mark.usefixtures("in_a_notebook")
def test_what_can_be_set():
    figure = make(digit=3, mean=[1, -0.5])
    assert (figure.digit, figure.mean, figure.compare, figure.expected) == (3, [1, -0.5], False, -1)
    np.testing.assert_array_equal(figure.image, data()[0][3] > 0.5)
    figure.log_std = np.array([-3, -1.5])
    assert figure.log_std == [-3, -1.5] and repr(figure).startswith("FitQ(VAE(") and len(repr(figure)) < 100


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"mean": [0.0]}, r"mean is \[0.0\], expected two numbers from -8 to 8"),
        ({"mean": [0, 9]}, "expected two numbers from -8 to 8"),
        ({"log_std": [0, -5.5]}, "expected two numbers from -5 to 1"),
        ({"log_std": [0, np.nan]}, "log_std"),
        ({"digit": 10}, "digit is 10"),
        ({"digit": -1}, "digit"),
        ({"expected": 0.5}, "expected"),
    ],
)
def test_a_wrong_value_is_refused_and_the_old_one_stays(values, what):
    figure = make()
    before = {name: getattr(figure, name) for name in values}
    for name, value in values.items():
        with pytest.raises(InvalidInputError, match=what):
            setattr(figure, name, value)
    assert {name: getattr(figure, name) for name in values} == before


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda x, y, rng: (shipped("lab"), x, y), "50 latent dimensions, expected 2"),
        (lambda x, y, rng: (small_vae(rng, 2), x[:, :9], y), r"expected \(B, 784\)"),
        (lambda x, y, rng: (small_vae(rng, 2), x, y[1:]), "labels has shape"),
        (lambda x, y, rng: (small_vae(rng, 2), x, y, x, y[1:]), "scatter_labels has shape"),
    ],
)
def test_what_it_cannot_show_is_refused(change, what, rng):
    with pytest.raises(InvalidInputError, match=what):
        FitQ(*change(*data()[:2], rng))


@pytest.mark.usefixtures("in_a_notebook")
def test_the_average_over_q_is_what_samples_say(rng):
    """10,000 samples of q; the trapezoidal rule lies within five of their standard errors."""
    figure = make(digit=2, mean=[-1.2, 1], log_std=[-2, -1])
    z = np.array(figure.mean) + np.exp(figure.log_std) * rng.standard_normal((10_000, 2))
    logits = neural_net_predict(figure.vae.gen_params, z)
    score = bernoulli_log_prob(np.tile(figure.image.astype(float), (len(z), 1)), logits)
    assert abs(score.mean() - figure.numbers["expected"]) < 5 * score.std() / 100 < 3
    assert figure.numbers["kl"] == pytest.approx(compute_KL(np.array([[-1.2, 1, -2, -1]]))[0])


# In a browser


@every_origin
def test_numbers_and_pictures_are_vaecores(origin, open_widget, rng):
    page = open_widget(make, origin)
    set_state(page, digit=1)
    page.wait_for_function(READY)
    states = [
        {
            "digit": i % 10,
            "mean": rng.uniform(-3, 3, 2).round(2).tolist(),
            "log_std": rng.uniform(-5, 1, 2).round(2).tolist(),
        }
        for i in range(25)
    ]
    shown = moments(page, [{"state": s} for s in states], canvases=[".vw-output"])
    for wanted, seen in zip(states, shown, strict=True):
        figure = make(**wanted)
        assert seen.values["kl"] == pytest.approx(figure.numbers["kl"], rel=1e-9, abs=1e-9)
        pixels = figure.vae.decode(np.array([wanted["mean"]], np.float32))[0]
        np.testing.assert_allclose(seen.inks[0].ravel(), pixels, rtol=0, atol=1 / 255)


def test_the_exact_numbers_come_when_the_hand_rests(open_widget, rng):
    page = open_widget(make)
    for case in (
        {"digit": 9, "mean": [0.5, 0.5], "log_std": [-1.5, -2]},
        {"digit": 0, "mean": [1, -1], "log_std": [-3, -3.5]},
    ):
        set_state(page, compare=True, **case)
        page.wait_for_function(READY)
        values, figure = shown_values(page), make(**case)
        for name, number in figure.numbers.items():
            assert values[name] == pytest.approx(number, abs=1e-5), name
        exact = integrate_log_likelihood(figure.vae, figure.image[None], spacing=0.025, reach=4.5)[0]
        assert abs(values["log_p"] - exact) < values["error"] + 0.01
        texts = page.locator(".vw-bound-terms tbody td").all_inner_texts()
        assert texts[8] == f"{values['log_p'] - values['bound']:.2f}"
        digit = figure.digits[case["digit"]]
        kl = compute_KL(np.array([digit["mean"] + digit["log_std"]]))[0]
        assert texts[9] == f"{values['log_p'] - (digit['expected'] - kl):.2f}"


def test_q_is_pulled_over_the_enlarged_part(open_widget):
    """With the encoder's q on both sides the two gaps are one, and the sentence names it as the smallest."""
    page = open_widget(make)
    page.locator(".vw-choice input").nth(6).check()
    page.wait_for_function(READY)
    page.locator(".vw-squares canvas").nth(1).click(position={"x": 60, "y": 90})
    pulled = state(page, "mean")
    assert pulled != [0, 0]
    page.wait_for_function(READY)
    page.get_by_role("button", name="Set q to the encoder’s").click()
    assert state(page, "mean") == pytest.approx(make().digits[6]["mean"])
    page.wait_for_function(READY)
    texts = page.locator(".vw-bound-terms tbody td").all_inner_texts()
    assert texts[8] == texts[9] and texts[8] in page.locator(".vw-status").inner_text()
    page.get_by_role("button", name="Start again").click()
    assert state(page, "mean") == [0, 0] and state(page, "compare") is False
    slider = page.get_by_role("slider").nth(2)
    slider.press("ArrowLeft")
    assert state(page, "log_std")[0] == pytest.approx(-0.71)
    assert slider.get_attribute("aria-valuetext") == "0.492"


def test_it_waits_for_an_answer(open_widget):
    page = open_widget(lambda: make(prediction=PREDICTION))
    first = page.get_by_role("button", name="Yes.")
    page.locator(".vw-squares canvas").first.click(force=True)
    assert first.evaluate("e => e === document.activeElement") and state(page, "mean") == [0, 0]
    first.click()
    assert state(page, "expected") == 0 and "Pull q." in page.locator(".vw-expected").inner_text()


def test_a_decoder_that_does_not_arrive_is_named_and_asked_for_again(open_page: OpenPage, site):
    page, _ = open_page()
    address = site.add(make)
    page.goto(site.origins["http"] + address)
    wait_until_alive(page)
    page.route("**/model-*", lambda route: route.abort())
    page.get_by_role("button", name="Start again").click()
    page.wait_for_function("document.querySelector('.vw-status').textContent.includes('could not be loaded')")
    page.unroute("**/model-*")
    page.get_by_role("button", name="Set q to the encoder’s").click()
    page.wait_for_function(READY)
