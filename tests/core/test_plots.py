"""Pictures: the right things are drawn, and nothing is left open that nobody asked for."""

import subprocess
import sys

import matplotlib.colors
import numpy as np
import pytest
from colour_vision import VISION, least_difference
from matplotlib import pyplot
from matplotlib.figure import Figure

from vaecore import InvalidInputError, image_grid, live_history, plot_history, plot_latent_map, show_images
from vaecore.foundations.plots import BOUND_COLOUR, CLASS_COLOURS, HELD_OUT_COLOUR

HISTORY = {"epoch": [1, 2, 3], "bound": [-200.0, -150.0, -140.0], "learning_rate": [0.1] * 3}


@pytest.fixture(autouse=True)
def no_figures_are_left_over():
    yield
    pyplot.close("all")


@pytest.mark.parametrize(
    ("count", "columns"), [(1, 1), (2, 2), (4, 2), (7, 7), (9, 3), (10, 10), (12, 10), (25, 5), (100, 10)]
)
def test_the_grid_is_square_for_square_numbers_else_ten_a_row(count, columns):
    rows = -(-count // columns)
    assert image_grid(np.ones((count, 16), np.float32)).shape == (6 * rows + 2, 6 * columns + 2)


@pytest.mark.parametrize("gap", [0, 1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_image_is_at_its_place(rng, gap, dtype):
    images = rng.random((5, 4)).astype(dtype)
    grid = image_grid(images, columns=3, gap=gap)
    assert grid.dtype == dtype
    assert grid.shape == (2 * (2 + gap) + gap, 3 * (2 + gap) + gap)
    for i, image in enumerate(images):
        top, left = gap + (2 + gap) * (i // 3), gap + (2 + gap) * (i % 3)
        np.testing.assert_array_equal(grid[top : top + 2, left : left + 2], image.reshape(2, 2))
    np.testing.assert_allclose(grid.sum(), images.sum(), rtol=1e-6)  # all the rest is 0


@pytest.mark.parametrize(
    ("images", "keywords", "what"),
    [
        (np.zeros((1, 8)), {}, "images has 8 pixels a row, expected a square number such as 784"),
        (np.zeros((1, 9), np.uint8), {}, "images has dtype uint8"),
        (np.full((1, 9), -0.1), {}, "images runs from -0.1"),
        (np.zeros((1, 9)), {"columns": 0}, "columns is 0"),
        (np.zeros((1, 9)), {"columns": 1.5}, "columns is 1.5"),
        (np.zeros((1, 9)), {"gap": -1}, "gap is -1"),
    ],
)
def test_what_cannot_be_put_in_a_grid_is_refused(images, keywords, what):
    with pytest.raises(InvalidInputError, match=what):
        image_grid(images, **keywords)


def test_show_images_draws_the_grid_in_black_on_white(rng):
    images = rng.random((6, 9)).astype(np.float32)
    figure = show_images(images, columns=3, title="Six")
    assert isinstance(figure, Figure)
    (axes,) = figure.axes
    (picture,) = axes.get_images()
    np.testing.assert_array_equal(picture.get_array(), 1 - image_grid(images, columns=3))
    assert picture.get_clim() == (0, 1)  # grey levels are not stretched
    assert picture.get_cmap().name == "gray"
    assert axes.get_title() == "Six"
    assert not axes.axison
    assert show_images(images).axes[0].get_title() == ""


def lines_by_label(figure):
    (axes,) = figure.axes
    return {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.get_lines()}


def test_the_history_is_drawn_with_units_and_a_legend():
    figure = plot_history(HISTORY | {"held_out_bound": [-210.0, -160.0, -155.0]})
    assert isinstance(figure, Figure)
    assert lines_by_label(figure) == {
        "training batches": ([1, 2, 3], [-200, -150, -140]),
        "held-out digits": ([1, 2, 3], [-210, -160, -155]),
    }
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "lower bound (nats per digit)")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "training batches",
        "held-out digits",
    ]
    first, second = axes.get_lines()
    assert first.get_color() != second.get_color()
    assert first.get_marker() != second.get_marker()  # told apart without colours, too
    figure.canvas.draw()
    assert all(float(tick).is_integer() for tick in axes.get_xticks())


def test_without_held_out_images_there_is_one_curve_and_given_axes_are_used():
    figure, axes = pyplot.subplots()
    before = pyplot.get_fignums()
    assert plot_history(HISTORY, axes) is figure
    assert pyplot.get_fignums() == before
    assert list(lines_by_label(figure)) == ["training batches"]


def test_an_empty_history_can_be_drawn():
    assert lines_by_label(plot_history({"epoch": [], "bound": [], "learning_rate": []})) == {
        "training batches": ([], [])
    }


def test_live_history_updates_one_display_and_leaves_no_figure_open(monkeypatch):
    shown, updates = [], []

    class Handle:
        def update(self, figure):
            updates.append(lines_by_label(figure)["training batches"][0])

    monkeypatch.setattr("IPython.display.display", lambda *a, **k: shown.append((a, k)) or Handle())
    redraw = live_history()
    for n in (1, 2, 3):
        redraw({name: column[:n] for name, column in HISTORY.items()})
    assert shown == [((), {"display_id": True})]
    assert updates == [[1], [1, 2], [1, 2, 3]]
    assert pyplot.get_fignums() == []


def test_live_history_outside_a_notebook_does_no_harm():
    code = (
        "import matplotlib; matplotlib.use('agg')\n"
        "from vaecore import live_history\n"
        "from matplotlib import pyplot\n"
        "live_history()({'epoch': [1], 'bound': [-1.0]})\n"
        "assert pyplot.get_fignums() == []\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=600, capture_output=True)


def test_the_latent_map_has_every_digit_in_its_classs_colour(rng):
    means, labels = rng.normal(size=(30, 2)), np.arange(30) % 3 * 4  # 0, 4 and 8
    figure = plot_latent_map(means, labels)
    (axes,) = figure.axes
    clouds = axes.collections
    assert len(clouds) == 3
    for cloud, digit in zip(clouds, (0, 4, 8), strict=True):
        np.testing.assert_array_equal(cloud.get_offsets(), means[labels == digit])
        assert matplotlib.colors.to_hex(cloud.get_facecolor()[0]).upper() == CLASS_COLOURS[digit].upper()
    names = {text.get_text(): text.get_position() for text in axes.texts}
    assert names.keys() == {"0", "4", "8"}
    np.testing.assert_allclose(names["4"], np.median(means[labels == 4], axis=0))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$z_1$", "$z_2$")
    assert axes.get_aspect() == 1


def test_the_latent_map_uses_the_axes_it_is_given(rng):
    figure, axes = pyplot.subplots()
    assert plot_latent_map(rng.normal(size=(3, 2)).astype(np.float32), [1, 1, 9], axes) is figure
    assert [text.get_text() for text in axes.texts] == ["1", "9"]


@pytest.mark.parametrize(
    ("means", "labels", "what"),
    [
        (np.zeros((3, 3)), [0, 1, 2], r"means has shape \(3, 3\), expected \(B, 2\)"),
        (
            np.zeros((3, 2)),
            [0, 1],
            r"labels has shape \(2,\) and dtype int64, expected 3 whole numbers 0 to 9",
        ),
        (np.zeros((2, 2)), [0, 10], "expected 2 whole numbers 0 to 9"),
        (np.zeros((2, 2)), [0, -1], "expected 2 whole numbers 0 to 9"),
        (np.zeros((2, 2)), [0.0, 1.0], "dtype float64, expected 2 whole numbers 0 to 9"),
        (np.zeros((0, 2)), [], "the batch is empty"),
    ],
)
def test_labels_that_do_not_match_the_means_are_refused(means, labels, what):
    with pytest.raises(InvalidInputError, match=what):
        plot_latent_map(means, labels)
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize("vision", VISION)
def test_the_colours_can_be_told_apart(vision):
    # A difference of 2.3 in CIELAB is just noticeable side by side; small dots need several times that.
    for colours in (CLASS_COLOURS, (BOUND_COLOUR, HELD_OUT_COLOUR)):
        assert least_difference(colours, vision) > 12


def test_there_is_one_colour_for_each_digit():
    assert len({colour.upper() for colour in CLASS_COLOURS}) == 10
