"""Draw the pictures at the head of the chapters, each computed by vaecore (`make headers`).

    python -m tools.writing.draw_headers            all of them, into book/assets/headers
    python -m tools.writing.draw_headers 05_kl      this one

Each is an SVG of 800 x 110 units in the colours of the ideas, as custom properties: on a page, into which
vaebook puts it whole, it is light or dark with the page.  One axis runs along a picture, data to units.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from vaecore import PCA, VAE, Autoencoder, interpolate, lab_digits, load_mnist
from vaecore.adam import SGD, Adam
from vaecore.beta_vae import load_beta_family, rate_and_distortion
from vaecore.foundations.colours import COLOURS
from vaecore.landscapes import LANDSCAPES, ridge_gradient, trajectory
from vaecore.latent_variable_models import LinearGaussianWorld

FOLDER = Path(__file__).resolve().parents[2] / "book" / "assets" / "headers"
WIDTH, HEIGHT = 800, 110


def paint(name: str) -> str:
    """The colour of an idea: the page's, or where there is no page the light one."""
    return f"var(--colour-{name}, {COLOURS[name]})"


def number(value: float) -> str:
    """To a tenth of a unit, which nobody sees, and as short as that can be written."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def path(points: Iterable[Sequence[float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def line(points: Iterable[Sequence[float]], idea: str, width: float = 2, more: str = "") -> str:
    return f'<path d="{path(points)}" fill="none" stroke="{paint(idea)}" stroke-width="{width:g}"{more}/>'


def area(points: Iterable[Sequence[float]], idea: str, opacity: float = 0.25) -> str:
    return f'<path d="{path(points)}Z" fill="{paint(idea)}" fill-opacity="{opacity:g}"/>'


def dots(points: Iterable[Sequence[float]], idea: str, size: float = 5, opacity: float = 1) -> str:
    """Round dots of this diameter: lines of no length with round ends."""
    d = "".join(f"M{number(x)} {number(y)}h0" for x, y in points)
    return (
        f'<path d="{d}" stroke="{paint(idea)}" stroke-width="{size:g}" stroke-linecap="round" '
        f'stroke-opacity="{opacity:g}"/>'
    )


def digits_drawn(images: np.ndarray, idea: str, size: float) -> str:
    """Images side by side: each run of dark pixels is a stroke, in two weights."""
    step = WIDTH / len(images)
    pixel, top = size / 28, (HEIGHT - size) / 2
    strokes = []
    for threshold, opacity in ((0.3, 0.35), (0.65, 1)):
        d = ""
        for i, image in enumerate(images.reshape(-1, 28, 28)):
            left = step * i + (step - size) / 2
            for row, dark in enumerate(image > threshold):
                edges = np.flatnonzero(np.diff(np.concatenate([[0], dark, [0]])))
                for start, end in zip(edges[::2], edges[1::2], strict=True):
                    d += f"M{number(left + pixel * start)} {number(top + pixel * (row + 0.5))}"
                    d += f"h{number(pixel * (end - start))}"
        strokes.append(
            f'<path d="{d}" stroke="{paint(idea)}" stroke-width="{pixel:.2f}" stroke-opacity="{opacity}"/>'
        )
    return "".join(strokes)


def onto(low: float, high: float, start: float, end: float) -> Callable[[np.ndarray], np.ndarray]:
    """From data between low and high to units between start and end."""
    return lambda data: start + (np.asarray(data, float) - low) * (end - start) / (high - low)


def bell(z: np.ndarray, mean: float, std: float) -> np.ndarray:
    return np.exp(-0.5 * ((z - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


def autoencoders() -> list[str]:
    """The codes of 400 digits, and the gaps between them."""
    codes = Autoencoder.load_shipped("autoencoder").encode(load_mnist("sample").test_images[:400])
    # The longer direction lies along the picture.
    centred = codes - codes.mean(axis=0)
    along, across = (centred @ np.linalg.svd(centred, full_matrices=False)[2].T).T
    x = onto(*np.quantile(along, [0.01, 0.99]), 30, WIDTH - 30)(along)
    y = onto(*np.quantile(across, [0.01, 0.99]), 10, HEIGHT - 10)(across)
    inside = (x > 4) & (x < WIDTH - 4) & (y > 4) & (y < HEIGHT - 4)
    return [dots(zip(x[inside], y[inside], strict=True), "q", 5, 0.75)]


def latent_variable_models() -> list[str]:
    """Bells p(x | z) for draws of z, and their mean: p(x), the sum over all the ways to get x."""
    rng = np.random.default_rng(2)
    z = rng.standard_normal(9)
    places = 3 * np.tanh(1.2 * z) + 0.8 * z  # a bent decoder
    x = np.linspace(-5.5, 5.5, 100)
    bells = np.array([bell(x, place, 0.55) for place in places]) / len(z)
    across, up = onto(-5.5, 5.5, 0, WIDTH), onto(0, bells.sum(axis=0).max(), HEIGHT - 6, 6)
    drawn = []
    for one in bells:
        there = one > 0.01 * one.max()
        drawn.append(
            line(zip(across(x[there]), up(one[there]), strict=True), "p", 1.5, ' stroke-dasharray="6 4"')
        )
    drawn.append(line(zip(across(x), up(bells.sum(axis=0)), strict=True), "truth", 3))
    return [dots([(value, HEIGHT - 4) for value in across(places)], "noise", 6), *drawn]


def elbo() -> list[str]:
    """log p(x), the bound as q's mean moves, and the gap between them, exact in a Gaussian world."""
    world = LinearGaussianWorld([[1.0]], [0.0], std=1.0)
    x = np.array([[1.25]])
    means = np.linspace(-2.2, 3.4, 80)
    bound = np.array([world.elbo(x, np.array([[m]]), np.array([[np.log(0.9)]]))[0] for m in means])
    top = float(world.log_marginal(x)[0])
    across, up = onto(means[0], means[-1], 0, WIDTH), onto(bound.min(), top, HEIGHT - 8, 14)
    curve = list(zip(across(means), up(bound), strict=True))
    level = float(up(top))
    return [
        area([(0, level), *curve, (WIDTH, level)], "kl", 0.22),
        line([(0, level), (WIDTH, level)], "truth", 2.5, ' stroke-dasharray="9 5"'),
        line(curve, "q", 3),
        dots([curve[int(bound.argmax())]], "q", 12),
    ]


