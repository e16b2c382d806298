"""One digit through a VAE: its pictures and numbers are vaecore's, whatever is drawn."""

import math
import re
from functools import cache

import numpy as np
import pytest
from browser import OpenPage
from moments import moments
from playwright.sync_api import Page, expect
from widget_pages import every_origin, set_state, shipped, shown_values, small_vae, state, wait_until_alive

from vaecore import VAE, InvalidInputError, compute_KL, integrate_log_likelihood, lab_digits, load_mnist
from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.widgets import OneDigit
from vaecore.widgets.one_digit.drawing import LETTER
from vaecore.widgets.page.static_page import weights_in

PREDICTION = {"question": "An A?", "answers": ["Yes.", "No."], "look": "Look at the map."}
READY = """() => {
  const shown = document.querySelector('[data-values]');
  return shown && Number.isFinite(JSON.parse(shown.dataset.values).log_p);
}"""


@cache
def data():
    sample = load_mnist("sample")
    return *lab_digits(sample), sample.test_images, sample.test_labels


def make(**options):
    return OneDigit(shipped("map"), *data(), **options)


def asking():
    return make(prediction=PREDICTION)


def strokes_like_a_hand(rng: np.random.Generator) -> list[list[float]]:
    """One to four strokes: some long, some a single point, some at the pad's edge."""
    strokes = []
    for _ in range(rng.integers(1, 5)):
        steps = rng.normal(0, rng.choice([0.02, 0.1]), (rng.integers(1, 30), 2))
        points = np.clip(rng.uniform(0, 1, 2) + np.cumsum(steps, axis=0), 0, 1)
        strokes.append([round(float(v), 4) for v in points.ravel()])
    return strokes


# From Python


@pytest.mark.usefixtures("in_a_notebook")
def test_what_can_be_set():
    figure = make()
    assert (figure.digit, figure.noise, figure.expected) == (0, True, -1)
    np.testing.assert_array_equal(figure.image, data()[0][0] > 0.5)
    figure.strokes = LETTER
    assert figure.digit == -1 and figure.strokes == LETTER and figure.image.sum() > 30
    figure.strokes = []
    assert not figure.image.any()
    figure.digit = 3
    np.testing.assert_array_equal(figure.image, data()[0][3] > 0.5)
    figure.eps = np.array([0.5, 2])
    assert figure.eps == [0.5, 2] and repr(figure).startswith("OneDigit(VAE(") and len(repr(figure)) < 100
    assert OneDigit(shipped("map"), *data()[:2], strokes=LETTER, digit=-1).image.sum() > 30


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"strokes": [[0.5]]}, "each a list x0, y0"),
        ({"strokes": "drawing"}, "expected a list of strokes"),
        ({"strokes": [[0.5, 1.01]]}, "off the pad"),
        ({"strokes": [[0.5, np.nan]]}, "off the pad"),
        ({"strokes": [[0.5, 0.5] * 5001]}, "5001 points, expected at most 5000"),
        ({"eps": [0.0]}, "eps has 1 numbers, expected 2"),
        ({"digit": 10}, "digit is 10"),
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
        (lambda x, y, rng: (small_vae(rng, 400), x, y), "400 latent dimensions, expected at most"),
        (lambda x, y, rng: (small_vae(rng, 3), x, y, x, y[1:]), "scatter_labels has shape"),
        (lambda x, y, rng: (small_vae(rng, 3), x, y, x[:, :9], y), r"expected \(B, 784\)"),
        (lambda x, y, rng: (None, x, y), "NoneType, expected a vaecore.VAE"),
        (lambda x, y, rng: (small_vae(rng, 2), x[:, :9], y), r"expected \(B, 784\)"),
        (lambda x, y, rng: (small_vae(rng, 2), np.tile(x, (3, 1)), np.tile(y, 3)), "30 digits are too many"),
        (lambda x, y, rng: (small_vae(rng, 2), x, y[1:]), "labels has shape"),
        (lambda x, y, rng: (small_vae(rng, 2), x, y, np.tile(x, (201, 1)), y), "scatter has 2010 digits"),
        (lambda x, y, rng: (small_vae(rng, 2), x, y, x, y[1:]), "scatter_labels has shape"),
    ],
)
def test_what_it_cannot_show_is_refused(change, what, rng):
    with pytest.raises(InvalidInputError, match=what):
        OneDigit(*change(*data()[:2], rng))


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("gone", ["question", "answers", "look"])
def test_a_question_without_a_part_is_refused(gone):
    with pytest.raises(InvalidInputError, match="prediction is not complete"):
        make(prediction={key: value for key, value in PREDICTION.items() if key != gone})


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("name", ["map", "lab"])
def test_the_rounded_encoder_costs_no_more_than_the_docstring_says(name, rng):
    """On 500 held-out digits, each flipped four times, with the same noise for both encoders."""
    rounded, exact = OneDigit(shipped(name), *data()).vae, shipped(name)
    grey = np.tile(data()[2], (4, 1))
    x = (rng.random(grey.shape) < grey).astype(np.float32)
    latents = exact.latent_size
    eps = rng.standard_normal((16, len(x), latents)).astype(np.float32)

    def bound(vae: VAE) -> np.ndarray:
        output = neural_net_predict(vae.rec_params, x)
        z = output[:, :latents] + np.exp(output[:, latents:]) * eps
        scores = [bernoulli_log_prob(x, neural_net_predict(vae.gen_params, some)) for some in z]
        return np.mean(scores, axis=0) - compute_KL(output)

    lost = bound(exact) - bound(rounded)
    assert lost.std() > 1e-4  # it does round
    assert abs(lost.mean()) < 0.035 + 5 * lost.std() / np.sqrt(len(x)) < 0.1


