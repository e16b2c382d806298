"""Whoever uses the keyboard sees where it is: a ring around every kind of button, link and field."""

import base64

import pytest
from browser import OpenPage, chromium_only
from judgements import open_fully
from looks import PIXELS
from sample import sample

# What has the focus: its kind, and its box on the screen with room for a ring; nothing at the page's end.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const kind = part => `${part.tagName}.${[...part.classList].join('.')}`;
  const {left, top, right, bottom} = element.getBoundingClientRect();
  const [x, y] = [Math.max(0, left - 8), Math.max(0, top - 8)];
  return [`${kind(element.parentElement)} > ${kind(element)}`, {
    x, y, width: Math.min(innerWidth, right + 8) - x,
    height: Math.min(innerHeight, bottom + 8, top + 200) - y,
  }];
}"""
# How many pixels of two pictures differ by a contrast of 3 to 1.
CHANGED = (
    "async pictures => {"
    + PIXELS
    + """
  const [a, b] = (await Promise.all(pictures.map(pixels))).map(({data}) => data);
  let changed = 0;
  for (let i = 0; i < a.length; i += 4) {
    const [p, q] = [luminance(a, i) + 0.05, luminance(b, i) + 0.05];
    if (Math.max(p, q) / Math.min(p, q) >= 3) changed += 1;
  }
  return changed;
}"""
)
STILL = "* { transition: none !important; animation: none !important; caret-color: transparent !important }"


@chromium_only
@pytest.mark.parametrize("scheme", sample(["light", "dark"], kept=["light"]))
def test_the_keyboard_s_place_is_seen(scheme, built_book, open_page: OpenPage):
    page, _ = open_page(dark=scheme == "dark", width=1280)
    open_fully(page, f"{(built_book / '05_kl').as_uri()}.html")
    page.add_style_tag(content=STILL)
    page.evaluate("() => window.scrollTo(0, 0)")
    page.evaluate("() => document.querySelector('.skip-link a, a').focus()")
    seen, unseen = set(), []

    def picture(box) -> str:
        return base64.b64encode(page.screenshot(clip=box)).decode()

    for _ in range(2000):  # a place that does not let the keyboard go ends the test, and not the day
        if page.evaluate("() => document.activeElement.closest('.pe-field') !== null"):
            page.wait_for_selector(".cm-content:focus")  # the editor comes when one enters its field
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        kind, box = focused
        if kind not in seen:
            seen.add(kind)
            pictures = [picture(box)]
            page.evaluate("() => { window.last = document.activeElement; last.blur() }")
            pictures.append(picture(box))
            if page.evaluate(CHANGED, pictures) < 60:
                unseen.append(kind)
            page.evaluate("() => last.focus({preventScroll: true, focusVisible: true})")
        if "cm-content" in kind:
            page.keyboard.press("Escape")  # Tab alone indents
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"the keyboard does not come to the page's end, it is at {kind}")
    assert len(seen) > 25 and any("theme-switch-button" in kind for kind in seen)
    assert unseen == []
