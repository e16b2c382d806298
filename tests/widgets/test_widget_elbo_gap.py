"""The widget of the gap: its numbers are exact and vaecore's, it obeys hands, keys and Python, and fits."""

import numpy as np
import pytest
from moments import moments
from widget_pages import set_state, shown_values, state

from vaecore import InvalidInputError
from vaecore.kl import gaussian_kl
from vaecore.widgets import ElboGap
from vaecore.widgets.elbo_gap.elbo_gap import NOISE

MODES = ["gaussian", "two humps"]
both = pytest.mark.parametrize("posterior", MODES)
every_origin = pytest.mark.parametrize("origin", ["http", "file"])


def by_quadrature(widget):
    """log p(x), the bound and the gap by Gauss-Hermite and Riemann sums that the widget does not use."""
    x, mean, std = widget.x, widget.mean, widget.std

    def log_joint(z):
        centre = z if widget.posterior == "gaussian" else z**2
        return -0.5 * ((x - centre) / NOISE) ** 2 - np.log(NOISE) - 0.5 * z**2 - np.log(2 * np.pi)

    grid = np.linspace(-12, 12, 100_001)
    log_p = np.log(np.sum(np.exp(log_joint(grid))) * (grid[1] - grid[0]))
    t, weight = np.polynomial.hermite_e.hermegauss(40)
    weight = weight / weight.sum()
    log_q = -0.5 * t**2 - 0.5 * np.log(2 * np.pi) - np.log(std)
    elbo = weight @ (log_joint(mean + std * t) - log_q)
    return log_p, elbo, weight @ (log_q - (log_joint(mean + std * t) - log_p))


def settings(count, rng):
    for _ in range(count):
        yield {
            "posterior": MODES[rng.integers(2)], "x": float(rng.uniform(-2, 2)),
            "mean": float(rng.uniform(-3, 3)), "std": float(rng.uniform(0.25, 2)),
        }  # fmt: skip


def test_the_numbers_are_exact_and_add_up(rng):
    for values in settings(200, rng):
        widget = ElboGap(**values)
        n = widget.numbers
        computed = n["log_p"], n["elbo"], n["gap"]
        np.testing.assert_allclose(computed, by_quadrature(widget), rtol=1e-9, atol=1e-10)
        assert n["log_p"] == pytest.approx(n["elbo"] + n["gap"], abs=1e-10)
        assert n["elbo"] == pytest.approx(n["likelihood"] - n["kl_to_prior"], abs=1e-12)
        assert n["kl_to_prior"] == pytest.approx(gaussian_kl(widget.mean, np.log(widget.std), 0.0, 0.0))
        assert n["gap"] > 0


def test_the_numbers_of_a_setting_need_no_widget(rng):
    """A search over a grid would make a thousand of them, and each would stay in the notebook."""
    from ipywidgets.widgets.widget import _instances

    for values in settings(20, rng):
        expected, alive = ElboGap(**values).numbers, len(_instances)
        assert ElboGap.numbers_of(**values) == expected
        assert len(_instances) == alive


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"posterior": "three humps"}, "posterior"), ({"x": np.nan}, "x"), ({"std": 0.0}, "std")],
)
def test_the_numbers_of_an_impossible_setting_are_refused(wrong, named):
    with pytest.raises(InvalidInputError, match=f"^{named} is"):
        ElboGap.numbers_of(**{"posterior": "gaussian", "x": 1.0, "mean": 0.0, "std": 1.0, **wrong})


def test_the_gap_closes_at_the_gaussian_posterior_and_never_with_two_humps():
    for x in (-1.7, 0.0, 0.9):
        assert ElboGap(x=x, mean=0.64 * x, std=0.6).numbers["gap"] == pytest.approx(0, abs=1e-14)
    gaps = [
        ElboGap(posterior="two humps", x=1.8, mean=mean, std=std).numbers["gap"]
        for mean in np.linspace(-2, 2, 41) for std in np.linspace(0.25, 2, 36)
    ]  # fmt: skip
    assert min(gaps) > 0.3


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("mean", 3.01, "mean is 3.01, expected a number from -3 to 3"),
        ("std", 0.0, "std is 0, expected a number from 0.25 to 2"),
        ("x", np.nan, "x is nan, expected a finite number"),
        ("x", "left", "x is 'left', expected a finite number"),
        ("posterior", "three humps", "posterior is 'three humps', expected one of gaussian, two humps"),
    ],
)
def test_bad_values_are_named_and_change_nothing(name, value, message):
    with pytest.raises(InvalidInputError, match=message):
        ElboGap(**{name: value})
    widget = ElboGap()
    before = widget.numbers
    with pytest.raises(InvalidInputError, match=message):
        setattr(widget, name, value)
    assert widget.numbers == before


