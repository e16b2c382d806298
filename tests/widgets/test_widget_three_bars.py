"""The figure of three bars: its state in Python, and its numbers and its handling in a real Chromium."""


from itertools import pairwise

import numpy as np
import pytest
from hands import random_hands
from moments import moments
from widget_pages import every_origin, set_state, shown_values

from vaecore import InvalidInputError
from vaecore.kl import discrete_kl
from vaecore.widgets import ThreeBars

THIRDS = [1 / 3] * 3
SHEET = [0.36, 0.48, 0.16]


def numbers(values):
    """JSON has no infinity: the widget writes the word."""
    return np.array([float(value) for value in (values if isinstance(values, list) else [values])])


def look(page, *changes):
    return moments(page, changes or [{}], names="pq", texts=[".vw-terms tbody td"])


def check_numbers(page):
    return check(*look(page))


def check(now):
    """What is shown is what vaecore computes from the same state; P and Q."""
    p, q = (np.array(now.state[name], float) for name in "pq")
    for values in (p, q):
        assert values.min() >= 0 and abs(values.sum() - 1) < 1e-12
    shown, kl = now.values, [discrete_kl(p, q), discrete_kl(q, p)]
    for name, right in zip(("kl_p_to_q", "kl_q_to_p"), kl, strict=True):
        np.testing.assert_allclose(numbers(shown[name]), right, rtol=1e-9, atol=1e-15)
    for name, a, b in (("terms_p_to_q", p, q), ("terms_q_to_p", q, p)):
        with np.errstate(divide="ignore", invalid="ignore"):
            right = np.where(a == 0, 0, a * np.log(a / b))
        np.testing.assert_allclose(numbers(shown[name]), right, rtol=1e-9, atol=1e-15)
    for i, right in enumerate(kl):
        assert len(now.texts[0]) == 8
        cells = now.texts[0][4 * i : 4 * i + 4]
        assert cells[3] == ("∞" if np.isinf(right) else f"{right:.4f}") or abs(right - float(cells[3])) < 6e-5
    return p, q


def test_its_state_can_be_read_set_and_is_checked():
    widget = ThreeBars()
    assert widget.p == SHEET and widget.q == THIRDS
    assert widget.kl_p_to_q == pytest.approx(0.0852996013, abs=5e-11)
    assert widget.kl_q_to_p == pytest.approx(0.0974550068, abs=5e-11)
    widget.q = np.array([0.5, 0.5, 0.0])
    assert widget.q == [0.5, 0.5, 0.0] and widget.kl_p_to_q == np.inf and 0 < widget.kl_q_to_p < 1
    assert "The KL of P from Q is infinite" in widget.sentence
    assert widget.fallback().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.333] * 3, r"q sums to 0\.999, expected 1; write 1 / 3"),
        ([0.5, 0.5], "q has 2 numbers, expected 3"),
        ([1.5, -0.5, 0.0], r"q runs from -0\.5 to 1\.5, expected probabilities"),
        ([np.nan, 0.5, 0.5], r"q\[0\] is nan, expected a finite number"),
        (1.0, "q is 1.0, expected a list"),
    ],
)
def test_bad_state_is_named(values, message):
    with pytest.raises(InvalidInputError, match=message):
        ThreeBars(q=values)
    widget = ThreeBars()
    with pytest.raises(InvalidInputError, match=message):
        widget.q = values
    assert widget.q == THIRDS


@every_origin
def test_its_numbers_are_vaecores_wherever_the_bars_stand(origin, open_widget, rng):
    page = open_widget(ThreeBars, origin)
    names = page.locator(".vw-slider label").all_inner_texts()
    assert names == [f"{name}({k})" for name in "PQ" for k in range(3)]
    steps = [
        (int(rng.integers(6)), float(rng.choice([0, 1, round(rng.random(), 2)], p=[0.1, 0.1, 0.8])))
        for _ in range(24)
    ]
    changes = [{"controls": {names[i]: value}} for i, value in steps]
    shown = [check(now) for now in look(page, {}, *changes)]
    for (i, value), (before, after) in zip(steps, pairwise(shown), strict=True):
        old, new, k = before[i // 3], after[i // 3], i % 3
        assert new[k] == value
        np.testing.assert_array_equal(before[1 - i // 3], after[1 - i // 3])
        others = [j for j in range(3) if j != k]
        if old[others].min() > 0 and new[others].min() > 0:  # they keep their proportion
            ratios = new[others] / old[others]
            assert ratios[0] == pytest.approx(ratios[1], rel=1e-12)
    assert len({(*p, *q) for p, q in shown}) > 20


def test_python_is_obeyed(open_widget):
    page = open_widget(ThreeBars)
    set_state(page, p=[0.1, 0.2, 0.7])
    set_state(page, q=[0.1, 0.2, 0.7])
    p, q = check_numbers(page)
    assert list(p) == list(q) == [0.1, 0.2, 0.7]
    assert shown_values(page)["kl_p_to_q"] == 0
    assert page.get_by_role("slider").nth(5).get_attribute("aria-valuetext") == "0.7000"


PRESETS = {
    "Exercise X-5": ["0.0853", "0.0975"],
    "Equal": ["0.0000", "0.0000"],
    "A zero in P": ["0.4256", "∞"],
    "A zero in Q": ["∞", "0.2336"],
}


def test_the_presets_and_the_infinite(open_widget):
    page = open_widget(lambda: ThreeBars(p=[0.2, 0.2, 0.6]))
    for preset, sums in PRESETS.items():
        set_state(page, p=[0.2, 0.2, 0.6], q=THIRDS)
        page.get_by_role("button", name=preset).click()
        check_numbers(page)
        assert page.locator(".vw-terms td:last-child").all_inner_texts()[-2:] == sums, preset
        said = page.locator("p[role=status]").inner_text()
        assert said.count("infinite") == sums.count("∞") and "KL of P from Q" in said
        assert page.locator(".vw-chart").nth(1).get_by_text("∞").count() == sums.count("∞")


def test_rounding_makes_no_probability_larger_than_1(open_widget):
    page = open_widget(ThreeBars)
    set_state(page, p=[0.7, 0.3000000000000002, 0])  # sums to 1 as well as rounded numbers do
    (now,) = look(page, {"controls": {"P(0)": 0}})
    assert list(check(now)[0]) == [0, 1, 0]


def test_the_keyboard_moves_every_slider(open_widget):
    page = open_widget(ThreeBars)
    for i, slider in enumerate(page.get_by_role("slider").all()):
        values = [slider.press(key) or check_numbers(page)[i // 3][i % 3] for key in ("Home", "End")]
        assert values == [0, 1]
        slider.press("ArrowLeft")
        assert check_numbers(page)[i // 3][i % 3] == pytest.approx(0.99)


def test_a_bar_can_be_pulled_and_is_kept_while_the_pointer_wanders(open_widget):
    page = open_widget(ThreeBars)
    before = check_numbers(page)
    box = page.locator(".vw-bar").nth(1).bounding_box()  # P's middle bar
    x, y = box["x"] + box["width"] / 2, box["y"] + 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - box["height"] / 4, steps=3)
    page.mouse.move(x + 150, y - box["height"] / 2, steps=3)
    page.mouse.up()
    p, q = check_numbers(page)
    assert p[1] == pytest.approx(1.5 * before[0][1], abs=0.03)
    np.testing.assert_array_equal(q, before[1])


def test_random_clicks_keys_and_drags_break_nothing(open_widget, rng):
    page = open_widget(ThreeBars, width=700)
    random_hands(page, rng, 150, share_of_keys=1 / 3, every=10, check=lambda: check_numbers(page))