def reparameterization() -> list[str]:
    """Noise above, and below what each draw becomes: mu + sigma epsilon."""
    eps = np.sort(np.random.default_rng(3).standard_normal(44))
    z = 1.1 + 0.45 * eps
    across = onto(*(1.02 * np.abs(eps).max() * np.array([-1, 1])), 0, WIDTH)
    way = np.linspace(0, 1, 9)
    bend = way**2 * (3 - 2 * way)
    threads = "".join(
        path(zip(start + (end - start) * bend, 12 + (HEIGHT - 24) * way, strict=True))
        for start, end in zip(across(eps), across(z), strict=True)
    )
    return [
        f'<path d="{threads}" fill="none" stroke="{paint("q")}" stroke-opacity="0.45"/>',
        dots([(x, 12) for x in across(eps)], "noise", 7),
        dots([(x, HEIGHT - 12) for x in across(z)], "q", 7),
    ]


def kl() -> list[str]:
    """q, p, and q log(q / p), whose area is the divergence."""
    z = np.linspace(-6, 6, 121)
    q, p = bell(z, -0.9, 0.8), bell(z, 0.8, 1.6)
    integrand = q * np.log(q / p)
    across, up = onto(-6, 6, 0, WIDTH), onto(integrand.min(), max(q.max(), integrand.max()), HEIGHT - 5, 5)
    return [
        area(
            [(0, float(up(0))), *zip(across(z), up(integrand), strict=True), (WIDTH, float(up(0)))],
            "kl",
            0.35,
        ),
        line(zip(across(z), up(p), strict=True), "p", 2.5, ' stroke-dasharray="6 4"'),
        line(zip(across(z), up(q), strict=True), "q", 2.5),
    ]