def test_values_can_be_set_and_observed():
    widget, seen = ElboGap(), []
    widget.observe(lambda change: seen.append(change["new"]), names=["mean", "std"])
    widget.mean, widget.std = np.float32(0.5), 1
    assert seen == [0.5, 1.0] and repr(widget) == "ElboGap(posterior='gaussian', x=1.25, mean=0.5, std=1)"
    assert f"the gap {widget.numbers['gap']:.3f}" in widget.sentence


@both
def test_the_fallback_is_a_picture(posterior):
    assert ElboGap(posterior=posterior).fallback()[:8] == b"\x89PNG\r\n\x1a\n"


# In a browser


def look(page, *changes):
    return moments(page, changes or [{}], texts=[".vw-term-value"])


def check(page, widget):
    check_moment(*look(page), widget)


def check_moment(now, widget):
    """What the page shows is what Python computes."""
    shown, expected = now.values, widget.numbers
    assert set(shown) == set(expected)
    for name, value in expected.items():
        assert shown[name] == pytest.approx(value, rel=1e-9, abs=1e-10), name
    printed = [float(text.replace("−", "-")) for text in now.texts[0]]
    log_p, elbo, gap, elbo_again, likelihood, kl = printed
    assert abs(log_p - expected["log_p"]) <= 5.01e-4 and abs(elbo - expected["elbo"]) <= 5.01e-4
    assert abs(gap - expected["gap"]) <= 1.01e-3 and abs(kl - expected["kl_to_prior"]) <= 5.01e-4
    assert elbo == elbo_again
    assert log_p == pytest.approx(elbo + gap) and elbo == pytest.approx(likelihood - kl)


@every_origin
def test_its_numbers_are_pythons(origin, open_widget, rng):
    page = open_widget(ElboGap, origin=origin)
    check(page, ElboGap())
    chosen = list(settings(25, rng))
    for values, now in zip(chosen, look(page, *({"state": v} for v in chosen)), strict=True):
        check_moment(now, ElboGap(**values))


def heights(page):
    """The four bars and the two lines as they are drawn: (top, bottom) of each bar, height of each line."""
    return page.evaluate(
        """() => {
          const box = part => part.getBoundingClientRect();
          const bars = [...document.querySelectorAll('.vw-bars .vw-bar')].map(box)
            .map(b => [b.top, b.bottom]);
          const lines = [...document.querySelectorAll('.vw-bars g .vw-line')].map(box)
            .map(b => (b.top + b.bottom) / 2);
          return [bars, lines];
        }"""
    )


def test_the_columns_hang_from_one_line_and_end_at_the_bound(open_widget, rng):
    page = open_widget(ElboGap)
    for values in settings(8, rng):
        set_state(page, **values)
        n = ElboGap(**values).numbers
        (log_p, gap, likelihood, kl), (log_p_line, bound_line) = heights(page)
        assert log_p[0] == pytest.approx(likelihood[0], abs=0.1)
        assert log_p[1] == pytest.approx(gap[0], abs=0.1) and log_p[1] == pytest.approx(log_p_line, abs=0.6)
        assert likelihood[1] == pytest.approx(kl[0], abs=0.1)
        assert gap[1] == pytest.approx(kl[1], abs=0.1) and gap[1] == pytest.approx(bound_line, abs=0.6)
        pixels_a_nat = (gap[1] - log_p[0]) / -n["elbo"]
        assert gap[1] - gap[0] == pytest.approx(n["gap"] * pixels_a_nat, abs=0.5)
        assert bound_line > log_p_line  # below it on the screen


def test_keys_move_q(open_widget):
    page = open_widget(ElboGap)
    mean = page.get_by_label("mean of q")
    mean.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert state(page, "mean") == pytest.approx(-0.37)
    check(page, ElboGap(mean=-0.37))
    gap = page.locator(".vw-term-value").nth(2).inner_text()
    assert mean.get_attribute("aria-valuetext") == f"−0.37, gap {gap} nats"
    page.get_by_label("std of q").fill("1.5")
    page.get_by_label("x", exact=True).fill("-2")
    check(page, ElboGap(mean=-0.37, std=1.5, x=-2))


