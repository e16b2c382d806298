"""A widget looks as its own style sheet asks, whatever else is on the page, in whatever order sheets come.

A page has one link to each sheet, the shared one first. In a notebook each widget brings both of its sheets
along: the shared one comes again after the own ones of others, and so do the sheets of other widgets.
"""

import pytest
from browser import OpenPage, every_engine
from every_widget import every_widget

from vaecore.widgets.page import sources

# For each widget on the page and each rule of its own sheet that applies now: what the elements have that the
# rule names, now and when all the sheet's declarations are !important.  Values that differ.
DIFFERENT = r"""async () => {
  const rulesOf = rules => [...rules].flatMap(rule => {
    if (rule.selectorText) return [rule];
    if (rule.media && !matchMedia(rule.media.mediaText).matches) return [];
    return rule.cssRules ? rulesOf(rule.cssRules) : [];
  });
  const found = new Set();
  let seen = 0;
  for (const holder of document.querySelectorAll('.vaecore-widget')) {
    const name = holder.dataset.widget;
    const sheet = [...document.styleSheets].find(({href}) => href?.endsWith(`/${name}.css`));
    if (!sheet) continue;
    const asked = rulesOf(sheet.cssRules).flatMap(rule => {
      if (/::|:hover|:focus/.test(rule.selectorText)) return [];
      const parts = [...holder.querySelectorAll(rule.selectorText)].filter(part => part.closest('.vw'));
      const properties = [...rule.style].filter(property => !property.startsWith('--'));
      return parts.flatMap(part => properties.map(property => [part, property, rule.selectorText]));
    });
    const values = () => asked.map(([part, property]) => getComputedStyle(part).getPropertyValue(property));
    const before = values();
    const important = document.createElement('style');
    important.textContent = (await (await fetch(sheet.href)).text()).replace(/\/\*.*?\*\//gs, '')
      .replace(/([\w-]+\s*:[^{};]+?)\s*(;|\})/g, '$1 !important$2');
    document.head.append(important);
    const after = values();
    important.remove();
    seen += asked.length;
    asked.forEach(([part, property, selector], i) => {
      const placed = part.style.getPropertyValue(property); // by the widget itself
      if (before[i] !== after[i] && !placed)
        found.add(`${name}: ${selector} asks for ${property} ${after[i]}, it is ${before[i]}`);
    });
  }
  return [seen, [...found]];
}"""
# The sheets once more, as the widgets of a notebook bring them: each with the shared one before it.
AGAIN = """names => Promise.all(names.flatMap(name => ['widgets', name]).map(name =>
 new Promise((done, failed) => {
  const known = document.querySelector(`link[href$="/${name}.css"]`);
  if (!known) return done();
  const link = known.cloneNode();
  [link.onload, link.onerror] = [done, failed];
  document.head.append(link);
})))"""


def test_a_widget_looks_as_its_own_sheet_asks(open_widget):
    page = open_widget(every_widget(), "http")
    for again in (False, True):
        if again:
            page.evaluate(AGAIN, sources.widget_names()[::-1])
        for width in (360, 640, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            seen, found = page.evaluate(DIFFERENT)
            assert seen > 1000 and found == [], (width, again)


@every_engine
@pytest.mark.parametrize("name", ["05_kl", "08_beyond_the_lab"])
def test_a_page_of_the_book_has_one_link_to_each_sheet(engine, name, built_book, open_page: OpenPage):
    page, _ = open_page()
    page.goto(f"{(built_book / name).as_uri()}.html")
    links = page.eval_on_selector_all("link[rel=stylesheet]", "links => links.map(link => link.href)")
    assert len(links) == len(set(links))
    widgets = [link for link in links if "/widgets/" in link]
    assert len(widgets) > 2 and "/widgets.css" in widgets[0]
