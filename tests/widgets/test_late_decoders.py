"""Decoders come to a page when a hand comes near, and nobody sees a difference."""

import re

import numpy as np
import pytest
from browser import OpenPage, firefox_whole
from every_widget import every_widget
from widget_pages import PICTURES, come_near, make_widget, set_state, wait_until_alive

from vaecore.widgets.parts.late_decoders import LateDecoders

LATE = {widget.script: make for make in every_widget() if isinstance(widget := make(), LateDecoders)}
every_late_widget = pytest.mark.parametrize("make", LATE.values(), ids=LATE)
# The files of weights that the page has asked for.
WEIGHTS = "() => [...document.scripts].map(script => script.src).filter(src => src.includes('/model-'))"
WHITE = """() => {
  const {data} = document.querySelector('.vw-output').getContext('2d').getImageData(0, 0, 28, 28);
  return data.every(level => level === 255);
}"""


def test_all_widgets_with_a_decoder_are_here():
    assert sorted(LATE) == [
        "beta_slider", "fit_q", "latent_arithmetic", "latent_maps", "latent_sliders", "live_interpolation",
        "one_digit", "path_comparison",
    ]  # fmt: skip


@firefox_whole
@every_late_widget
def test_the_first_sight_is_the_decoders_before_it_is_there(engine, make, open_widget):
    page = open_widget(make, near=False)
    before = page.evaluate(PICTURES)
    assert page.evaluate(WEIGHTS) == []
    come_near(page)
    assert page.evaluate(WEIGHTS)
    after = page.evaluate(PICTURES)
    assert len(before) == len(after) > 0 and sum(map(sum, before)) < 255 * sum(map(len, before))
    for a, b in zip(before, after, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1)


def test_the_one_model_that_is_chosen_comes(open_widget):
    page = open_widget(LATE["beta_slider"])
    assert len(page.evaluate(WEIGHTS)) == 1
    page.get_by_label("β", exact=True).press("ArrowRight")
    page.wait_for_function("document.querySelector('.vaecore-widget').vaecoreModel.onItsWay === 0")
    assert len(page.evaluate(WEIGHTS)) == 2


def test_a_z_that_was_not_expected_is_white_until_the_decoder_is_there(open_page: OpenPage, site):
    page, problems = open_page()
    page.goto(site.origins["http"] + site.add(lambda: make_widget("latent_sliders", "map")))
    wait_until_alive(page)
    held = []
    page.route("**/model-*", lambda route: held.append(route))
    with page.expect_request("**/model-*"):
        set_state(page, z=[1.0, 1.0])
        assert page.evaluate(WHITE)
    page.evaluate(PICTURES)
    assert page.evaluate(WHITE)
    (route,) = held
    route.continue_()
    page.wait_for_function(f"() => !({WHITE})()")
    assert problems == []


# Moves the figure in the moment in which it stands, before a frame is drawn.
AT_ONCE = """new MutationObserver((changes, observer) => {
  const holder = document.querySelector('.vaecore-widget[data-state=alive]');
  if (!holder) return;
  observer.disconnect();
  holder.vaecoreModel.set('first', 7);
}).observe(document, {subtree: true, attributes: true});"""


@pytest.mark.parametrize("name", ["live_interpolation", "path_comparison"])
def test_a_hand_that_is_faster_than_the_films_gets_no_picture_of_another_z(name, open_page: OpenPage, site):
    page, problems = open_page()
    page.add_init_script(AT_ONCE)
    held = []
    page.route("**/model-*", lambda route: held.append(route))
    page.goto(site.origins["http"] + site.add(LATE[name]))
    wait_until_alive(page)
    page.evaluate(PICTURES)
    assert page.evaluate(WHITE)
    for route in held:
        route.continue_()
    page.unroute("**/model-*")
    come_near(page)
    assert not page.evaluate(WHITE)
    assert problems == []


def test_a_decoder_that_does_not_arrive_is_named_and_asked_for_again(open_page: OpenPage, site):
    page, _ = open_page()
    page.goto(site.origins["http"] + site.add(lambda: make_widget("latent_sliders", "map")))
    wait_until_alive(page)
    page.route("**/model-*", lambda route: route.abort())
    slider = page.locator(".vw-slider input").first
    slider.press("ArrowRight")
    notice = page.get_by_text(re.compile(r"The decoder could not be loaded \(model-\w+\.js did not arrive\)"))
    notice.wait_for()
    page.unroute("**/model-*")
    slider.press("ArrowRight")
    notice.wait_for(state="detached")
    assert len(page.evaluate(WEIGHTS)) >= 1
