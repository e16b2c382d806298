"""make bench-widgets measures what it says, and every wait in it has an end."""

import pytest
from browser import chromium_only

from tools.benches import bench_widgets, page_weight


@chromium_only
def test_a_widget_is_moved_and_its_weights_do_not_count(chromium, http_server, monkeypatch):
    monkeypatch.setattr(bench_widgets, "UPDATES", 12)
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{http_server}index.html")
    page_weight.read_to_the_end(page)
    names = page.evaluate(bench_widgets.NAMES)
    times = bench_widgets.updates(page, names.index("latent_sliders"), 1)
    assert len(times) == 12 and all(0 < drawn <= frame for drawn, frame in times)
    assert bench_widgets.updates(page, names.index("question"), 1) is None  # has no slider
    assert page.evaluate("() => [...document.scripts].some(script => script.src.includes('/model-'))")
    page.close()


@chromium_only
def test_the_first_picture_of_a_page_that_is_opened_at_its_figure(chromium, http_server):
    page = chromium.new_page(viewport={"width": 1280, "height": 200})
    page.goto(f"{http_server}05_kl.html")
    page_weight.read_to_the_end(page)
    anchor = page.evaluate(bench_widgets.ANCHOR)
    page.close()
    assert anchor.startswith("#") and anchor.endswith(";")
    assert 0 < bench_widgets.first_picture(chromium, f"{http_server}05_kl.html{anchor}") < 60


@chromium_only
def test_a_page_without_a_figure_does_not_hold_it_up(chromium, http_server, monkeypatch):
    monkeypatch.setattr(bench_widgets, "ALIVE", bench_widgets.ALIVE.replace("60_000", "500"))
    with pytest.raises(RuntimeError, match=r"no widget was alive on http\S+ within a minute"):
        bench_widgets.first_picture(chromium, f"{http_server}bibliography.html")
