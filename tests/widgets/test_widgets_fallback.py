"""What is left of a widget where it cannot run, and what a page loads for one that can: in Chromium."""

import re

import pytest
from browser import OpenPage, chromium_only, watch
from playwright.sync_api import expect
from widget_pages import come_near, every_origin, open_all, static_html, wait_until_alive, write_page

TROUBLE = "This figure could not be brought to life"


@every_origin
def test_without_javascript_there_is_a_picture_and_a_sentence(origin, widget_origins, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    problems = watch(page)
    page.goto(widget_origins[origin] + "all-light.html")
    pictures = page.locator(".vw-fallback img")
    assert pictures.count() == 4 and page.locator(".vw").count() == 0
    for picture in pictures.all():
        expect(picture).to_be_visible()
        box = picture.bounding_box()
        assert box["width"] > 250 and box["height"] > 50
    for sentence in page.locator(".vw-fallback figcaption").all():
        expect(sentence).to_be_visible()
        expect(sentence).to_contain_text(re.compile("digits|steps"))
    assert problems == []
    context.close()


@chromium_only  # which shows a page as if printed
def test_on_paper_there_is_the_picture(widget_origins, open_page: OpenPage):
    page, _ = open_all(open_page, widget_origins)
    for medium, alive in (("screen", True), ("print", False)):
        page.emulate_media(media=medium)
        for i in range(4):
            assert page.locator(".vw").nth(i).is_visible() == alive
            assert page.locator(".vw-fallback").nth(i).is_visible() != alive


@chromium_only
def test_on_paper_from_a_notebook_there_is_the_widget_as_it_stands(widget_origins, open_page: OpenPage):
    """A notebook, and what nbconvert makes of it, has no picture; dark ones are printed in the light."""
    page, _ = open_all(open_page, widget_origins)
    page.evaluate(
        """() => {
          document.body.dataset.jpThemeLight = 'false';
          document.body.append(document.querySelector('.vw'));
        }"""
    )
    page.emulate_media(media="print")
    widget = page.locator("body > .vw")
    expect(widget).to_be_visible()
    look = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
    assert widget.evaluate(look) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def cut(text):
    return text[: len(text) // 2]


MISSING = {"missing weights": "model-*.js", "missing script": "live_interpolation.js"}
WEIGHTS = {
    "half the weights": ("model-*.js", cut),
    "empty weights": ("model-*.js", lambda text: ""),
    "characters that are no numbers": ("model-*.js", lambda text: text.replace("A", "!")),
    "too few weights": ("model-*.js", lambda text: re.sub(r'("data": ")[^"]{8}', r"\1", text)),
    "NaN": ("model-*.js", lambda text: re.sub(r'"step": [0-9.]+', '"step": NaN', text)),
    "another dtype": ("model-*.js", lambda text: text.replace('"steps"', '"int8"')),
}
DAMAGES = WEIGHTS | {
    "half the script": ("live_interpolation.js", cut),
    "empty script": ("live_interpolation.js", lambda text: ""),
    "wrong JSON": ("../../index.html", lambda text: text.replace('"layers":', "layers:")),
    "no pixels": ("../../index.html", lambda text: text.replace('"pixels":', '"pictures":')),
}


@every_origin
@pytest.mark.parametrize("what", [*MISSING, *DAMAGES])
def test_the_picture_stays_and_a_sentence_says_what_is_wrong(
    what, origin, engine, widget_site, widget_origins, open_page: OpenPage
):
    folder = widget_site / f"{what} {origin}".replace(" ", "-")
    folder.mkdir()
    write_page(folder, static_html(folder, "live_interpolation", "lab"))
    scripts = folder / "_static" / "widgets"
    if what in MISSING:
        next(scripts.glob(MISSING[what])).unlink()
    else:
        name, damage = DAMAGES[what]
        file = next(scripts.glob(name)) if "/" not in name else scripts / name
        before = file.read_text(encoding="utf-8")
        file.write_text(damage(before), encoding="utf-8")
        assert file.read_text(encoding="utf-8") != before
    page, problems = open_page()
    page.goto(f"{widget_origins[origin]}{folder.name}/index.html")
    if what in WEIGHTS or what == "missing weights":
        wait_until_alive(page)
        come_near(page)
        expect(page.get_by_text("The decoder could not be loaded")).to_be_visible()
        expect(page.locator(".vw .vw-output").first).to_be_visible()  # with what it had shown before
    else:
        expect(page.locator(".vw-trouble")).to_contain_text(TROUBLE)
        expect(page.locator(".vw-fallback img")).to_be_visible()
        assert page.locator(".vw").count() == 0
    if what in MISSING:
        # The browser itself notes that a file did not come.
        noted = ("request failed", "404", "console error: Failed to load resource")
        assert problems or (engine, origin) == ("firefox", "file")  # which says nothing of a lost file
        problems = [problem for problem in problems if not problem.startswith(noted)]
    assert problems == []  # nothing was thrown


@pytest.mark.parametrize("origin", ["http", pytest.param("file", marks=chromium_only)])  # and tells of files
def test_scripts_come_once_when_a_widget_is_near_and_weights_when_a_hand_is(
    origin, widget_site, widget_origins, open_page: OpenPage
):
    widgets = [static_html(widget_site, kind, "lab") for kind in ("latent_sliders", "live_interpolation")]
    write_page(widget_site, '<div style="height: 5000px">Far above</div>' + "".join(widgets), "far.html")
    page, problems = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
    page.goto(widget_origins[origin] + "far.html", wait_until="networkidle")
    assert [name for name in asked if name.endswith(".js")] == ["mount.js"]
    wait_until_alive(page, 2)
    scripts = ["latent_sliders.js", "live_interpolation.js", "mount.js"]
    assert sorted(name for name in asked if name.endswith(".js")) == scripts
    come_near(page)
    of_weights = [name for name in asked if name.endswith(".js") and name not in scripts]
    assert len(of_weights) == 1 and of_weights[0].startswith("model-")
    assert problems == []