def adam() -> list[str]:
    """Forty steps of the three climbers on the ridge."""
    start = np.array(LANDSCAPES["ridge"].start)
    runners = {"first": SGD(0.08), "second": Adam(0.08), "third": Adam(0.08, bias_correction=False)}
    paths = {name: trajectory(runner, ridge_gradient, start, 70) for name, runner in runners.items()}
    every = np.concatenate(list(paths.values()))
    (left, low), (right, high) = every.min(axis=0), every.max(axis=0)
    across, up = onto(left, right, 12, WIDTH - 12), onto(low, high, HEIGHT - 12, 12)
    drawn = []
    for name, steps in paths.items():
        points = list(zip(across(steps[:, 0]), up(steps[:, 1]), strict=True))
        drawn += [line(points, name, 2), dots([points[-1]], name, 11)]
    return [dots([(float(across(0)), float(up(0)))], "truth", 9), *drawn]


def mnist_lab() -> list[str]:
    """From one digit to another through latent space."""
    digits, _ = lab_digits(load_mnist("sample"))
    return [digits_drawn(interpolate(VAE.load_shipped("lab"), digits[0], digits[1], steps=9), "p", 84)]


def beyond_the_lab() -> list[str]:
    """Rate and distortion of the family over beta, with the line of slope minus beta at some."""
    family, images = load_beta_family(), load_mnist("sample").test_images
    images = (images > 0.5).astype(np.float32)
    points = np.array([rate_and_distortion(vae, images, np.random.default_rng(0)) for vae in family.values()])
    points = points[np.argsort(points[:, 0])]
    across, up = (
        onto(0, points[-1, 0], 30, WIDTH - 30),
        onto(*np.sort(points[:, 1])[[0, -1]], HEIGHT - 12, 12),
    )
    curve = list(zip(across(points[:, 0]), up(points[:, 1]), strict=True))
    foot = [(x, HEIGHT - 3.0) for x, _ in curve]
    return [
        area([*curve, (curve[-1][0], HEIGHT), (curve[0][0], HEIGHT)], "likelihood", 0.15),
        *[line(pair, "kl", 1.5, ' stroke-dasharray="1.5 3"') for pair in zip(curve, foot, strict=True)],
        line(curve, "first", 2.5),
        dots(curve, "first", 11),
    ]


def from_pca_to_vae() -> list[str]:
    """The spread along 60 principal components: what a model of 12 keeps, and the rest, its noise."""
    variances = PCA.fit(load_mnist("sample").train_images, 60).variances
    kept, step = 12, WIDTH / 60
    tops = onto(0, float(np.sqrt(variances[0])), HEIGHT - 3, 6)(np.sqrt(variances))

    def bars(which: slice, idea: str) -> str:
        x = step * (np.arange(60)[which] + 0.5)
        d = "".join(f"M{number(a)} {HEIGHT - 3}V{number(b)}" for a, b in zip(x, tops[which], strict=True))
        return f'<path d="{d}" stroke="{paint(idea)}" stroke-width="8"/>'

    level = float(onto(0, float(np.sqrt(variances[0])), HEIGHT - 3, 6)(np.sqrt(variances[kept:].mean())))
    return [
        bars(slice(0, kept), "q"),
        bars(slice(kept, None), "noise"),
        line([(0, level), (WIDTH, level)], "truth", 1.5, ' stroke-dasharray="9 5"'),
    ]


PICTURES: dict[str, Callable[[], list[str]]] = {
    "01_autoencoders": autoencoders,
    "02_latent_variable_models": latent_variable_models,
    "03_elbo": elbo,
    "04_reparameterization": reparameterization,
    "05_kl": kl,
    "06_adam": adam,
    "07_mnist_lab": mnist_lab,
    "08_beyond_the_lab": beyond_the_lab,
    "09_from_pca_to_vae": from_pca_to_vae,
}


def svg(name: str) -> str:
    """A chapter's picture."""
    inside = "\n".join(PICTURES[name]())
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">\n{inside}\n</svg>\n'


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or PICTURES:
        file = FOLDER / f"{name}.svg"
        file.write_text(svg(name), encoding="utf-8")
        print(f"Written: {file.name}, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
