"""A chapter's cells run on its page: figures, widgets, errors, an end by Stop, and work that travels.

Chromium opens the page over http and in the light, Firefox from the folder, narrow and in the dark. `make
test-page` runs every chapter from its first cell to its last.
"""

import json

from browser import HTML, OpenPage, firefox_whole
from judgements import violations
from playwright.sync_api import expect
from python_pages import KEEP_FILES, cell_with, run_this_page, written_in

# The page's own matrix products and loops beside the plain formulas in double precision: any size, any way
# to lie in memory, numbers of any size.
KERNELS = """
import numpy as np
from vaecore.adam import Adam
from vaecore.foundations import compiled, likelihoods, products

rng, worst = np.random.default_rng(0), 0.0
for dtype, tolerance in (np.float32, 1e-4), (np.float64, 1e-12):
    for n, k, m in [(1, 1, 1), (4, 7, 16), (5, 30, 17), (3, 64, 33), (50, 20, 100)]:
        a, b = (rng.standard_normal(shape).astype(dtype) for shape in ((2 * n, k), (k, m)))
        for x in (a, np.asfortranarray(a), a[::2], a[::-1]):
            for y in (b, np.asfortranarray(b), b[:, ::-1]):
                error = np.abs(products._other(x, y) - x.astype(float) @ y.astype(float)).max()
                worst = max(worst, error / tolerance)
print("products:", worst < 1)

extremes = [0, 1e-30, -1e-8, 1e-4, 0.34, -0.36, 50, -87, 90, -103, 1e30, np.inf, -np.inf]
for n in (1, 3, 4, 1001):
    a = np.resize(np.append(extremes, 3 * rng.standard_normal(500)), n).astype(np.float32)
    exact = np.tanh(a.astype(float))
    close = np.allclose(products.tanh_in_place(a), exact, rtol=5e-7, atol=0)
    if not close:
        print("tanh is wrong for", n)
print("tanh:", np.isnan(products.tanh_in_place(np.full(5, np.nan, np.float32))).all())

loops, a = compiled._other, (20 * rng.standard_normal((9, 783))).astype(np.float32)
a[0, :11] = extremes[:11]
grey, binary = rng.random(a.shape), rng.integers(0, 2, (1, 783))
for x, tolerance in (grey, 1e-6), (binary, 1e-37):  # of grey pixels the gradient's parts may cancel
    x = x.astype(np.float32)
    plain = likelihoods._log_prob_of_rows(x.astype(float), a.astype(float))
    print("log p:", np.allclose(loops.bernoulli_log_prob(x, a), plain, rtol=3e-6))
    g = rng.standard_normal(9).astype(np.float32)
    plain = g[:, None] * likelihoods._gradient_of_rows(x.astype(float), a.astype(float))
    gradient = loops.bernoulli_log_prob_gradient(g, x, a)
    print("gradient:", np.allclose(gradient, plain, rtol=3e-6, atol=tolerance))
a[4, 782] = np.nan
print("NaN:", np.isnan(loops.bernoulli_log_prob(x, a)).nonzero()[0].tolist())

theta = rng.standard_normal((130, 151)).astype(np.float32)
exact, one, other = theta.astype(float), Adam(), Adam()
for step in range(4):
    g = rng.standard_normal(theta.shape).astype(np.float32)
    one.ascend([theta], [g])
    other.ascend([exact], [g.astype(float)])  # double precision: the plain formula
print("ADAM:", np.abs(theta - exact).max() < 1e-6)
"""
AS_IT_SHOULD_BE = """products: True
tanh: True
log p: True
gradient: True
log p: True
gradient: True
NaN: [4]
ADAM: True"""
# A training that does not end in its second epoch, until it is handed what it had learnt in its first.
TRAINING = """
import numpy as np
from vaecore import load_mnist, train

def hold(history):
    while len(history["epoch"]) == 2:
        pass

images = load_mnist("sample").train_images[:200]
sizes = {"hidden_sizes": (10,), "latent_size": 2, "epochs": 4, "progress": False}
result = train(images, np.random.default_rng(0), on_epoch=hold, **sizes)
once = train(images, np.random.default_rng(0), **sizes | {"epochs": 1})
same = all((a == b).all() for a, b in zip(result.vae.gen_params[1], once.vae.gen_params[1]))
print(result.history["epoch"], result.interrupted, same)
"""
SAME = ("average:", "KL(P || P) =", "discrete_kl:   ")  # what cells print that the page was built with


@firefox_whole
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

    written_in(mine, KERNELS)
    mine.get_by_role("button", name="Run cell").click()
    expect(mine.locator(".cell_output")).to_have_text(AS_IT_SHOULD_BE)

    # What does not end is stopped; the page lives, and what has run is to run again. What a training has
    # reported is kept for that.
    written_in(mine, TRAINING)
    mine.get_by_role("button", name="Run cell").click()
    page.wait_for_function("cell => cell.vaebookCell.learnt().length", arg=mine.element_handle())
    bar.get_by_role("button", name="Stop Python").click()
    number = mine.evaluate("cell => cell.vaebookCell.number")
    expect(bar.locator(".rp-status")).to_contain_text(
        "Stopped. What has run has to run again; your code is kept"
    )
    expect(bar.locator(".rp-status")).to_contain_text(f"what was learnt by cell {number} (epoch 1 of 4)")
    expect(mine.locator(".rc-state")).to_have_text("stopped: to run again; kept: epoch 1 of 4")
    expect(drawing.locator(".rc-state")).to_have_text("to run again")
    mine.get_by_role("button", name=f"Without training again, run cell {number}").click()
    expect(mine.locator(".rc-state")).to_contain_text("with what was learnt by epoch 1 of 4")
    expect(mine.locator(".cell_output .stdout")).to_have_text("[1] True True")
    expect(mine.get_by_role("button", name="Without training again")).to_be_hidden()

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
