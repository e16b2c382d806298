"""One digit through a VAE of many latents: bars, numbers, and log p(x) by sampling, as vaecore has them."""

import math

import numpy as np
import pytest
from moments import moments
from playwright.sync_api import Page, expect
from test_widget_one_digit import READY, data
from widget_pages import every_origin, set_state, shipped, shown_values, small_vae, state

from vaecore import VAE, InvalidInputError, estimate_log_likelihood
from vaecore.kl import kl_per_dimension
from vaecore.widgets import OneDigit
from vaecore.widgets.one_digit.drawing import LETTER


def make(vae: VAE | None = None, **options):
    return OneDigit(vae or shipped("lab"), *data(), **options)


@pytest.mark.usefixtures("in_a_notebook")
def test_what_can_be_set():
    figure = make()
    assert len(figure.eps) == 50 and (figure.latent, figure.scatter) == (0, {})
    binary = (data()[2] > 0.5).astype(np.float32)
    nats = kl_per_dimension(np.concatenate(figure.vae.encode(binary), axis=1)).mean(axis=0)
    assert figure.order == np.argsort(-nats).tolist() and nats[figure.order[0]] > 2
    with pytest.raises(InvalidInputError, match="eps has 2 numbers, expected 50"):
        figure.eps = [0.0, 1.0]
    figure.eps = np.zeros(50)
    numbers = figure.numbers
    np.testing.assert_array_equal(numbers["z"], numbers["mean"])
    assert numbers["expected"] is numbers["bound"] is None
    assert make(small_vae(np.random.default_rng(0), latent=1)).eps == [1.0]


@every_origin
def test_numbers_and_pictures_are_vaecores(origin, open_widget, rng):
    page = open_widget(make, origin)
    set_state(page, strokes=LETTER, digit=-1)
    page.wait_for_function(READY)  # both networks are there
    states = [
        {"strokes": LETTER, "digit": -1}, {"strokes": [], "digit": -1},
        *({"digit": i, "strokes": []} for i in range(0, 10, 3)),
    ]  # fmt: skip
    states = [
        wanted | {"eps": rng.normal(0, 2, 50).tolist(), "noise": i != 3} for i, wanted in enumerate(states)
    ]
    shown = moments(page, [{"state": s} for s in states], canvases=[".vw-made canvas", ".vw-seen canvas"])
    for wanted, seen in zip(states, shown, strict=True):
        figure = make(**wanted)
        np.testing.assert_array_equal(seen.inks[1].ravel() > 0.5, figure.image > 0.5)
        for name in ("mean", "log_std", "z", "log_likelihood", "kl"):
            expected = figure.numbers[name] if figure.numbers[name] != math.inf else None
            np.testing.assert_allclose(
                np.array(seen.values[name], float), np.array(expected, float), rtol=1e-9, atol=1e-9
            )
        pixels = figure.vae.decode(np.array([figure.numbers["z"]]))[0]
        np.testing.assert_allclose(seen.inks[0].ravel(), pixels, rtol=0, atol=1 / 255)


def sampled(page: Page, **values) -> dict:
    set_state(page, **values)
    page.wait_for_function(READY)
    return shown_values(page)


def test_log_p_and_the_average_are_estimated_with_their_error(open_widget, rng):
    """Against ten times as many samples: within five standard errors of both together."""
    page = open_widget(make)
    for digit in (0, 7):
        values = sampled(page, digit=digit)
        figure = make(digit=digit)
        x = figure.image[None]
        exact, ess = estimate_log_likelihood(figure.vae, x, rng, 20_000, return_ess=True)
        tolerance = 5 * (values["error"] + 1 / math.sqrt(ess[0]))
        assert 0.05 < values["error"] < 1 and abs(values["log_p"] - exact[0]) < tolerance
        mean, std = np.array(figure.numbers["mean"]), np.exp(figure.numbers["log_std"])
        z = mean + std * rng.normal(0, 1, (4000, 50))
        logits = np.log(p := figure.vae.decode(z)) - np.log1p(-p)
        scores = -np.logaddexp(0, np.where(x > 0, -logits, logits)).sum(axis=1)
        error = values["error"] + scores.std() / math.sqrt(len(scores))
        assert abs(values["expected"] - scores.mean()) < 5 * error
        assert values["bound"] == pytest.approx(values["expected"] - values["kl"])
    expect(page.locator(".vw-terms-note").first).to_contain_text("Sampled, 2,000 z: good to about 0.")


def test_a_decoder_that_ignores_z_makes_log_p_exact(open_widget, rng):
    """p(x | z) is one number then, and log p(x) is it: the weights average to 1."""
    vae = small_vae(rng, latent=4)
    vae.gen_params[0][0][:] = 0
    page = open_widget(lambda: make(vae))
    values = sampled(page, digit=2)
    assert abs(values["log_p"] - values["log_likelihood"]) < 5 * values["error"]
    assert values["expected"] == pytest.approx(values["log_likelihood"])
    values = sampled(page, noise=False)
    assert values["kl"] is None and values["expected"] == pytest.approx(values["log_likelihood"])


def test_a_latent_is_chosen_and_pulled(open_widget):
    page = open_widget(make)
    figure = make()
    before = state(page, "eps")
    canvas = page.get_by_role("img", name="q(z | x) of 50 latents")
    box = canvas.bounding_box()
    where = {"x": box["width"] * (3 + 0.5) / 50, "y": box["height"] * 420 / 540 / 4}
    canvas.click(position=where)  # a quarter down from the top: half of the way up from 0
    j = figure.order[3]
    assert state(page, "latent") == 3
    after = state(page, "eps")
    assert [i for i in range(50) if before[i] != after[i]] == [j]
    z = shown_values(page)["z"][j]
    assert 1.8 < z < 6.2 and canvas.get_attribute("aria-label").count(f"Chosen: z{subscript(j)}") == 1
    page.get_by_role("slider", name="latent").fill("7")
    page.get_by_role("slider", name="its ε").fill("-1.5")
    assert state(page, "eps")[figure.order[7]] == -1.5
    expect(page.locator(".vw-parameters").first).to_contain_text(f"z{subscript(figure.order[7])}: μ = ")
    page.get_by_role("button", name="Draw ε").click()
    assert len(set(state(page, "eps"))) > 40
    page.get_by_role("checkbox", name="σ = 0").check()
    assert page.get_by_role("slider", name="its ε").is_disabled()
    canvas.click(position=where)
    expect(page.locator(".vw-status").first).to_contain_text("there is nothing to draw")


def subscript(j: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(j + 1))


def test_inside_shows_the_chosen_latent(open_widget):
    page = open_widget(lambda: make(inside="sample", latent=2))
    figure = make()
    j = figure.order[2]
    numbers = figure.numbers
    expected = [numbers["mean"][j], math.exp(numbers["log_std"][j]), figure.eps[j], numbers["z"][j]]
    shown = page.locator(".vw-inside tbody td").all_inner_texts()
    np.testing.assert_allclose([float(text.replace("−", "-")) for text in shown], expected, atol=6e-4)
    set_state(page, inside="bound")
    page.wait_for_function("() => document.querySelector('.vw-inside').dataset.inside?.includes('bound')")
    expect(page.locator(".vw-inside")).to_contain_text(f"{numbers['kl']:.2f} nats")
