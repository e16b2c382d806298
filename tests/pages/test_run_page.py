"""A chapter's cells run on its page: figures, widgets, errors, an end by Stop, and work that travels.

Chromium opens the page over http and in the light, Firefox from the folder, narrow and in the dark. `make
test-page` runs every chapter from its first cell to its last.
"""

import json

from browser import HTML, OpenPage, every_engine
from judgements import violations
from playwright.sync_api import expect
from python_pages import KEEP_FILES, cell_with, run_this_page, written_in

# The page's own matrix products beside NumPy's in double precision: any size, any way to lie in memory.
PRODUCTS = """
import numpy as np
from vaecore.foundations import products

rng, worst = np.random.default_rng(0), 0.0
for n, k, m in [(1, 1, 1), (4, 7, 16), (5, 30, 17), (3, 64, 33), (50, 20, 100)]:
    a, b = (rng.standard_normal(shape).astype(np.float32) for shape in ((2 * n, k), (k, m)))
    for x in (a, np.asfortranarray(a), a[::2], a[::-1]):
        for y in (b, np.asfortranarray(b), b[:, ::-1]):
            exact = x.astype(float) @ y.astype(float)
            worst = max(worst, np.abs(products._other(x, y) - exact).max())
print("products:", worst < 1e-4)
"""
SAME = ("average:", "KL(P || P) =", "discrete_kl:   ")  # what cells print that the page was built with


@every_engine
def test_the_cells_of_a_chapter_run_on_its_page(engine, http_server, open_page: OpenPage, tmp_path):
    folder = engine == "firefox"
    page, problems = open_page(dark=folder, width=360 if folder else 1280)
    page.goto(f"{f'{HTML.as_uri()}/' if folder else http_server}05_kl.html")
    printed = {words: cell_with(page, words).locator(".cell_output").inner_text() for words in SAME}
    count = page.locator(".cell .cell_input").count()
    page.get_by_role("button", name="Run this page").click()
    bar = page.get_by_role("region", name="Python on this page")
    expect(bar.locator(".rp-status")).to_contain_text("Python")
    assert 10 < page.evaluate("vaebookCells.cells().length") < count, "exercises keep their own editors"

    # A figure: the cells above run first, once, and say the same as in the book.
    drawing = cell_with(page, "plt.subplots")
    drawing.scroll_into_view_if_needed()
    drawing.get_by_role("button", name="Run cell").click()
    expect(drawing.locator(".rc-state")).to_contain_text("has run")
    picture = drawing.locator(".cell_output img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert "A figure" not in picture.get_attribute("alt"), "it has the words of the book's own"
    for words, expected in printed.items():
        assert cell_with(page, words).locator(".cell_output").inner_text().strip() == expected.strip()
    widget = page.locator(".cell.is-live .vaecore-widget").first
    widget.scroll_into_view_if_needed()
    page.wait_for_function("widget => widget.dataset.state === 'alive'", arg=widget.element_handle())
    assert violations(page) == []

    # Code of one's own, by keyboard: what it puts out, and the line in which it fails.
    mine = cell_with(page, "KL(P || P) =")
    mine.scroll_into_view_if_needed()
    mine.get_by_role("textbox").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("print('mine')\n1 / 0")
    page.keyboard.press("Control+Enter")
    expect(mine.locator(".cell-error")).to_contain_text("ZeroDivisionError")
    expect(mine.locator(".cell_output")).to_contain_text("mine")
    expect(mine.locator(".pe-wrong-line")).to_have_text("1 / 0")

    written_in(mine, PRODUCTS)
    mine.get_by_role("button", name="Run cell").click()
    expect(mine.locator(".cell_output")).to_have_text("products: True")

    # What does not end is stopped; the page lives, and what has run is to run again.
    written_in(mine, "while True:\n    pass")
    mine.get_by_role("button", name="Run cell").click()
    expect(bar.locator(".rp-status")).to_contain_text("Running")
    bar.get_by_role("button", name="Stop Python").click()
    expect(bar.locator(".rp-status")).to_contain_text("Stopped")
    expect(mine.locator(".rc-state")).to_contain_text("to run again")
    expect(drawing.locator(".rc-state")).to_have_text("to run again")

    # Work that travels: out as a notebook, away from the page, and back.
    written_in(mine, "print('mine')\n")
    page.evaluate(KEEP_FILES)
    bar.get_by_role("button", name="Take my work along").click()
    expect(bar.locator(".rp-status")).to_have_text("05_kl.ipynb has your code in 1 of its cells.")
    notebook = json.loads(page.evaluate("keptFile"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert "print('mine')\n" in sources and not any("KL(P || P) =" in source for source in sources)
    mine.get_by_role("button", name="Reset the code").click()
    kept = tmp_path / "05_kl.ipynb"
    kept.write_text(json.dumps(notebook), encoding="utf-8")
    page.locator(".run-bar input[type=file]").set_input_files(kept)
    expect(bar.locator(".rp-status")).to_contain_text("Loaded: 1 cell has")
    page.reload()
    run_this_page(page)
    assert page.evaluate("vaebookCells.cells().map(cell => cell.text())").count("print('mine')\n") == 1
    assert problems == []
