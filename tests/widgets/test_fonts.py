"""Layout is tested with narrow and with wide letters, whatever fonts the machine has."""

from browser import chromium_only
from fonts import FACES, both_fonts

STACKS = ["sans-serif", '-apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif', "Arial"]
SEEN = {"narrow": {"Arimo", "DejaVu Sans"}, "wide": {"DejaVu Sans"}}


def families_and_width(page, stack: str) -> tuple[set[str], float]:
    """The families of the letters that Chromium draws, and how wide the line is in pixels."""
    page.set_content(f"<span style='font-family: {stack}'>Through latent space ▶</span>")
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    span = tools.send("DOM.querySelector", {"nodeId": root, "selector": "span"})["nodeId"]
    used = tools.send("CSS.getPlatformFontsForNode", {"nodeId": span})["fonts"]
    return {font["familyName"] for font in used}, page.locator("span").bounding_box()["width"]


@chromium_only
@both_fonts
def test_a_page_sees_the_faces_of_its_set_alone(fonts, open_page):
    page, _ = open_page()
    for stack in STACKS:
        assert families_and_width(page, stack)[0] == SEEN[fonts], stack


@chromium_only
def test_the_wide_letters_are_wider(browser_with):
    widths = {}
    for fonts in FACES:
        page = browser_with("chromium", fonts).new_page()
        widths[fonts] = families_and_width(page, "sans-serif")[1]
        page.close()
    assert widths["wide"] > 1.08 * widths["narrow"]