def test_the_peak_can_be_dragged(open_widget):
    page = open_widget(ElboGap)
    box = page.locator(".vw-densities .vw-dot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 40, steps=4)
    page.mouse.up()
    moved = page.locator(".vw-densities .vw-dot").bounding_box()
    # The peak is where the hand has put it; mean and std are rounded to hundredths.
    assert moved["x"] - box["x"] == pytest.approx(60, abs=1.5)
    assert moved["y"] - box["y"] == pytest.approx(-40, abs=2.5)
    mean, std = state(page, "mean"), state(page, "std")
    assert mean > 0 and std < 0.7
    check(page, ElboGap(mean=mean, std=std))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(0, 5000)  # far outside: the ends of the ranges
    page.mouse.up()
    assert (state(page, "mean"), state(page, "std")) == (-3, 2)


@pytest.mark.parametrize("x", [1.25, -0.8])
def test_the_button_closes_the_gap(x, open_widget):
    page = open_widget(lambda: ElboGap(x=x))
    page.get_by_role("button", name="Set q to the posterior").click()
    assert shown_values(page)["gap"] == pytest.approx(0, abs=1e-12)
    assert (state(page, "mean"), state(page, "std")) == pytest.approx((0.64 * x, 0.6))
    page.get_by_text("q is the posterior: the ELBO is log p(x).").wait_for()
    page.get_by_role("button", name="Reset").click()
    check(page, ElboGap())
    page.get_by_text("nats below log p(x)").wait_for()


@pytest.mark.parametrize(("x", "mean"), [(1.8, 0.5), (1.8, -0.5), (0.3, 1.0)])
def test_with_two_humps_the_best_gaussian_leaves_a_gap(x, mean, open_widget):
    page = open_widget(lambda: ElboGap(x=x, mean=mean))
    page.get_by_label("Posterior", exact=True).select_option("two humps")
    check(page, ElboGap(posterior="two humps", x=x, mean=mean))
    page.get_by_role("button", name="Find the best Gaussian q").click()
    best_mean, best_std = state(page, "mean"), state(page, "std")
    best = ElboGap(posterior="two humps", x=x, mean=best_mean, std=best_std)
    check(page, best)
    assert best.numbers["gap"] > 0.04 and best_mean * mean >= 0
    for d_mean in (-0.05, -0.01, 0, 0.01, 0.05):
        for d_std in (-0.05, -0.01, 0, 0.01, 0.05):
            near = ElboGap(posterior="two humps", x=x, mean=best_mean + d_mean, std=best_std + d_std)
            assert near.numbers["elbo"] <= best.numbers["elbo"] + 1e-12
    for other in np.linspace(-3, 3, 25):  # and no better one elsewhere
        for std in np.linspace(0.25, 2, 15):
            elsewhere = ElboGap(posterior="two humps", x=x, mean=other, std=std)
            assert elsewhere.numbers["elbo"] <= best.numbers["elbo"] + 1e-12


def test_python_moves_it(open_widget):
    page = open_widget(ElboGap)
    set_state(page, mean=1.5)
    set_state(page, std=0.3)
    set_state(page, x=-1.0)
    set_state(page, posterior="two humps")
    check(page, ElboGap(posterior="two humps", x=-1.0, mean=1.5, std=0.3))
    assert page.get_by_label("mean of q").input_value() == "1.5"
    assert page.get_by_label("Posterior", exact=True).input_value() == "two humps"


def test_a_bombardment_leaves_no_nan(open_widget, rng):
    page = open_widget(ElboGap)
    ends = [{"posterior": p, "x": x, "mean": m, "std": s}
            for p in MODES for x in (-2, 2) for m in (-3, 3) for s in (0.25, 2)]  # fmt: skip
    shown = page.evaluate(
        """settings => settings.map(values => {
          const {vaecoreModel} = document.querySelector('.vaecore-widget');
          for (const [name, value] of Object.entries(values)) vaecoreModel.set(name, value);
          const root = document.querySelector('.vw');
          return [JSON.parse(root.dataset.values), root.outerHTML];
        })""",
        [*ends, *settings(30, rng)],
    )
    assert len(shown) == 46
    for numbers, html in shown:
        assert all(isinstance(value, float | int) for value in numbers.values())
        assert "NaN" not in html and "Infinity" not in html
