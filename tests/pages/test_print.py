"""Pages on paper, A4 and Letter: nothing cut, dark on white, no lone headings, room to answer exercises."""

import re

import pytest
from browser import OpenPage, book_pages, chromium_only, every_engine, wait_until_typeset
from playwright.sync_api import Page
from printed import printed_pages
from sample import sample

PAGES = book_pages()
CHAPTERS = [name for name in PAGES if re.match(r"\d\d_", name)]
MARGIN = 16 * 72 / 25.4  # points, at the sides
PAPERS = {"A4": 672, "Letter": 695}  # CSS pixels of the column, between margins of 16 mm
CHECKED = ("02_latent_variable_models", "05_kl", "07_mnist_lab")  # sheet by sheet
PRINTED = [(name, paper) for name in CHECKED for paper in PAPERS]
HEADINGS = (15.2, 12.1)  # points: h2 and h3
# What is cut or sticks out; letters too pale for paper; what is of use on a screen alone.
TROUBLES = """() => {
  const width = document.documentElement.clientWidth, found = [];
  const linear = level => (level /= 255) <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  const luminance = colour => {
    const [r, g, b, a = 1] = colour.match(/[0-9.]+/g).map(Number);
    return a === 0 ? 1 : 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  for (const element of document.querySelectorAll('article *')) {
    const hidden = element.closest('mjx-assistive-mml, .vw-hidden');
    if (hidden || !element.checkVisibility({visibilityProperty: true})) continue;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    const name = `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 40)}`;
    if (box.width > 1 && box.right > width + 1) found.push(`${name} ends at ${box.right}`);
    const scrolls = /auto|scroll|hidden|clip/.test(style.overflowX);
    const isCut = scrolls && element.scrollWidth > element.clientWidth + 1;
    if (isCut && !element.matches('.code-line, input, span.math')) found.push(`${name} is cut`);
    if (luminance(style.backgroundColor) < 0.8) found.push(`${name} is on ${style.backgroundColor}`);
    const says = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (says && 1.05 / (luminance(style.color) + 0.05) < 4.5) found.push(`${name} is ${style.color}`);
    if (element.matches('.hint, .solution, .toggle-button, .copybtn, summary, .headerlink'))
      found.push(`${name} is of no use on paper`);
  }
  for (const exercise of document.querySelectorAll('article .admonition.exercise')) {
    const {borderTopStyle, height} = getComputedStyle(exercise, '::after');
    if (borderTopStyle !== 'dotted' || !(parseFloat(height) > 60)) found.push(`no room: ${exercise.id}`);
  }
  if (!document.querySelector('article h1').checkVisibility()) found.push('no title');
  return found.slice(0, 8);
}"""


def on_paper(page: Page, address: str) -> None:
    """The page as it is laid out in the column of a sheet."""
    page.set_viewport_size({"width": PAPERS["A4"], "height": 900})
    page.goto(address)
    wait_until_typeset(page)
    page.emulate_media(media="print")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'light'")


@chromium_only  # which shows a page as if printed
def test_every_page_can_be_printed(built_book, open_page: OpenPage, request):
    """From the dark theme, on both papers: one tab, the pages one after the other; some in `make test`."""
    page, problems = open_page(dark=True)
    found = {}
    for name in PAGES if request.config.getoption("whole") else PAGES[::3]:
        page.emulate_media(media="screen")
        on_paper(page, f"{(built_book / name).as_uri()}.html")
        troubles = page.evaluate(TROUBLES)
        page.set_viewport_size({"width": PAPERS["Letter"], "height": 900})
        troubles += page.evaluate(TROUBLES)
        number = page.locator("article h1").first.inner_text().split(".")[0]
        if name in CHAPTERS and number != str(int(name[:2])):
            troubles.append(f"the chapter's number is {number}")
        if troubles:
            found[name] = troubles
    assert found == {} and problems == []


