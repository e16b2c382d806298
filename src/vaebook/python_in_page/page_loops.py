"""The loops of a training step by the page's kernels: what `vaecore.foundations.compiled_loops` has."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaebook.python_in_page.page_products import address


class PageLoops:
    """Everything is float32 and without gaps.  kernels: the functions of products.wasm, as loops.c tells."""

    def __init__(self, kernels: Any) -> None:
        self.kernels = kernels

    def bernoulli_log_prob(self, x: np.ndarray, a: np.ndarray) -> np.ndarray:
        out = np.empty(len(a), np.float32)
        self.kernels.log_prob(address(x), len(x), address(a), address(out), *a.shape)
        return out

    def bernoulli_log_prob_gradient(self, g: np.ndarray, x: np.ndarray, a: np.ndarray) -> np.ndarray:
        out = np.empty_like(a)
        self.kernels.log_prob_gradient(address(g), address(x), len(x), address(a), address(out), *a.shape)
        return out

    def adam_step(
        self,
        thetas: list[np.ndarray],
        gs: list[np.ndarray],
        ms: list[np.ndarray],
        vs: list[np.ndarray],
        alpha: float,
        betas: tuple[float, float],
        corrections: tuple[float, float],
        eps: float,
    ) -> None:
        beta1, beta2 = betas
        numbers = (alpha, beta1, 1 - beta1, beta2, 1 - beta2, *corrections, eps)
        for arrays in zip(thetas, gs, ms, vs, strict=True):
            self.kernels.adam(*(address(array) for array in arrays), arrays[0].size, *numbers)
