"""What stands around a chapter's text: nothing lies on it, words stay whole, what is alike looks alike."""

from browser import OpenPage, every_engine, wait_until_typeset
from fonts import one_of_both
from judgements import open_fully

from vaecore.foundations.colours import IDEAS

# Words of the sidebar that end on another line than they begin; a number stays with its word too.
BROKEN = r"""() => [...document.querySelectorAll('.bd-sidebar-primary nav a')].flatMap(link => {
  const text = document.createTreeWalker(link, NodeFilter.SHOW_TEXT), found = [];
  while (text.nextNode()) {
    for (const {0: word, index} of text.currentNode.data.matchAll(/(\d+\.\s+)?\S+/g)) {
      const range = document.createRange();
      range.setStart(text.currentNode, index);
      range.setEnd(text.currentNode, index + word.length);
      if (new Set([...range.getClientRects()].map(({top}) => Math.round(top))).size > 1) found.push(word);
    }
  }
  return found;
})"""
# Heights of closed boxes, and the colours of links, of the chosen chapter and of the keyboard's ring.
BOXES = """() => [...new Set([...document.querySelectorAll('.admonition.dropdown.toggle-hidden')]
  .map(box => Math.round(box.getBoundingClientRect().height)))]"""
# What has the theme's look, and not the book's: a shadow, a coloured ground, a bar of a colour.
THEMES_BOXES = """() => [...document.querySelectorAll('article .admonition')].filter(box => {
  const grounds = [box, box.firstElementChild].map(part => getComputedStyle(part).backgroundColor);
  const {boxShadow, borderLeftColor} = getComputedStyle(box);
  const grey = borderLeftColor.match(/\\d+/g).slice(0, 3).map(Number);
  return boxShadow !== 'none' || grounds.some(ground => ground !== 'rgba(0, 0, 0, 0)')
    || Math.max(...grey) - Math.min(...grey) > 40;
}).map(box => box.className)"""
BLUES = """() => {
  const colour = selector => getComputedStyle(document.querySelector(selector)).color;
  const link = document.querySelector('article p a.reference.internal');
  link.focus({focusVisible: true});
  const {color, outlineColor} = getComputedStyle(link);
  return [color, outlineColor, colour('nav.bd-links .current > a')];
}"""


# Of each letter of the formulas' first term that has a colour, and of what should be its colour.
COLOURS_OF_A_TERM = """expected => {
  const letters = [...document.querySelector('mjx-container .of-kl').querySelectorAll('mjx-c')];
  const box = document.body.appendChild(document.createElement('i'));
  box.style.color = expected;
  const colours = [...letters, box].map(letter => getComputedStyle(letter).color);
  box.remove();
  return colours;
}"""


@every_engine
@one_of_both
def test_words_of_the_sidebar_stay_whole(engine, fonts, built_book, open_page: OpenPage):
    page, _ = open_page(width=1000)
    page.goto(f"{(built_book / '05_kl').as_uri()}.html")
    for width in (1000, 1100, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(BROKEN) == [], width


@every_engine
def test_closed_boxes_are_alike_links_have_one_blue_and_nothing_lies_on_the_text(
    engine, built_book, open_page: OpenPage
):
    page, _ = open_page()
    open_fully(page, f"{(built_book / '05_kl').as_uri()}.html")
    assert len(page.evaluate(BOXES)) == 1
    assert page.evaluate(THEMES_BOXES) == []
    assert len(set(page.evaluate(BLUES))) == 1
    assert page.locator("#pst-back-to-top").count() == 0
    wait_until_typeset(page)
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        *term, expected = page.evaluate(COLOURS_OF_A_TERM, getattr(IDEAS["kl"], theme))
        assert set(term) == {expected}


def test_pages_of_github_serve_every_folder(built_book):
    """Without this file GitHub Pages leaves _static out when a site comes from a folder."""
    assert (built_book / ".nojekyll").exists() and (built_book / "_static").is_dir()


def test_the_magnifier_stands_before_the_words(http_server, open_page: OpenPage):
    page, _ = open_page()
    page.goto(f"{http_server}search.html?q=Bernoulli")
    field = page.locator("article input.form-control, main input.form-control").first
    glass = page.locator("main .bd-search .fa-magnifying-glass").first.bounding_box()
    padding = field.evaluate("field => parseFloat(getComputedStyle(field).paddingLeft)")
    assert glass["x"] + glass["width"] <= field.bounding_box()["x"] + padding