@chromium_only  # Firefox's driver prints nothing
@pytest.mark.parametrize(("name", "paper"), sample(PRINTED, kept=PRINTED[::3]))
def test_a_chapter_fills_its_sheets(name, paper, built_book, open_page: OpenPage):
    page, _ = open_page(dark=True)
    page.goto(f"{(built_book / name).as_uri()}.html")
    wait_until_typeset(page)
    sheets = printed_pages(page.pdf(format=paper, prefer_css_page_size=True))
    assert page.locator("html").get_attribute("data-theme") == "dark"  # again
    assert 10 < len(sheets) < 30
    for number, sheet in enumerate(sheets, 1):
        assert sheet.right <= sheet.width - MARGIN + 1, number
        if number == len(sheets):
            break
        assert sheet.lowest > sheet.height / 2, f"sheet {number} is half empty"
        last = max(sheet.texts)
        assert not any(abs(last[1] - size) < 0.1 for size in HEADINGS), f"a heading ends sheet {number}"


@every_engine
def test_the_screen_is_as_before_when_it_is_printed(engine, built_book, open_page: OpenPage):
    """The events of printing, as all browsers send them: light and back, no letter of the code lost."""
    page, problems = open_page(dark=True)
    page.goto(f"{(built_book / '02_latent_variable_models').as_uri()}.html")
    wait_until_typeset(page)
    code = "() => [...document.querySelectorAll('article pre')].map(pre => pre.textContent)"
    before, theme = page.evaluate(code), "() => document.documentElement.dataset.theme"
    page.evaluate("() => { dispatchEvent(new Event('beforeprint')) }")
    assert page.evaluate(theme) == "light" and page.evaluate(code) == before
    assert page.locator("pre .code-line").count() > 20
    # Each line is whole in itself: what was open at its end is closed there.
    whole = "line => line.innerHTML.split('<').length % 2 === 1 && line.parentElement.tagName === 'PRE'"
    assert page.evaluate(f"() => [...document.querySelectorAll('.code-line')].every({whole})")
    page.evaluate("() => { dispatchEvent(new Event('afterprint')) }")
    assert page.evaluate(theme) == "dark" and problems == []


@chromium_only
def test_an_answer_is_printed_as_it_was_given(http_server, open_page: OpenPage):
    """Though nobody has scrolled to its question since the page was loaded."""
    page, problems = open_page()
    answers = {"X-5n": [0.0853, None], "C5-direction": "bd"}
    given = {name: {"answer": answer, "checked": None} for name, answer in answers.items()}
    page.goto(f"{http_server}05_kl.html")
    page.evaluate(
        "given => Object.entries(given).forEach(([id, kept]) => "
        "localStorage.setItem(`vae-book/question/${id}`, JSON.stringify(kept)))",
        given,
    )
    on_paper(page, f"{http_server}05_kl.html")
    page.wait_for_function("() => document.querySelectorAll('.vaecore-widget[data-state=alive]').length > 2")
    numbers, statements = page.locator("#ex-x-5n"), page.locator("#ex-c5-direction")
    assert numbers.locator("input").evaluate_all("inputs => inputs.map(i => i.value)") == ["0.0853", ""]
    ticked = "inputs => inputs.filter(i => i.checkVisibility() && i.checked).map(i => i.value)"
    assert statements.locator("input").evaluate_all(ticked) == ["b", "d"]
    for question in (numbers, statements):
        assert question.locator(".vw-question").is_visible()
        assert not question.locator(".vw-question-fallback").is_visible()
        assert question.locator("button:visible, .vw-waiting:visible").count() == 0
    assert problems == []


@chromium_only
def test_solutions_are_printed_in_the_open_edition(built_book, open_page: OpenPage):
    page, _ = open_page()
    on_paper(page, f"{(built_book / '05_kl').as_uri()}.html")
    solution = page.locator(".admonition.solution").first
    assert not solution.is_visible()
    page.evaluate(  # as editions.py marks them
        "() => document.querySelectorAll('.dropdown').forEach(box => box.classList.add('toggle-shown'))"
    )
    assert solution.is_visible() and solution.locator("pre").is_visible()
    room = "box => getComputedStyle(box, '::after').borderTopStyle"
    assert page.locator(".admonition.exercise").first.evaluate(room) == "none"


@chromium_only
def test_what_leads_to_the_progress_alone_is_left_out(built_book, open_page: OpenPage):
    """A sentence of chapter 1; in chapter 7 it stands in a paragraph that says more."""
    page, _ = open_page()
    for name, printed in (("01_autoencoders", False), ("07_mnist_lab", True)):
        on_paper(page, f"{(built_book / name).as_uri()}.html")
        assert page.locator("article [data-progress]").count() > 0
        assert ("passed so far" in page.locator("article").inner_text()) is printed
        assert not page.locator("article [data-progress]").first.is_visible()