# In a browser


def check(figure: OneDigit, values: dict, picture: np.ndarray, x: np.ndarray) -> None:
    """What is shown is what Python computes for the same state."""
    now = figure.numbers
    np.testing.assert_array_equal(x.ravel(), figure.image)
    for name in ("mean", "log_std", "z", "log_likelihood", "kl"):
        expected = now[name] if now[name] != math.inf else None
        np.testing.assert_allclose(
            np.array(values[name], float), np.array(expected, float), rtol=1e-9, atol=1e-9, err_msg=name
        )
    pixels = figure.vae.decode(np.array([now["z"]]))[0]
    np.testing.assert_allclose(picture.ravel(), pixels, rtol=0, atol=1 / 255)


@every_origin
def test_numbers_and_pictures_are_vaecores(origin, open_widget, rng):
    page = open_widget(make, origin)
    hand = [{"strokes": strokes_like_a_hand(rng), "digit": -1} for _ in range(25)]
    states = [
        *hand, {"strokes": LETTER, "digit": -1}, {"strokes": [], "digit": -1},
        *({"digit": i, "strokes": []} for i in range(10)),
    ]  # fmt: skip
    states = [
        state | {"eps": rng.normal(0, 2, 2).tolist(), "noise": bool(i % 5)} for i, state in enumerate(states)
    ]
    (first,) = moments(page, [{}], canvases=[".vw-made canvas"])  # before the decoder is there
    pixels = make().vae.decode(np.array([make().numbers["z"]], np.float32))[0]
    np.testing.assert_allclose(first.inks[0].ravel(), pixels, rtol=0, atol=1 / 255)
    set_state(page, strokes=LETTER, digit=-1)
    page.wait_for_function(READY)  # both networks are there
    shown = moments(page, [{"state": s} for s in states], canvases=[".vw-made canvas", ".vw-seen canvas"])
    for wanted, seen in zip(states, shown, strict=True):
        figure = make(**wanted)
        check(figure, seen.values, *seen.inks)


def test_log_p_and_the_averages_are_integrals(open_widget, rng):
    """Also of a letter, a scribble and a blank; within the error that is stated, and a hundredth of a nat."""
    page = open_widget(make)
    cases = [
        {"strokes": LETTER, "digit": -1},
        {"strokes": strokes_like_a_hand(rng), "digit": -1},
        {"strokes": [], "digit": -1},
        *({"digit": i, "strokes": []} for i in (0, 4, 7)),
    ]
    for case in cases:
        set_state(page, **case)
        page.wait_for_function(READY)
        values, figure = shown_values(page), make(**case)
        exact = integrate_log_likelihood(figure.vae, figure.image[None], spacing=0.025, reach=4.5)[0]
        assert abs(values["log_p"] - exact) < values["error"] + 0.01, case
        np.testing.assert_allclose(values["expected"], figure.numbers["expected"], atol=1e-5)
        np.testing.assert_allclose(values["bound"], figure.numbers["bound"], atol=1e-5)
        assert values["bound"] < values["log_p"] + values["error"], case
        texts = page.locator(".vw-bound-terms tbody td").all_inner_texts()
        assert texts[7] == f"{values['log_p']:.2f}".replace("-", "−")
        assert texts[9] == f"{values['log_p'] - values['bound']:.2f}"


