"""What the widgets give the browser: weights and digits; and what they put out while the book is built."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser

import comm
import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st
from widget_pages import every_widget, small_vae

from vaecore import VAE, load_mnist
from vaecore.vae import SHIPPED
from vaecore.widgets import LatentSliders, LiveInterpolation
from vaecore.widgets.page.static_page import weights_in
from vaecore.widgets.parts.packing import MOST_STEPS, pack, pack_decoder, pack_steps, unpack

pytestmark = pytest.mark.usefixtures("in_a_notebook")


@pytest.fixture
def page_folder(monkeypatch, tmp_path):
    """As while the book is built; the folder does not exist yet."""
    folder = tmp_path / "static" / "widgets"
    monkeypatch.setenv("VAECORE_WIDGETS", str(folder))
    return folder


@pytest.fixture
def vae(rng):
    return small_vae(rng)


def unpacked(layers):
    for layer in layers:
        shape = layer["inputs"], layer["outputs"]
        yield unpack(layer["weights"]).astype(np.float32).reshape(shape), unpack(layer["biases"])


@every_widget
def test_the_weights_are_those_of_a_freshly_trained_model(kind, vae, digits):
    for got, expected in zip(unpacked(kind(vae, *digits).layers), vae.gen_params, strict=True):
        np.testing.assert_array_equal(got[0], expected[0])
        np.testing.assert_array_equal(got[1], expected[1])


def test_half_precision_only_where_it_loses_nothing(vae):
    weights, biases = vae.gen_params[0]
    assert pack_decoder(vae)[0]["weights"]["dtype"] == "float32"
    vae.gen_params[0] = (weights.astype(np.float16).astype(np.float32), biases)
    assert pack_decoder(vae)[0]["weights"]["dtype"] == "float16"
    vae.gen_params[0] = (np.full_like(weights, 1e5), biases)  # too large for half precision
    assert pack_decoder(vae)[0]["weights"]["dtype"] == "float32"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_goes_as_short_text_unchanged(name):
    vae = VAE.load_shipped(name)
    layers = pack_decoder(vae)
    assert {layer[part]["dtype"] for layer in layers for part in ("weights", "biases")} == {"steps"}
    assert len(gzip.compress(json.dumps(layers).encode())) < 230_000  # 400,000 as float16 in base64
    for got, expected in zip(unpacked(layers), vae.gen_params, strict=True):
        np.testing.assert_array_equal(got[0], expected[0])
        np.testing.assert_array_equal(got[1], expected[1])


@given(st.lists(st.integers(-MOST_STEPS, MOST_STEPS), max_size=40), st.integers(-30, 0))
def test_small_multiples_of_a_power_of_two_are_text(numbers, exponent):
    array = np.array(numbers, np.float32) * np.float32(2.0**exponent)
    packed = pack_steps(array)
    assert packed["dtype"] == "steps" and len(packed["data"]) <= 11 * len(numbers)
    assert json.dumps(packed["data"]) == f'"{packed["data"]}"' and "<" not in packed["data"]
    np.testing.assert_array_equal(unpack(packed), array)
    assert unpack(packed).dtype == np.float32


def test_other_numbers_are_not(rng):
    assert pack_steps(rng.standard_normal(5).astype(np.float32)) is None
    assert pack_steps(np.array([1, 2.0**-20], np.float32)) is None
    assert pack_steps(np.array([MOST_STEPS + 1], np.float32)) is None


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", ">f4", "<f4"])
def test_arrays_travel_little_endian(dtype):
    array = np.array([0, 1, 2, 255], dtype)
    packed = pack(array)
    assert base64.b64decode(packed["data"]) == array.astype(array.dtype.newbyteorder("<")).tobytes()
    np.testing.assert_array_equal(unpack(packed), array)


def test_the_map_has_the_means_and_labels_of_the_scatter(rng, digits):
    data, vae = load_mnist("sample"), small_vae(rng, latent=2)
    scatter = LatentSliders(vae, *digits, data.test_images, data.test_labels).scatter
    means = vae.encode(data.test_images)[0]
    np.testing.assert_array_equal(unpack(scatter["means"]).reshape(-1, 2), means)
    np.testing.assert_array_equal(unpack(scatter["labels"]), data.test_labels)
    default = LatentSliders(vae, *digits).scatter
    np.testing.assert_array_equal(unpack(default["labels"]), digits[1])
    assert LatentSliders(small_vae(rng), *digits).scatter is None


@every_widget
def test_the_front_end_gets_plain_json_and_one_module_without_imports(kind, vae, digits):
    widget = kind(vae, *digits)
    json.dumps(widget.get_state(), allow_nan=False)
    module = widget._esm
    assert len(re.findall(r"^export default", module, re.M)) == 1
    assert not re.search(r"^\s*import\b|\bimport\(|\bfetch\(", module, re.M)
    assert len(repr(widget)) < 200 and repr(vae) in repr(widget)


# On a static page


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.inside, self.text = [], None, {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.inside = tag

    def handle_data(self, data):
        self.text[self.inside] = self.text.get(self.inside, "") + data

    def attributes(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


@every_widget
def test_a_static_widget_is_html_and_opens_no_comm(kind, vae, digits, page_folder, monkeypatch):
    opened = []
    create_comm = comm.create_comm
    monkeypatch.setattr(comm, "create_comm", lambda **given: opened.append(given) or create_comm(**given))
    widget = kind(vae, *digits)
    bundle = widget._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"} and len(bundle["text/plain"]) < 200
    assert opened == [] and widget.comm is None
    page = Elements(bundle["text/html"])
    (holder,) = page.attributes("div")
    (picture,) = page.attributes("img")
    assert set(holder) == {"class", "data-widget", "data-shared", "data-moves", "data-trouble", "data-left"}
    assert page.attributes("link") == [] and page.attributes("script") == [{"type": "application/json"}]
    assert holder["data-widget"] == kind.script and picture["alt"] == page.text["figcaption"].strip()
    assert base64.b64decode(picture["src"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    state = json.loads(page.text["script"])
    assert (page_folder / f"{state['layers']}.js").is_file()
    assert set(state) == {*kind.class_trait_names(book=True), "preview"}
    monkeypatch.delenv("VAECORE_WIDGETS")
    kind(vae, *digits)
    assert opened  # the test can see a comm


@every_widget
def test_in_a_notebook_it_is_an_anywidget(kind, vae, digits):
    bundle = kind(vae, *digits)._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in bundle and "text/html" not in bundle


class Spiky(LiveInterpolation):
    script = "live_interpolation"
    note = traitlets.Unicode("</script><!-- <b>").tag(sync=True, book=True)
    sentence = '"><script>alert(1)</script> & more'


def test_the_html_is_escaped(vae, digits, page_folder):
    text = Spiky(vae, *digits)._repr_mimebundle_()["text/html"]
    page = Elements(text)
    assert len(page.attributes("script")) == 1 and not page.attributes("b") and "<!--" not in text
    assert page.attributes("img")[0]["alt"] == page.text["figcaption"].strip() == Spiky.sentence
    assert json.loads(page.text["script"])["note"] == "</script><!-- <b>"


def test_files_are_written_once_shared_and_mended(vae, digits, page_folder):
    def files():
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in page_folder.iterdir()}

    html = LatentSliders(vae, *digits)._repr_mimebundle_()["text/html"]
    before = files()
    assert LatentSliders(vae, *digits)._repr_mimebundle_()["text/html"] == html
    assert files() == before  # the same bytes, not written again, and nothing left over from writing
    LiveInterpolation(vae, *digits)._repr_mimebundle_()
    assert files() == before  # of a cell, only the weights go into files, and widgets share them
    (weights,) = before
    assert re.fullmatch(r"model-[0-9a-f]{12}\.js", weights) and weights_in(html) == {weights}
    (page_folder / weights).write_text("half a fi")
    LatentSliders(vae, *digits)._repr_mimebundle_()
    assert files()[weights][0] == before[weights][0]


def test_files_are_written_in_one_move(vae, digits, page_folder, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vaecore.files.storage.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        LatentSliders(vae, *digits)._repr_mimebundle_()
    assert list(page_folder.iterdir()) == []


@pytest.mark.parametrize("count", [1, 7, 10, 23])
@every_widget
def test_the_fallback_shows_every_digit(kind, count, vae, page_folder):
    data = load_mnist("sample")
    widget = kind(vae, data.test_images[:count], data.test_labels[:count])
    picture = widget.fallback()
    rows, columns = (2, 25) if kind is LiveInterpolation else (2 * -(-count // 10), min(count, 10))
    assert picture.shape == (30 * rows + 2, 30 * columns + 2)
    assert 0 <= picture.min() < picture.max() <= 1
    if kind is LatentSliders:
        last = 30 * (2 * ((count - 1) // 10)) + 2, 30 * ((count - 1) % 10) + 2
        shown = picture[last[0] : last[0] + 28, last[1] : last[1] + 28]
        np.testing.assert_allclose(shown.ravel(), data.test_images[count - 1], atol=1e-6)


def test_the_fallback_of_the_film_runs_from_the_first_digit_to_the_second(vae, digits):
    film = LiveInterpolation(vae, *digits)
    picture = film.fallback()
    for step, digit in ((0, 0), (24, 1)):
        left = 2 + 30 * step
        decoded = vae.decode(vae.encode(digits[0][[digit]])[0])[0]
        np.testing.assert_allclose(picture[2:30, left : left + 28].ravel(), decoded, atol=1e-5)
        np.testing.assert_allclose(picture[32:60, left : left + 28].ravel(), digits[0][digit], atol=1e-6)
    assert f"From the {digits[1][0]} to the {digits[1][1]}" in film.sentence
