"""What the tests of the widgets share: models, digits, and static pages without the book around them."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import pytest

import serve_book
from vaecore import VAE, init_network, lab_digits, load_mnist
from vaecore.widgets import LatentSliders, LiveInterpolation
from vaecore.widgets.base import BookWidget

if TYPE_CHECKING:
    from browser import OpenPage
    from playwright.sync_api import Page

KINDS = {"latent_sliders": LatentSliders, "live_interpolation": LiveInterpolation}
every_widget = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)

# The colours of the book's theme, so that contrast is tested as readers get it.
STYLE = """
html { color-scheme: light; --pst-color-text-base: #222832; --pst-color-text-muted: #48566b;
  --pst-color-border: #d1d5da; --pst-color-background: #fff; --pst-color-surface: #f3f4f5;
  --pst-color-primary: #0a7d91; }
html[data-theme=dark] { color-scheme: dark; --pst-color-text-base: #ced6dd; --pst-color-text-muted: #9ca4af;
  --pst-color-border: #48566b; --pst-color-background: #14181e; --pst-color-surface: #29313d;
  --pst-color-primary: #3fb1c5; }
body { color: var(--pst-color-text-base); background: var(--pst-color-background); font-family: sans-serif;
  max-width: 830px; margin: 1rem auto; padding: 0 1rem; }
"""


def small_vae(rng: np.random.Generator, latent: int = 3, image: int = 784, hidden: int = 16) -> VAE:
    return VAE(init_network((latent, hidden, image), rng), init_network((image, hidden, 2 * latent), rng))


shipped = cache(VAE.load_shipped)


@pytest.fixture(scope="session")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Ten images and their labels."""
    return lab_digits(load_mnist("sample"))


def make_widget(kind: str, model: str, **state: object) -> LatentSliders | LiveInterpolation:
    data = load_mnist("sample")
    scatter = (data.test_images, data.test_labels) if kind == "latent_sliders" else ()
    return KINDS[kind](shipped(model), *lab_digits(data), *scatter, **state)


def widget_html(folder: Path, make: Callable[[], BookWidget]) -> str:
    """The HTML of the widget that `make` makes as while the book is built; its files go below `folder`."""
    with mock.patch.dict(os.environ, VAECORE_WIDGETS=str(folder / "_static" / "widgets")):
        return make()._repr_mimebundle_()["text/html"]


def static_html(folder: Path, kind: str, model: str, **state: object) -> str:
    return widget_html(folder, lambda: make_widget(kind, model, **state))


def write_page(folder: Path, body: str, name: str = "index.html", theme: str = "light") -> Path:
    page = folder / name
    page.write_text(
        f'<!DOCTYPE html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Widgets</title>'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f"<body><main><h1>Widgets</h1>{body}</main></body></html>",
        encoding="utf-8",
    )
    return page


PAIRS = [(kind, model) for kind in KINDS for model in ("lab", "map")]
every_pair = pytest.mark.parametrize(("kind", "model"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
every_origin = pytest.mark.parametrize("origin", ["http", "file"])


@pytest.fixture(scope="session")
def widget_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with KIND-MODEL.html for each widget and shipped model, and all of them on all-THEME.html."""
    folder = tmp_path_factory.mktemp("widgets")
    bodies = {f"{kind}-{model}": static_html(folder, kind, model) for kind, model in PAIRS}
    for name, body in bodies.items():
        write_page(folder, body, f"{name}.html")
    for theme in ("light", "dark"):
        write_page(folder, "\n".join(bodies.values()), f"all-{theme}.html", theme)
    return folder


@contextmanager
def origins_of(folder: Path) -> Iterator[dict[str, str]]:
    """Where a browser finds that folder: over http, and on disk."""
    handler = partial(serve_book.BookHandler, directory=str(folder))
    with serve_book.BookServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield {"http": f"http://127.0.0.1:{server.server_port}/", "file": folder.as_uri() + "/"}
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def widget_origins(widget_site: Path) -> Iterator[dict[str, str]]:
    with origins_of(widget_site) as origins:
        yield origins


@pytest.fixture
def open_widget(open_page: OpenPage, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """open_widget(make, origin="file", theme="light", width=1280): the page of one widget, alive.

    Whatever goes wrong on the page fails the test.
    """
    lists = []
    with origins_of(tmp_path) as origins:

        def open_widget(
            make: Callable[[], BookWidget], origin: str = "file", theme: str = "light", **options: Any
        ) -> Page:
            write_page(tmp_path, widget_html(tmp_path, make), "index.html", theme)
            page, problems = open_page(**options)
            lists.append(problems)
            page.goto(origins[origin] + "index.html")
            wait_until_alive(page)
            return page

        yield open_widget
    assert lists and [problem for problems in lists for problem in problems] == []


def shown_values(page: Page) -> dict[str, Any]:
    """What the widget of a page says that it shows: its `data-values`, in full precision."""
    return json.loads(page.locator("[data-values]").first.get_attribute("data-values"))


def set_state(page: Page, **values: Any) -> None:
    """Change the widget's state as Python or a link would."""
    page.evaluate(
        """values => {
          const model = document.querySelector('.vaecore-widget').vaecoreModel;
          for (const [name, value] of Object.entries(values)) model.set(name, value);
        }""",
        values,
    )


def wait_until_alive(page: Page, count: int = 1) -> None:
    """Scroll to each widget of a page, and wait until all are there; fails if one says why it is not."""
    holders = page.locator(".vaecore-widget")
    assert holders.count() == count
    for i in range(count):
        holders.nth(i).scroll_into_view_if_needed()
        page.wait_for_function("i => document.querySelectorAll('.vaecore-widget')[i].dataset.state", arg=i)
    assert page.locator(".vw-trouble").all_inner_texts() == []


def open_all(
    open_page: OpenPage,
    widget_origins: dict[str, str],
    theme: str = "light",
    origin: str = "file",
    **options: Any,
) -> tuple[Page, list[str]]:
    """Open the page with all four widgets."""
    page, problems = open_page(**options)
    page.goto(f"{widget_origins[origin]}all-{theme}.html")
    wait_until_alive(page, 4)
    return page, problems


def state(page: Page, name: str) -> Any:
    """A value of the first widget's state."""
    return page.evaluate("name => document.querySelector('.vaecore-widget').vaecoreModel.get(name)", name)


def snapshot(page: Page, *selectors: str) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The state that changes, and what is on canvases at the same moment: ink, (height, width), in [0, 1]."""
    changing, pictures = page.evaluate(
        """selectors => {
          const holder = document.querySelector('.vaecore-widget'), changing = {};
          for (const name of ['z', 'digit', 'first', 'second', 's', 'playing'])
            changing[name] = holder.vaecoreModel.get(name);
          return [changing, selectors.map(selector => {
            const canvas = holder.querySelector(selector), {width, height} = canvas;
            const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
            return [height, width, btoa(Array.from(data, level => String.fromCharCode(level)).join(''))];
          })];
        }""",
        list(selectors),
    )
    inks = []
    for height, width, levels in pictures:
        rgba = np.frombuffer(base64.b64decode(levels), np.uint8).reshape(height, width, 4)
        assert (rgba[..., 3] == 255).all()
        assert (rgba[..., :3] == rgba[..., :1]).all()
        inks.append(1 - rgba[..., 0] / 255)
    return changing, inks
