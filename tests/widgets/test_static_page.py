"""What a page with widgets needs: scripts, style sheets and weights, and the tags that load them."""

import os
import subprocess
import sys
from html.parser import HTMLParser
from importlib import resources

import pytest
from widget_pages import small_vae, widget_html

import vaecore.widgets
from vaecore import InvalidInputError
from vaecore.widgets import LatentSliders, NoiseFlow, PathComparison, ThreeBars, question
from vaecore.widgets.page import sources
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.page.static_page import (
    head_of,
    scripts_and_styles,
    share,
    sheets_of,
    weights_in,
    widgets_in,
)

FOLDER = resources.files("vaecore.widgets")
CLASSES = [
    thing for thing in (getattr(vaecore.widgets, name) for name in vaecore.widgets.__all__)
    if isinstance(thing, type) and issubclass(thing, BookWidget)
]  # fmt: skip
FILES = sorted(
    f"{folder.name}/{file.name}" for folder in FOLDER.iterdir() if folder.is_dir()
    for file in folder.iterdir() if file.name.endswith((".js", ".css"))
)  # fmt: skip


@pytest.fixture
def bodies(rng, digits, tmp_path):
    """HTML of widgets as cells put it out; their weights are in tmp_path/_static/widgets."""
    first, second = small_vae(rng), small_vae(rng)
    makers = {
        "latent_sliders": lambda: LatentSliders(first, *digits),
        "three_bars": ThreeBars,
        "path_comparison": lambda: PathComparison({"one": first, "other": second}, *digits),
        "question": lambda: question("X-1"),
    }
    return {name: widget_html(tmp_path, make) for name, make in makers.items()}


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def test_every_widget_is_found_by_its_folder():
    assert sources.widget_names() == sorted(widget.script for widget in CLASSES)
    assert len(CLASSES) == len(vaecore.widgets.__all__) - 1  # all but the function `question`


def test_all_that_pages_may_load_is_there():
    files = scripts_and_styles()
    names = sources.widget_names()
    assert {"mount.js", "widgets.css", *(f"{name}.js" for name in names)} <= set(files)
    sheets = [name for name in files if name.endswith(".css")]
    assert set(sheets) == {path.rsplit("/")[-1] for path in FILES if path.endswith(".css")}
    for name in names:
        assert f'vaecoreWidgets.module("{name}", exported);' in files[f"{name}.js"]
    assert not [name for name, text in files.items() if "\nimport " in text or "\nexport " in text]
    assert files == scripts_and_styles()


def test_they_are_had_without_a_notebook_and_without_a_folder(tmp_path):
    code = (
        "from vaecore.widgets.page.static_page import scripts_and_styles; import sys; "
        "assert 'mount.js' in scripts_and_styles(); "
        "print([m for m in ('ipykernel', 'torch') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=600,
        env={key: value for key, value in os.environ.items() if key != "VAECORE_WIDGETS"},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("[]\n", "") and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", FILES)
def test_a_source_file_is_short_and_loads_nothing(path):
    text = sources.read(path)
    assert len(text.splitlines()) < 300
    # What a comment is about, the name of a format, and a part of the same drawing.
    for harmless in ("file:// pages", "http://www.w3.org/2000/svg", "url(#"):
        text = text.replace(harmless, "")
    assert not [word for word in ("://", "url(", "@import") if word in text]


def test_there_are_source_files_to_look_at():
    assert len(FILES) > 30 and "parts/charts.js" in FILES and "page/mount.js" in FILES


@pytest.mark.parametrize("name", sources.widget_names())
def test_what_is_imported_comes_first_and_once(name):
    text = sources.javascript(name)
    own = sources.read(f"{name}/{name}.js").splitlines()[-1]
    assert text.rstrip().endswith(own) and own == "export default { render };"
    for path in FILES:
        line = sources.read(path).splitlines()[0]
        assert text.count(line) <= 1
    assert text.count(sources.read("parts/elements.js").splitlines()[0]) == 1


def test_widgets_and_weights_are_found_in_html(bodies, tmp_path):
    page = "<p>Before</p>" + "\n<p>between</p>\n".join([*bodies.values(), bodies["three_bars"]])
    assert widgets_in(page) == list(bodies)
    folder = tmp_path / "_static" / "widgets"
    assert weights_in(page) == {path.name for path in folder.iterdir()}
    assert len(weights_in(bodies["latent_sliders"])) == 1 and len(weights_in(bodies["path_comparison"])) == 2
    assert weights_in(bodies["three_bars"]) == set()
    assert weights_in(bodies["latent_sliders"]) < weights_in(bodies["path_comparison"])


@pytest.mark.parametrize(
    "text",
    ["", "<p>vaecore-widget</p>", '&lt;div class="vaecore-widget" data-widget="x"&gt;',
     '<div class="vaecore-widgets" data-widget="x"></div>', '<!-- <div class="vaecore-widget"> -->'],
)  # fmt: skip
def test_what_only_looks_like_a_widget_is_none(text):
    assert widgets_in(text) == [] and weights_in(text) == set()


@pytest.mark.parametrize("damage", ['"layers": "model-', '"z": ['])
def test_a_damaged_state_is_refused(damage, bodies):
    text = bodies["latent_sliders"]
    assert damage in text
    with pytest.raises(InvalidInputError, match="'latent_sliders' cannot be read"):
        weights_in(text.replace(damage, damage[1:]))


def test_the_head_loads_every_sheet_once_and_the_shared_one_first():
    names = ["three_bars", "noise_flow", "three_bars", "live_interpolation", "question"]
    sheets = sheets_of(names)
    assert sheets == ["widgets.css", "three_bars.css", "noise_flow.css", "question.css"]
    tags = Tags(head_of(names, base="../here/")).found
    assert [attributes["href"] for tag, attributes in tags if tag == "link"] == [
        f"../here/{sheet}" for sheet in sheets
    ]
    assert [attributes for tag, attributes in tags if tag == "script"] == [
        {"src": "../here/mount.js", "defer": None}
    ]
    assert tags[-1][0] == "script" and head_of([]) == "" and sheets_of([]) == []
    assert 'src="_static/widgets/mount.js"' in head_of(["question"])
    assert set(sheets) <= set(scripts_and_styles())


def test_a_widget_that_there_is_not_is_refused():
    for ask in (head_of, sheets_of):
        with pytest.raises(InvalidInputError, match="no widget 'three_bar', expected one of beta_slider"):
            ask(["three_bar"])


def test_a_cell_puts_out_nothing_of_scripts_and_styles(tmp_path):
    html = widget_html(tmp_path, NoiseFlow)
    tags = Tags(html).found
    assert [attributes for tag, attributes in tags if tag in ("script", "link", "style")] == [
        {"type": "application/json"}
    ]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_equal_values_share_a_file_and_others_do_not(tmp_path):
    first, again, other = share([1, 2], tmp_path), share([1, 2], tmp_path), share([2, 1], tmp_path)
    assert first == again != other
    assert (tmp_path / f"{first}.js").read_text() == f'vaecoreWidgets.data("{first}", [1, 2]);\n'
    assert len(list(tmp_path.iterdir())) == 2
