"""Gradient ascent, and ADAM: a step for each parameter, sized by the history of its own gradient."""

from typing import Any

import numpy as np

from vaecore.foundations import compiled, validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.parameters import leaves, pieces


class Optimiser:
    """What `SGD` and `Adam` share: two directions, and the checks of what they are given."""

    learning_rate: float
    t: int  # the number of steps taken

    def ascend(self, params: Any, grads: Any) -> None:
        """Take one step uphill: `params`, nested lists and tuples of arrays, is changed in place."""
        self._step(params, grads, +1)

    def descend(self, params: Any, grads: Any) -> None:
        """Take one step downhill: `params`, nested lists and tuples of arrays, is changed in place."""
        self._step(params, grads, -1)

    def _step(self, params: Any, grads: Any, direction: int) -> None:
        raise NotImplementedError

    def _check(self, thetas: list[Any], gs: list[Any], memory: list[np.ndarray]) -> None:
        """memory: the arrays that this optimiser keeps, one for each of `thetas` (none before step 1)."""
        if not thetas or not all(isinstance(t, np.ndarray) and t.dtype.kind == "f" for t in thetas):
            raise InvalidInputError("params must be nested lists and tuples of floating-point NumPy arrays")
        if not all(theta.flags.writeable for theta in thetas):
            raise InvalidInputError("params holds a read-only array, expected arrays to change; pass copies")
        shapes = [theta.shape for theta in thetas]
        if [np.shape(g) for g in gs] != shapes:
            raise InvalidInputError(
                f"grads has arrays of shapes {[np.shape(g) for g in gs]}, expected those of params: {shapes}"
            )
        if memory and [m.shape for m in memory] != shapes:
            name = type(self).__name__
            raise InvalidInputError(
                f"params has arrays of shapes {shapes}, but this {name} has moments for "
                f"{[m.shape for m in memory]}; make a new {name} for other parameters"
            )
        for g in gs:
            if not np.isfinite(np.vdot(g, g)):  # the square is what goes into v
                raise InvalidInputError("grads holds NaN, infinity, or numbers whose square overflows")


class SGD(Optimiser):
    """Stochastic gradient ascent, with momentum if wanted.  One call of `ascend` or `descend` is one step:

        b <- momentum b + g              the gradients so far; those of long ago have faded
        theta <- theta + alpha b         ascend; minus for descend

    Without momentum b = g, and the step is alpha times the gradient.
    learning_rate: alpha.  momentum: in [0, 1).

    Raises InvalidInputError for hyperparameters out of range, or gradients that do not fit the parameters
    or are not finite; nothing has been changed then.

    Source: Robbins & Monro (1951); momentum: Polyak (1964).
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.0) -> None:
        self.learning_rate = validation.number(learning_rate, "learning_rate", above=0)
        self.momentum = validation.number(momentum, "momentum", at_least=0, below=1)
        self.t = 0
        self.b: list[np.ndarray] = []

    def _step(self, params: Any, grads: Any, direction: int) -> None:
        thetas, gs = leaves(params), [np.asarray(g) for g in leaves(grads)]
        self._check(thetas, gs, self.b)
        if not self.b:
            self.b = [np.zeros_like(theta) for theta in thetas]
        self.t += 1
        alpha = direction * self.learning_rate
        for theta, g, b in zip(thetas, gs, self.b, strict=True):
            b *= self.momentum
            b += g
            theta += alpha * b


class Adam(Optimiser):
    """ADAM (Kingma & Ba 2015, algorithm 1).  One call of `ascend` or `descend` is one time step t:

        m <- beta1 m + (1 - beta1) g             first moment: where the gradient points
        v <- beta2 v + (1 - beta2) g^2           second moment: how large it is
        m_hat = m / (1 - beta1^t)                both start at 0, and are too small at first:
        v_hat = v / (1 - beta2^t)                the correction for that
        theta <- theta + alpha m_hat / (sqrt(v_hat) + eps)      ascend; minus for descend

    learning_rate: alpha, the largest usual change of a parameter in one step.
    beta1, beta2: decay rates in [0, 1).  eps: keeps the division finite; outside the root, as in the paper.
    bias_correction: False leaves it out, m_hat = m and v_hat = v, to see what it is good for.  (With
        beta1 = 0 that is RMSprop.)

    Example:  adam = Adam();  adam.ascend(params, gradients)  changes the arrays of `params` in place.
    Raises InvalidInputError for hyperparameters out of range, or gradients that do not fit the parameters
    or are not finite; nothing has been changed then.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        *,
        bias_correction: bool = True,
    ) -> None:
        self.learning_rate = validation.number(learning_rate, "learning_rate", above=0)
        self.beta1 = validation.number(beta1, "beta1", at_least=0, below=1)
        self.beta2 = validation.number(beta2, "beta2", at_least=0, below=1)
        self.eps = validation.number(eps, "eps", above=0)
        if not isinstance(bias_correction, bool):
            raise InvalidInputError(f"bias_correction is {bias_correction!r}, expected True or False")
        self.bias_correction = bias_correction
        self.t = 0
        self.m: list[np.ndarray] = []
        self.v: list[np.ndarray] = []

    def _step(self, params: Any, grads: Any, direction: int) -> None:
        thetas, gs = leaves(params), [np.asarray(g) for g in leaves(grads)]
        self._check(thetas, gs, self.m)
        if not self.m:
            self.m = [np.zeros_like(theta) for theta in thetas]
            self.v = [np.zeros_like(theta) for theta in thetas]
        self.t += 1
        correction1 = 1 - self.beta1**self.t if self.bias_correction else 1.0
        correction2 = 1 - self.beta2**self.t if self.bias_correction else 1.0
        alpha = direction * self.learning_rate
        if loops := compiled.loops_for(*thetas, *gs, *self.m, *self.v):
            betas, corrections = (self.beta1, self.beta2), (correction1, correction2)
            loops.adam_step(thetas, gs, self.m, self.v, alpha, betas, corrections, self.eps)
            return
        for arrays in zip(thetas, gs, self.m, self.v, strict=True):
            for theta, g, m, v in pieces(*arrays):
                m *= self.beta1
                m += (1 - self.beta1) * g
                v *= self.beta2
                v += (1 - self.beta2) * (g * g)
                m_hat = m / correction1
                v_hat = v / correction2
                theta += alpha * m_hat / (np.sqrt(v_hat) + self.eps)

    def state(self) -> dict[str, Any]:
        """Return a copy of the state: the hyperparameters, t, and the arrays of m and v."""
        names = ("learning_rate", "beta1", "beta2", "eps", "bias_correction", "t")
        numbers = {name: getattr(self, name) for name in names}
        return {**numbers, "m": [m.copy() for m in self.m], "v": [v.copy() for v in self.v]}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Adam":
        """Return an Adam that goes on exactly where the one that gave `state` stopped.

        Raises InvalidInputError for hyperparameters out of range.
        """
        numbers = (state[name] for name in ("learning_rate", "beta1", "beta2", "eps"))
        adam = cls(*numbers, bias_correction=state.get("bias_correction", True))  # older states have none
        adam.t = validation.whole_number(state["t"], "t", at_least=0)
        adam.m = [np.array(m) for m in state["m"]]
        adam.v = [np.array(v) for v in state["v"]]
        return adam
