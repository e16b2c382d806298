"""Exercises of chapter 1: a passage through PCA (S-PCA), and a proof of what it costs (C1-left-out)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import OrderExercise


def through_pca(x, size):
    # [answer]
    mean = x.mean(axis=0)
    _, _, vt = np.linalg.svd(x - mean, full_matrices=False)
    components = vt[:size]
    z = (x - mean) @ components.T
    return mean + z @ components
    # [end]


def _points(count, width, seed):
    """Points in general position, far from 0, and spread differently in every direction."""
    rng = np.random.default_rng(seed)
    spread = np.linspace(1, 2.5, width)
    return (rng.standard_normal((count, width)) * spread + np.linspace(3, 5, width)).round(1)


FIVE, NINE = "5 points with 3 coordinates, size 1", "9 points with 4 coordinates, size 3"
_INPUTS = {
    FIVE: (_points(5, 3, 1), 1),
    NINE: (_points(9, 4, 2), 3),
    "4 points with 6 coordinates, size 2": (_points(4, 6, 3), 2),
    "7 points with 2 coordinates, size 1, whole numbers": (np.round(3 * _points(7, 2, 4)), 1),
    "6 points with 5 coordinates, size 5": (_points(6, 5, 5), 5),
}


def _with(centre=lambda x: x.mean(axis=0), choose=lambda vt, size: vt[:size], formula=None):
    """Return a wrong passage: formula(x, centre, components)."""

    def wrong(x, size):
        m = centre(x)
        _, _, vt = np.linalg.svd(x - m, full_matrices=False)
        components = choose(vt, size)
        if formula is not None:
            return formula(x, m, components)
        return m + (x - m) @ components.T @ components

    return wrong


def _standardised(x, size):
    m, std = x.mean(axis=0), x.std(axis=0)
    _, _, vt = np.linalg.svd((x - m) / std, full_matrices=False)
    return m + (x - m) / std @ vt[:size].T @ vt[:size] * std


def _last_of_eigh(x, size):
    m = x.mean(axis=0)
    w = np.linalg.eigh(np.cov(x.T))[1][:, :size]
    return m + (x - m) @ w @ w.T


def _scaled_codes(x, size):
    m = x.mean(axis=0)
    u, _, vt = np.linalg.svd(x - m, full_matrices=False)
    return m + u[:, :size] @ vt[:size]


def _scaled_twice(x, size):
    m = x.mean(axis=0)
    u, s, vt = np.linalg.svd(x - m, full_matrices=False)
    return m + (u[:, :size] * s[:size] ** 2) @ vt[:size]


S_PCA = CodeExercise(
    id="S-PCA",
    chapter=1,
    title="PCA by a singular value decomposition",
    question=(
        "The N points `x`, shape (N, D), go through a PCA with a code of `size` numbers, and back. Return "
        "what is left of them, with the mean put back: shape (N, D). For the components use `u, s, vt = "
        "np.linalg.svd(a, full_matrices=False)`, with which `a` equals `u @ np.diag(s) @ vt`. The rows of "
        "`vt` are orthonormal, those with the largest singular values first."
    ),
    hints=(
        "PCA is about how the points differ from their mean: take the mean off first, and put it back last.",
        "The first `size` rows of `vt` are the components W. Encode with W's transpose, decode with W.",
        "The code is `z = (x - mean) @ W.T`, of shape (N, size), and what comes back is `mean + z @ W`.",
    ),
    reason=(
        "With x - m = U S V^T the covariance matrix is V S^2 V^T / N. So the rows of `vt` are its "
        "eigenvectors, the components of PCA, and s^2 / N its eigenvalues, the variances. The sign of a "
        "component does not matter: on the way back it is squared away."
    ),
    see="See chapter 1, 'The simplest autoencoder: PCA'.",
    solution=through_pca,
    inputs=_INPUTS,
    mistakes=(
        Mistake(
            "pca-not-centred",
            "The mean was not taken off before the components were computed. So the first of them leads from "
            "0 to the middle of the points, and not along the direction in which they vary most.",
            (
                _with(centre=lambda x: np.zeros(x.shape[1])),
                _with(centre=lambda x: np.zeros(x.shape[1]), formula=lambda x, m, w: x.mean(0) + x @ w.T @ w),
                _with(
                    centre=lambda x: np.zeros(x.shape[1]),
                    formula=lambda x, m, w: x.mean(0) + (x - x.mean(0)) @ w.T @ w,
                ),
            ),
        ),
        Mistake(
            "pca-mean-not-restored",
            "The mean is missing at the end: the results lie around 0, and the points do not.",
            (_with(formula=lambda x, m, w: (x - m) @ w.T @ w),),
        ),
        Mistake(
            "pca-mean-encoded",
            "The components come from the centred points, but x itself is encoded, with its mean. Encode "
            "x - mean.",
            (
                _with(formula=lambda x, m, w: x @ w.T @ w),
                _with(formula=lambda x, m, w: m + x @ w.T @ w),
            ),
        ),
        Mistake(
            "pca-one-mean",
            "One mean was taken where each coordinate has its own: the mean runs over the points, axis 0.",
            (
                _with(centre=lambda x: x.mean()),
                _with(centre=lambda x: x.mean(axis=1, keepdims=True)),
            ),
        ),
        Mistake(
            "pca-last-components",
            "These are the directions in which the points vary least. svd puts the largest singular values "
            "first (eigh the smallest eigenvalues).",
            (
                _with(choose=lambda vt, size: vt[-size:]),
                _with(choose=lambda vt, size: vt[::-1][:size]),
                _last_of_eigh,
            ),
            by=(FIVE, NINE),
        ),
        Mistake(
            "pca-columns-of-vt",
            "The columns of vt were taken for components. svd returns the transpose of V: components are "
            "rows.",
            (_with(choose=lambda vt, size: vt[:, :size].T),),
            by=(FIVE, NINE),
        ),
        Mistake(
            "pca-codes",
            "These are the codes: decode them, so that there are D numbers for each point again.",
            (_with(formula=lambda x, m, w: (x - m) @ w.T),),
        ),
        Mistake(
            "pca-nothing-left-out",
            "The points came back unchanged: the code has as many numbers as there are directions. Keep the "
            "first `size` only.",
            (lambda x, size: x, _with(choose=lambda vt, size: vt)),
        ),
        Mistake(
            "pca-residual",
            "This is what PCA leaves out, x - x'. What it keeps was asked for.",
            (
                lambda x, size: x - through_pca(x, size),
                lambda x, size: x.mean(axis=0) + x - through_pca(x, size),
            ),
        ),
        Mistake(
            "pca-standardised",
            "Every coordinate was divided by its standard deviation first. Then a coordinate that hardly "
            "varies counts as much as any other, and the squared error is no longer the smallest.",
            (_standardised,),
        ),
        Mistake(
            "pca-singular-values",
            "The codes have another size than (x - mean) W^T: a factor s, the singular values, is missing, "
            "or is there once too often. The columns of u have length 1; u * s are the codes.",
            (_scaled_codes, _scaled_twice),
        ),
    ),
)

C1_LEFT_OUT = OrderExercise(
    id="C1-left-out",
    chapter=1,
    target="src-s-pca",
    title="What PCA leaves out",
    question=(
        "The points x are rows with mean 0. PCA keeps z = x W^T and returns y = z W, with W W^T = I; the "
        "variances along all D directions are v_1 >= v_2 >= ... >= v_D. Put lines in order so that they "
        "compute the mean of |x - y|^2, each from the line before. Some lines do not belong there."
    ),
    hints=(
        "Begin by multiplying out the square. Then replace the mixed term, and after it the last one.",
        "W W^T = I says that rows of W have length 1 and right angles. It says nothing of W^T W, which is a "
        "projection.",
        "Six lines belong to it. The averages over the points come in the last two.",
    ),
    reason=(
        "It is Pythagoras' theorem: y and x - y are at right angles, so the squared lengths add up to that "
        "of x."
    ),
    see="See chapter 1, 'The simplest autoencoder: PCA'.",
    lines={
        "a": "|x - y|^2 = |x|^2 - |z|^2",
        "b": "|x - y|^2 = |x|^2 - 2 |z|^2 + |y|^2, as x y^T = x W^T W x^T = z z^T",
        "c": "|x - y|^2 = 0, as W W^T = I makes W^T W = I",
        "d": "mean of |x - y|^2 = v_{L+1} + ... + v_D",
        "e": "|x - y|^2 = |x|^2 - 2 x y^T + |y|^2",
        "f": "mean of |x - y|^2 = v_1 + ... + v_L",
        "g": "|x - y|^2 = |x|^2 - 2 |z|^2 + |z|^2, as |y|^2 = z W W^T z^T and W W^T = I",
        "h": "mean of |x - y|^2 = (v_1 + ... + v_D) - (v_1 + ... + v_L)",
        "i": "|x - y|^2 = |x|^2 - 2 |z|^2 + |x|^2, as W keeps all lengths, so that |y|^2 = |x|^2",
        "j": "|x - y|^2 = |x|^2 + |z|^2",
    },
    order="ebgahd",
    traps={
        "c": "pca-wtw-identity",
        "f": "pca-kept-for-lost",
        "i": "pca-lengths-kept",
        "j": "pca-square-added",
    },
    order_mistake="pca-lines-shuffled",
    missing_mistake="pca-line-missing",
    mistakes=(
        Mistake(
            "pca-wtw-identity",
            "W has L rows and D columns, with L < D. W W^T is the L x L identity; W^T W is D x D and has "
            "rank L, so it cannot be the identity. It is the projection onto the plane.",
            ("ec", "ebc", "ebgachd"),
        ),
        Mistake(
            "pca-kept-for-lost",
            "These are the variances that the code keeps. The error is made of those that it leaves out.",
            ("ebgahf", "ebgaf"),
        ),
        Mistake(
            "pca-lengths-kept",
            "z W has the length of z, but z is shorter than x: what is at right angles to the plane is gone.",
            ("ebiahd",),
        ),
        Mistake(
            "pca-square-added",
            "The mixed term takes |z|^2 away twice, and the last one adds it once: what is left is "
            "subtracted.",
            ("ebgjhd",),
        ),
        Mistake(
            "pca-lines-shuffled",
            "These are the right lines in another order: each must follow from the one before.",
            ("begahd", "ebgadh", "dhagbe"),
        ),
        Mistake("pca-line-missing", "A line is missing, or there is one too many.", ("ebgad", "ebgahdd")),
    ),
)
