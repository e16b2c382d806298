"""How the widgets look and sound, at every width, light and dark: in a real Chromium."""

import re

import pytest
from browser import OpenPage, chromium_only
from fonts import both_fonts
from looks import MISFITS, TARGETS, axe_judges, set_theme
from widget_pages import every_pair, open_all, wait_until_alive

# What a screen reader is told


def accessible(page):
    """(role, name, description) of every control, as Chromium tells assistive technology."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    parts = [
        [node.get(part, {}).get("value", "") for part in ("role", "name", "description")]
        for node in tree if not node["ignored"]
    ]  # fmt: skip
    return [tuple(part) for part in parts if part[0] in ("slider", "button", "radio", "combobox", "image")]


@chromium_only
@every_pair
def test_every_control_has_a_name_of_its_own(kind, model, widget_origins, open_page: OpenPage):
    page, _ = open_page()
    page.goto(f"{widget_origins['file']}{kind}-{model}.html")
    wait_until_alive(page)
    controls = accessible(page)
    sliders = [control for control in controls if control[0] == "slider"]
    if kind == "latent_sliders":
        assert len(sliders) == {"lab": 8, "map": 2}[model]
        assert all(re.fullmatch("z[₀-₉]+", name) and "nats" in kl for _, name, kl in sliders)
        assert sum(control[0] == "radio" for control in controls) == 10
    else:
        assert len(sliders) == 1
        menus = [name for role, name, _ in controls if role == "combobox"]
        assert menus == ["First (s = 0)", "Second (s = 1)"]
    names = [name for role, name, _ in controls if role != "image"]
    assert all(names) and len(set(names)) == len(names)
    assert all(name for _, name, _ in controls)


def test_values_are_said_once(widget_origins, open_page: OpenPage):
    """By the slider itself; an <output> would be read aloud at every step of a film."""
    page, _ = open_all(open_page, widget_origins)
    for slider in page.get_by_role("slider").all():
        slider.fill(slider.get_attribute("max"))
        assert slider.get_attribute("aria-valuetext").startswith(f"{float(slider.input_value()):.2f}")
        value = page.locator(f"output[for='{slider.get_attribute('id')}']")
        assert f"{float(slider.input_value()):.2f}" in value.inner_text()
        assert value.get_attribute("aria-live") == "off"
    assert page.locator(".vw [role=status]").count() == 4


def test_axe_finds_nothing(widget_origins, open_page: OpenPage):
    page, problems = open_all(open_page, widget_origins, origin="http")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            set_theme(page, theme)
            judged = axe_judges(page)
            assert [found for _, found, _ in judged if found] == [], (width, theme)
            assert len(judged) == 4 and min(passes for _, _, passes in judged) > 5
    assert problems == []


def test_axe_would_find_something(widget_origins, open_page: OpenPage):
    page, _ = open_all(open_page, widget_origins, origin="http")
    page.evaluate("() => document.querySelector('.vw-slider label').remove()")
    page.add_style_tag(content=".vw-kl { color: #ccc !important }")
    found = {violation[0] for _, violations, _ in axe_judges(page) for violation in violations}
    assert {"label", "color-contrast"} <= found


# Layout



@both_fonts
def test_everything_fits(widget_origins, open_page: OpenPage):
    """A window of 1280 pixels is 640 wide at 200%, and 320 at 400%."""
    page, _ = open_all(open_page, widget_origins)
    page.get_by_role("button", name="Show the other 42").click()
    for width in (320, 360, 412, 480, 560, 600, 640, 700, 760, 830, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(MISFITS) == [], width


def test_the_check_of_the_layout_can_see(widget_origins, open_page: OpenPage):
    page, _ = open_all(open_page, widget_origins)
    page.add_style_tag(content=".vw-output { margin-left: 900px } .vw-foot button { width: 20px }")
    found = " ".join(page.evaluate(MISFITS))
    assert "sticks out" in found and "is cut" in found and "the page is" in found


@pytest.mark.parametrize("width", [360, 1280])
def test_controls_are_large_enough_for_a_finger(width, widget_origins, open_page: OpenPage):
    page, _ = open_all(open_page, widget_origins, width=width)
    targets = page.evaluate(TARGETS)
    assert len(targets) > 40 and [target for target in targets if target[1] < 32] == []


@both_fonts
@pytest.mark.parametrize("model", ["lab", "map"])
def test_on_a_phone_the_output_stays_in_sight(model, widget_origins, open_page: OpenPage):
    page, _ = open_page(width=360)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{widget_origins['file']}latent_sliders-{model}.html")
    page.add_style_tag(content="body { padding-bottom: 2000px !important }")
    wait_until_alive(page)
    if model == "lab":
        page.get_by_role("button", name="Show the other 42").click()
    for slider in page.get_by_role("slider").all():
        slider.evaluate("slider => slider.scrollIntoView({block: 'center'})")
        assert page.evaluate(
            """() => {
              const output = document.querySelector('.vw-output'), box = output.getBoundingClientRect();
              const on_top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              return box.top >= 0 && box.bottom <= innerHeight && on_top === output;
            }""",
        )


def test_the_focus_can_be_seen(widget_origins, open_page: OpenPage):
    page, _ = open_all(open_page, widget_origins)
    page.evaluate("() => scrollTo(0, 0)")
    page.locator("body").press("Tab")
    seen = []
    while True:
        outline, kind = page.evaluate(
            """() => {
              const focused = document.activeElement, radio = focused.type === 'radio';
              const style = getComputedStyle(radio ? focused.nextElementSibling : focused);
              return [style.outlineStyle + ' ' + style.outlineWidth, focused.type || focused.tagName];
            }"""
        )
        if kind == "BODY":
            break
        assert outline == "solid 3px", kind
        seen.append(kind)
        page.keyboard.press("Tab")
    counts = {kind: seen.count(kind) for kind in seen}
    assert counts == {"radio": 2, "range": 8 + 2 + 2, "button": 3 + 2 + 2 + 4, "select-one": 4}