def test_the_encoder_comes_with_the_first_stroke(open_page: OpenPage, site):
    page, problems = open_page()
    address = site.add(make)
    html = (site.folder / address).read_text()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/")[-1]))
    page.goto(site.origins["http"] + address)
    wait_until_alive(page)
    assert [name for name in loaded if name.startswith("model-")] == []
    for i in range(10):
        page.locator(".vw-choice input").nth(i).check()
    page.wait_for_function(READY)
    (decoder,) = [name for name in loaded if name.startswith("model-")]
    draw(page, [(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)])
    page.wait_for_function(READY)
    models = [name for name in loaded if name.startswith("model-")]
    assert len(models) == 2 and set(models) == weights_in(html) and models[0] == decoder
    draw(page, [(0.3, 0.5), (0.7, 0.5)])
    page.wait_for_function(READY)
    assert [name for name in loaded if name.startswith("model-")] == models and problems == []


def test_weights_that_do_not_arrive_are_named_and_asked_for_again(open_page: OpenPage, site):
    page, _ = open_page()
    address = site.add(make)
    page.goto(site.origins["http"] + address)
    wait_until_alive(page)
    page.route("**/model-*.js", lambda route: route.abort())
    page.get_by_role("button", name="A letter").click()
    expect(page.locator(".vw-status")).to_contain_text(
        re.compile(r"The encoder could not be loaded \(model-\w+\.js did not arrive\)")
    )
    page.unroute("**/model-*.js")
    page.get_by_role("button", name="A scribble").click()
    page.wait_for_function(READY)


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    pad = page.locator(".vw-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def test_eps_by_sliders_by_chance_and_by_pulling_z(open_widget):
    page = open_widget(make)
    slider = page.get_by_role("slider", name="ε₂")
    slider.fill("0.5")
    slider.press("ArrowRight")
    assert state(page, "eps") == [1, 0.51]
    page.get_by_role("button", name="Draw ε").click()
    drawn = state(page, "eps")
    assert drawn != [1, 0.51] and all(abs(v) < 7 for v in drawn)
    for name, most in (("enlarged", 4.6), ("Map of", 300)):
        canvas = page.get_by_role("img", name=name)
        canvas.scroll_into_view_if_needed()
        canvas.click(position={"x": 30, "y": 40})
        values, box = shown_values(page), canvas.bounding_box()
        eps = state(page, "eps")
        assert eps != drawn and max(abs(v) for v in eps) < most
        if most > 5:  # on the map z is where it was pressed
            place = [30 / box["width"] * 8 - 4, 4 - 40 / box["height"] * 8]
            np.testing.assert_allclose(values["z"], place, atol=0.05)
    np.testing.assert_allclose(
        values["z"], np.array(values["mean"]) + np.exp(values["log_std"]) * eps, atol=1e-12
    )


def test_without_noise_it_is_an_autoencoder(open_widget):
    page = open_widget(make)
    page.get_by_role("checkbox", name="σ = 0").check()
    assert state(page, "noise") is False
    page.wait_for_function(READY)
    values = shown_values(page)
    assert values["z"] == values["mean"] and values["expected"] == values["log_likelihood"]
    texts = page.locator(".vw-bound-terms tbody td").all_inner_texts()
    assert texts[2:6] == ["−∞", "−∞", "−∞", "−∞"] and texts[9] == "∞"
    expect(page.get_by_role("slider", name="ε₁")).to_be_disabled()
    before = state(page, "eps")
    page.get_by_role("img", name="enlarged").click(position={"x": 20, "y": 20})
    assert state(page, "eps") == before
    expect(page.locator(".vw-status")).to_contain_text("z is μ")


def test_the_question_comes_first_and_can_be_passed_over(open_widget):
    page = open_widget(asking)
    body = page.locator(".vw-waiting")
    assert body.evaluate("element => element.inert")
    page.locator(".vw-pad").click(force=True, position={"x": 30, "y": 30})
    assert state(page, "strokes") == []
    expect(page.get_by_role("button", name="Yes.")).to_be_focused()
    page.get_by_role("button", name="No.").click()
    assert state(page, "expected") == 1 and page.locator(".vw-waiting").count() == 0
    expect(page.locator(".vw-expected")).to_have_text("You expect: No. Look at the map.")
    draw(page, [(0.3, 0.2), (0.7, 0.2)])
    assert len(state(page, "strokes")) == 1
    set_state(page, expected=-1)
    page.get_by_role("button", name="Just let me try").click()
    assert state(page, "expected") == 2
    expect(page.locator(".vw-expected")).to_have_text("Look at the map.")
