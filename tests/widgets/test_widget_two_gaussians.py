"""The figure of two Gaussians: its state in Python, and its numbers and its handling in a real Chromium."""

from itertools import pairwise

import numpy as np
import pytest
from hands import random_hands
from moments import moments
from widget_pages import every_origin, set_state, shown_values

from vaecore import InvalidInputError
from vaecore.kl import gaussian_kl
from vaecore.widgets import TwoGaussians

STATE = ["mean_q", "std_q", "mean_p", "std_p"]
LOWEST, HIGHEST = (-4, 0.25, -4, 0.25), (4, 3, 4, 3)
PRESETS = {
    "Equal": (0, 1, 0, 1),
    "Narrow inside wide": (0.5, 0.5, 0, 1.5),
    "Far apart": (-2, 0.7, 2, 0.7),
    "p the standard normal": (1.5, 0.4, 0, 1),
    "q the standard normal": (0, 1, 1.5, 0.4),
}


def look(page, *changes):
    return moments(page, changes or [{}], names=STATE, texts=[".vw-kl-number"])


def check_numbers(page):
    return check(*look(page))


def check(now):
    """What is shown is what vaecore computes from the same state; its four numbers."""
    mean_q, std_q, mean_p, std_p = values = [now.state[name] for name in STATE]
    q, p, shown = (mean_q, np.log(std_q)), (mean_p, np.log(std_p)), now.values
    # Where the bells are nearly equal, KL is about d², d the difference of two logarithms that are rounded
    # to 1e-16 each: for the 1e-14 below (d = 1e-7) that is an error of 1e-22 that nobody can help.
    np.testing.assert_allclose(shown["kl_q_to_p"], gaussian_kl(*q, *p), rtol=1e-9, atol=1e-20)
    np.testing.assert_allclose(shown["kl_p_to_q"], gaussian_kl(*p, *q), rtol=1e-9, atol=1e-20)
    z = np.array(shown["z"])
    log_q, log_p = (
        -0.5 * ((z - mean) / std) ** 2 - np.log(std * np.sqrt(2 * np.pi))
        for mean, std in ((mean_q, std_q), (mean_p, std_p))
    )
    np.testing.assert_allclose(shown["integrand"], np.exp(log_q) * (log_q - log_p), rtol=1e-9, atol=1e-12)
    for text, kl in zip(now.texts[0], (shown["kl_q_to_p"], shown["kl_p_to_q"]), strict=True):
        assert text.endswith(" nats") and float(text.removesuffix(" nats")) == pytest.approx(kl, abs=0.051)
    return values


def test_its_state_can_be_read_set_and_is_checked():
    widget = TwoGaussians(mean_q=np.float64(1), std_q=1)
    assert [getattr(widget, name) for name in STATE] == [1, 1, 0, 1.5]
    widget.mean_p, widget.std_p = 0, 1
    assert widget.kl_q_to_p == 0.5 and widget.kl_p_to_q == 0.5
    assert "The KL of q from p is 0.5000 nats" in widget.sentence
    seen = []
    widget.observe(seen.append, "mean_q")
    widget.mean_q = -2
    assert [change["new"] for change in seen] == [-2]
    assert widget.fallback().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"std_q": 0.0}, r"std_q is 0, expected a number from 0\.25 to 3"),
        ({"mean_p": 4.5}, r"mean_p is 4\.5, expected a number from -4 to 4"),
        ({"std_p": float("nan")}, "std_p is nan, expected a finite number"),
        ({"mean_q": "left"}, "mean_q is 'left', expected a finite number"),
    ],
)
def test_bad_state_is_named(state, message):
    with pytest.raises(InvalidInputError, match=message):
        TwoGaussians(**state)


@every_origin
def test_its_numbers_are_vaecores_wherever_the_sliders_stand(origin, open_widget, rng):
    page = open_widget(TwoGaussians, origin)
    names = page.locator(".vw-slider label").all_inner_texts()
    assert names == ["mean of q", "std. dev. of q", "mean of p", "std. dev. of p"]
    settings = [[round(value, 2) for value in rng.uniform(LOWEST, HIGHEST)] for _ in range(24)]
    changes = [{"controls": dict(zip(names, values, strict=True))} for values in settings]
    first, *others = [check(now) for now in look(page, {}, *changes)]
    assert others == settings
    assert len({tuple(values) for values in [first, *others]}) == 25


def test_python_is_obeyed_and_equal_bells_cost_nothing(open_widget):
    page = open_widget(TwoGaussians)
    set_state(page, mean_q=1.234567, std_q=0.7, mean_p=1.234567, std_p=0.7)
    check_numbers(page)
    assert shown_values(page)["kl_q_to_p"] == 0 and shown_values(page)["kl_p_to_q"] == 0
    assert page.get_by_role("slider").first.get_attribute("aria-valuetext") == "1.23"
    set_state(page, std_q=0.7 * (1 + 1e-7))  # so near that a difference of rounded parts would have no digit
    check_numbers(page)
    assert shown_values(page)["kl_q_to_p"] > 0


def test_the_presets(open_widget):
    page = open_widget(lambda: TwoGaussians(mean_q=3))
    for preset, values in PRESETS.items():
        set_state(page, mean_q=3, std_q=0.5, mean_p=0, std_p=1.5)
        page.get_by_role("button", name=preset).click()
        assert tuple(check_numbers(page)) == values
        forth, back = (shown_values(page)[name] for name in ("kl_q_to_p", "kl_p_to_q"))
        assert page.locator("p[role=status]").inner_text().startswith(f"KL of q from p {forth:.4f} nats")
        if preset in ("Equal", "Far apart"):
            assert forth == pytest.approx(back)
        else:
            assert abs(forth - back) > 1  # nats: the directions differ


def test_the_keyboard_moves_every_slider(open_widget):
    page = open_widget(TwoGaussians)
    for i, slider in enumerate(page.get_by_role("slider").all()):
        slider.press("Home")
        assert check_numbers(page)[i] == LOWEST[i]
        slider.press("ArrowRight")
        assert check_numbers(page)[i] == pytest.approx(LOWEST[i] + 0.01)
        slider.press("End")
        assert check_numbers(page)[i] == HIGHEST[i]


@pytest.mark.parametrize("name", ["q", "p"])
def test_the_top_of_a_bell_can_be_pulled(name, open_widget):
    page = open_widget(lambda: TwoGaussians(-1.5, 0.8, 1.5, 0.8))
    before = check_numbers(page)
    top = page.locator(".vw-dot").nth("qp".index(name)).bounding_box()
    x, y = top["x"] + top["width"] / 2, top["y"] + top["height"] / 2
    unit = page.locator(".vw-chart").first.bounding_box()["width"] / 360
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30 * unit, y + 20 * unit, steps=4)
    page.mouse.up()
    after = check_numbers(page)
    mean, std, other = (0, 1, slice(2, 4)) if name == "q" else (2, 3, slice(0, 2))
    assert after[mean] > before[mean] + 0.5 and after[std] > before[std] + 0.05
    assert after[other] == before[other]


def test_random_clicks_keys_and_drags_break_nothing(open_widget, rng):
    page = open_widget(TwoGaussians, width=700)

    def check_limits():
        limits = zip(LOWEST, check_numbers(page), HIGHEST, strict=True)
        assert all(a <= b for three in limits for a, b in pairwise(three))

    random_hands(page, rng, 150, share_of_keys=1 / 3, every=10, check=check_limits)
