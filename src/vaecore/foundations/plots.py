"""Pictures of digits, of latent space and of a training run, alike in all chapters.

Matplotlib is imported where it is used: `import vaecore` stays fast.
"""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.colours import COLOURS
from vaecore.foundations.errors import InvalidInputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: One colour a digit, told apart with every kind of colour blindness by hue and lightness together.
#: Source: Paul Tol, "Colour Schemes" (2021), the "muted" scheme (nine colours) and black for the tenth.
CLASS_COLOURS = (
    "#332288", "#88CCEE", "#44AA99", "#117733", "#999933",
    "#DDCC77", "#CC6677", "#882255", "#AA4499", "#111111",
)  # fmt: skip
BOUND_COLOUR, HELD_OUT_COLOUR = COLOURS["first"], COLOURS["second"]


def image_grid(images: Any, columns: int | None = None, gap: int = 2) -> np.ndarray:
    """Return one picture with square images side by side, `gap` pixels of 0 around each.

    images: (B, D), pixels in [0, 1], D a square number.  columns: images in a row; by default 10, or a
    square grid if B is a square number, or one row if B is below 10.
    Returns (height, width), pixels in [0, 1].
    Raises InvalidInputError for images that are not square.
    """
    images = validation.pixels(images, "images")
    count, size = images.shape
    side = round(size**0.5)
    if side * side != size:
        raise InvalidInputError(
            f"images has {size} pixels a row, expected a square number such as 784 = 28 x 28"
        )
    if columns is None:
        root = round(count**0.5)
        columns = root if root > 1 and root * root == count else min(count, 10)
    columns = validation.whole_number(columns, "columns")
    gap = validation.whole_number(gap, "gap", at_least=0)
    rows = -(-count // columns)
    cell = side + gap
    grid = np.zeros((rows * cell + gap, columns * cell + gap), images.dtype)
    for i, image in enumerate(images):
        top, left = gap + cell * (i // columns), gap + cell * (i % columns)
        grid[top : top + side, left : left + side] = image.reshape(side, side)
    return grid


def png(picture: np.ndarray) -> bytes:
    """Return a PNG file of a picture (height, width), pixels in [0, 1]: black on white, all levels exact."""
    import matplotlib.image

    levels = np.rint(255 * (1 - picture)).astype(np.uint8)  # a colormap would shift some of them
    buffer = io.BytesIO()
    matplotlib.image.imsave(buffer, np.stack([levels] * 3, axis=-1), format="png")
    return buffer.getvalue()


def figure_png(figure: "Figure") -> bytes:
    """Return a PNG file of a Matplotlib figure, 144 pixels an inch, and close the figure."""
    from matplotlib import pyplot

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144)
    pyplot.close(figure)
    return buffer.getvalue()


def show_images(images: Any, columns: int | None = None, title: str | None = None) -> "Figure":
    """Return a figure of a batch of square images in a grid: black ink on white.

    images: (B, D), pixels in [0, 1].  columns: as in `image_grid`.
    """
    from matplotlib import pyplot

    grid = image_grid(images, columns)
    height, width = grid.shape
    scale = min(1 / 42, 7.5 / width)  # inches a pixel; a long row is made to fit the page
    size = (width * scale, height * scale + (0.3 if title else 0))
    figure, axes = pyplot.subplots(figsize=size, layout="constrained")
    axes.imshow(1 - grid, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set_axis_off()
    if title:
        axes.set_title(title, fontsize=10)
    return figure


def plot_history(history: dict[str, list[float]], axes: "Axes | None" = None) -> "Figure":
    """Return a figure of the bound against the epoch: training, and held-out if there is one."""
    from matplotlib import pyplot
    from matplotlib.ticker import MaxNLocator

    if axes is None:
        _, axes = pyplot.subplots(figsize=(6, 3.4), layout="constrained")
    epochs = history["epoch"]
    curves = (
        ("bound", "training batches", BOUND_COLOUR, "o-"),
        ("held_out_bound", "held-out digits", HELD_OUT_COLOUR, "s--"),
    )
    for name, label, colour, style in curves:
        if name in history:
            axes.plot(epochs, history[name], style, color=colour, label=label, markersize=3, linewidth=1.5)
    axes.set_xlabel("epoch")
    axes.set_ylabel("lower bound (nats per digit)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    return cast("Figure", axes.figure)


def live_history() -> Callable[[dict[str, list[float]]], None]:
    """Return a function for `train(..., on_epoch=...)` that redraws the curve in a notebook.

    Outside a notebook it does nothing.
    """
    from IPython.display import display
    from matplotlib import pyplot

    handle = display(display_id=True)

    def redraw(history: dict[str, list[float]]) -> None:
        figure = plot_history(history)
        if handle is not None:  # as it is outside a notebook
            handle.update(figure)
        pyplot.close(figure)  # or the notebook would show it once more at the end of the cell

    return redraw


def plot_latent_map(means: Any, labels: Sequence[int] | np.ndarray, axes: "Axes | None" = None) -> "Figure":
    """Return a figure of 2-D latent means, one point a digit, coloured by its class.

    means: (N, 2).  labels: (N,), 0 to 9.
    Raises InvalidInputError if the means are not 2-D or the labels do not match them.
    """
    from matplotlib import pyplot

    means = validation.batch(means, "means", width=2)
    labels = np.asarray(labels)
    if labels.shape != (len(means),) or labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 9:
        raise InvalidInputError(
            f"labels has shape {labels.shape} and dtype {labels.dtype}, "
            f"expected {len(means)} whole numbers 0 to 9"
        )
    if axes is None:
        _, axes = pyplot.subplots(figsize=(5, 5), layout="constrained")
    for digit, colour in enumerate(CLASS_COLOURS):
        of_digit = means[labels == digit]
        if len(of_digit) == 0:
            continue
        z_1, z_2 = of_digit.T
        axes.scatter(z_1, z_2, s=6, color=colour, alpha=0.6, linewidths=0)
        # A number in the middle of each cloud: the map can be read without telling any colours apart.
        axes.text(
            np.median(z_1), np.median(z_2), str(digit),
            ha="center", va="center", fontsize=11, fontweight="bold",
            bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": colour, "alpha": 0.9},
        )  # fmt: skip
    axes.set_xlabel("$z_1$")
    axes.set_ylabel("$z_2$")
    axes.set_aspect("equal")
    axes.grid(alpha=0.3)
    return cast("Figure", axes.figure)
