"""Four hills on which optimisers can be watched, and the path that one takes uphill.

Each has its height (its top is at height 0) and its gradient, written out by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaecore.adam import Optimiser
from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError

RIDGE = (0.1, 20.0)  # curvatures of the ridge: flat along x, steep along y
TURN = np.sqrt(0.5)  # cosine and sine of 45 degrees
BEND = 5.0  # steepness of the banana's flanks; Rosenbrock (1960) has 100
LIMIT = 1e6  # a path that gets so far has left for good


def ridge(theta: np.ndarray) -> float:
    """Return -(0.1 x^2 + 20 y^2) / 2: a long ridge, flat along x and steep along y."""
    x, y = theta
    a, b = RIDGE
    return -(a * x * x + b * y * y) / 2


def ridge_gradient(theta: np.ndarray) -> np.ndarray:
    """Return (-0.1 x, -20 y), the gradient of `ridge`."""
    x, y = theta
    a, b = RIDGE
    return np.array([-a * x, -b * y])


def turned_ridge(theta: np.ndarray) -> float:
    """Return -(0.1 u^2 + 20 v^2) / 2, u = (x + y) / sqrt 2, v = (y - x) / sqrt 2: `ridge`, by 45 degrees."""
    x, y = theta
    a, b = RIDGE
    u, v = TURN * (x + y), TURN * (y - x)
    return -(a * u * u + b * v * v) / 2


def turned_ridge_gradient(theta: np.ndarray) -> np.ndarray:
    """Return the gradient of `turned_ridge`: that of `ridge` at (u, v), turned back."""
    x, y = theta
    a, b = RIDGE
    along, across = -a * (TURN * (x + y)), -b * (TURN * (y - x))
    return np.array([TURN * (along - across), TURN * (along + across)])


def rosenbrock(theta: np.ndarray) -> float:
    """Return -((1 - x)^2 + 5 (y - x^2)^2): a crest bent like a banana."""
    x, y = theta
    return -((1 - x) * (1 - x) + BEND * (y - x * x) * (y - x * x))


def rosenbrock_gradient(theta: np.ndarray) -> np.ndarray:
    """Return (2 (1 - x) + 20 x (y - x^2), -10 (y - x^2)), the gradient of `rosenbrock`."""
    x, y = theta
    off = y - x * x
    return np.array([2 * (1 - x) + 4 * BEND * x * off, -2 * BEND * off])


def hill(theta: np.ndarray) -> float:
    """Return -(x^2 + y^2) / 2: a round hill, equally steep on all sides."""
    x, y = theta
    return -(x * x + y * y) / 2


def hill_gradient(theta: np.ndarray) -> np.ndarray:
    """Return (-x, -y), the gradient of `hill`."""
    return -theta


@dataclass(frozen=True)
class Landscape:
    """A hill to climb.

    height, gradient: functions of a position theta = (x, y), shape (2,), and of nothing else.
    top: where the height is greatest, and the gradient 0.  start: a good place to start from.
    view: (left, right, bottom, top) of the part worth drawing.
    learning_rate, noise: with these a race is worth watching (noise: standard deviation of what is added to
        each component of the gradient).
    """

    name: str
    height: Callable[[np.ndarray], float]
    gradient: Callable[[np.ndarray], np.ndarray]
    top: tuple[float, float]
    start: tuple[float, float]
    view: tuple[float, float, float, float]
    learning_rate: float
    noise: float


#: The four hills of chapter 6 by their names: "ridge", "turned", "rosenbrock", "hill".
LANDSCAPES = {
    "ridge": Landscape(
        "a long ridge", ridge, ridge_gradient, (0, 0), (-4.5, 1.2), (-5, 2, -1.75, 1.75), 0.08, 0
    ),
    "turned": Landscape(
        "the ridge, turned by 45°",
        turned_ridge,
        turned_ridge_gradient,
        (0, 0),
        (-4.03, -2.33),
        (-5.6, 1.4, -3, 0.5),
        0.08,
        0,
    ),
    "rosenbrock": Landscape(
        "a bent crest", rosenbrock, rosenbrock_gradient, (1, 1), (-1.2, 1), (-2, 2, -0.5, 1.5), 0.05, 0
    ),
    "hill": Landscape(
        "a noisy hill", hill, hill_gradient, (0, 0), (-2.5, 1.2), (-3.6, 2, -1.3, 1.7), 0.05, 2
    ),
}


def trajectory(
    optimiser: Optimiser,
    gradient: Callable[[np.ndarray], np.ndarray],
    start: Any,
    steps: int,
    noise: Any = None,
) -> np.ndarray:
    """Return the positions of an optimiser that goes uphill: theta_0 = start, theta_1, ..., theta_steps.

    optimiser: a fresh `SGD` or `Adam`; it remembers the way.  gradient: of what is to be maximised.
    start: (D,).  noise: (steps, D) or more rows; row t is added to the gradient of step t + 1.
    Returns (steps + 1, D); fewer rows if the path goes further than a million from 0, where it ends.
    Raises InvalidInputError if start is no row of finite numbers, or if noise does not fit.

    Example:  trajectory(Adam(0.1), ridge_gradient, (-4.5, 1.2), steps=100)
    """
    theta = np.array(start, float)
    if theta.ndim != 1 or not np.isfinite(theta).all():
        raise InvalidInputError(f"start is {start!r}, expected a row of finite numbers such as (-4.5, 1.2)")
    steps = validation.whole_number(steps, "steps", at_least=0)
    noise = np.zeros((steps, theta.size)) if noise is None else validation.float_array(noise, "noise")
    if noise.ndim != 2 or len(noise) < steps or noise.shape[1] != theta.size:
        raise InvalidInputError(f"noise has shape {noise.shape}, expected ({steps}, {theta.size})")
    path = [theta.copy()]
    for t in range(steps):
        optimiser.ascend([theta], [gradient(theta) + noise[t]])
        path.append(theta.copy())
        if np.abs(theta).max() > LIMIT:
            break
    return np.array(path)
