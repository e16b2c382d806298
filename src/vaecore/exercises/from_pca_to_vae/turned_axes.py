"""Exercise of chapter 9: what the bound of a linear VAE loses when its latent space is turned (C9-axes)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def smallest_gap(weights, std, turn):
    # [answer]
    turned = turn @ weights
    precision = np.eye(len(turned)) + turned @ turned.T / std**2  # of p(z | x)
    log_determinant = np.linalg.slogdet(precision)[1]
    return 0.5 * (np.sum(np.log(np.diag(precision))) - log_determinant)
    # [end]


_rng = np.random.default_rng(9)


def _turn(size):
    """A rotation: no reflection in it."""
    q = np.linalg.qr(_rng.standard_normal((size, size)))[0]
    q[0] *= np.sign(np.linalg.det(q))
    return q


def _by(degrees):
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


TURNED = "two rows of lengths 3 and 1 at right angles, turned by 30 degrees, std 0.5"
STRAIGHT = "two rows that the turn brings to right angles, std 0.5"
THREE = "three slanted rows, std 0.8"
_ROWS = np.array([[3.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
_GAPS = {
    TURNED: (_ROWS, 0.5, _by(30)),
    STRAIGHT: (_by(30) @ _ROWS, 0.5, _by(-30)),
    THREE: (np.array([[1.0, 0.5, 0.0, 0.2], [0.3, 1.5, 0.4, 0.0], [0.0, 0.6, 2.0, -0.7]]), 0.8, _turn(3)),
    "3 rows with 1 entry, (2), (1), (-1), whole numbers, std 1": (
        np.array([[2.0], [1], [-1]]), 1, np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    ),
    "1 row with 2 entries, std 0.5": (np.array([[0.4, -1.2]]), 0.5, np.array([[1.0]])),
    "80 rows with 90 entries, std 0.02": (_rng.standard_normal((80, 90)), 0.02, _turn(80)),
}  # fmt: skip


def _precision(rows, std):
    return np.eye(len(rows)) + rows @ rows.T / std**2


def _gap(formula, precision_of=_precision, rows_of=lambda w, turn: turn @ w):
    """A wrong gap: formula(precision, covariance)."""

    def wrong(weights, std, turn):
        precision = precision_of(rows_of(weights, turn), std)
        return formula(precision, np.linalg.inv(precision))

    return wrong


def _right_gap(p, c):
    return 0.5 * (np.sum(np.log(np.diag(p))) - np.linalg.slogdet(p)[1])


def _of_marginals(p, c):
    """KL(q || p(z | x)) where q has the posterior's own variances."""
    spread = np.diag(c)
    return 0.5 * (np.diag(p) @ spread - len(p) + np.linalg.slogdet(c)[1] - np.sum(np.log(spread)))


def _covered(p, c):
    """KL(p(z | x) || q), smallest for the posterior's own variances."""
    return 0.5 * (np.sum(np.log(np.diag(c))) - np.linalg.slogdet(c)[1])


C9_AXES = CodeExercise(
    id="C9-axes",
    chapter=9,
    title="When is PCA's bound not exact?",
    question=(
        "x = z W + m + sigma * noise, with z ~ N(0, I); `weights` is W, (L, D), and `std` is sigma. Turn z: "
        "a second world has R W in the place of W, with the rotation matrix `turn`, R, (L, L). Its p(x) is "
        "the same, its posterior is not. Of all Gaussians q with independent components take the one that "
        "is best for the second world. Return the gap KL(q || p(z | x)) that it leaves, in nats: one number, "
        "the same for every x. There may be hundreds of latents."
    ),
    hints=(
        "Write W' for R W. The posterior of the second world is Gaussian, with the precision matrix (the "
        "inverse of its covariance) A = I + W' W'^T / sigma^2.",
        "KL between two Gaussians with the same mean: 1/2 [tr(A V) - L - log det A - log det V], with V the "
        "diagonal matrix of q's variances. Set its derivative with respect to each variance to 0.",
        "With the best variances, 1 / A_jj, the trace is L, and cancels. What is left is half of (the sum of "
        "the logarithms of the diagonal of A, minus log det A). np.linalg.slogdet gives the logarithm of a "
        "determinant.",
    ),
    reason=(
        "The gap is 0 where A is diagonal: where the rows of R W are at right angles, as PCA's are. Turn z, "
        "which mixes them, and p(x) stays the same; but the components of the posterior are correlated, and "
        "no factorised q fits. So the bound picks the axes."
    ),
    see="See chapter 9, 'The bound picks the axes', and chapter 3 for how tight a bound can be.",
    solution=smallest_gap,
    inputs=_GAPS,
    mistakes=(
        Mistake(
            "axes-marginal-variances",
            "q has the posterior's own variances, the diagonal of its covariance. For KL(q || p) narrower "
            "ones are better: 1 / A_jj, the variances when the other components are held fixed.",
            (_gap(_of_marginals),),
        ),
        Mistake(
            "axes-other-direction",
            "This is KL(p(z | x) || q). The gap of the bound is KL(q || p(z | x)), the average over q.",
            (_gap(_covered),),
        ),
        Mistake(
            "axes-not-turned",
            "This is the gap of the first world: `turn` is not used. The likelihood does not feel the turn, "
            "the posterior does.",
            (_gap(_right_gap, rows_of=lambda w, turn: w),),
        ),
        Mistake(
            "axes-turned-back",
            "z is turned the other way: the rows of the second world are R W, and R transposed is the turn "
            "back.",
            (_gap(_right_gap, rows_of=lambda w, turn: turn.T @ w),),
        ),
        Mistake(
            "axes-half",
            "This is twice the gap: the 1/2 in front of the logarithms is missing.",
            (_gap(lambda p, c: 2 * _right_gap(p, c)),),
        ),
        Mistake(
            "axes-sign",
            "The sign is turned round: a gap is a KL divergence, and never negative.",
            (_gap(lambda p, c: -_right_gap(p, c)),),
        ),
        Mistake(
            "axes-std-not-squared",
            "W W^T is divided by std. The precision of the noise is 1 / std^2.",
            (_gap(_right_gap, lambda w, std: np.eye(len(w)) + w @ w.T / std),),
        ),
        Mistake(
            "axes-prior-forgotten",
            "The identity is missing in A: the prior has a precision of its own, and it is added.",
            (_gap(_right_gap, lambda w, std: w @ w.T / std**2),),
        ),
        Mistake(
            "axes-always-exact",
            "The gap comes out as 0 in every world. It is 0 only where the rows of W are at right angles.",
            (
                lambda weights, std, turn: 0.0,
                _gap(_right_gap, lambda w, std: np.diag(1 + np.sum(w**2, axis=1) / std**2)),
            ),
        ),
        Mistake(
            "axes-bits",
            "These are bits: the logarithm is to base 2. In nats it is the natural one.",
            (_gap(lambda p, c: _right_gap(p, c) / np.log(2)),),
        ),
        Mistake(
            "axes-pixels",
            "The matrix is that of the pixels, D by D (W^T W). The posterior lives among the L latents: W "
            "W^T.",
            (_gap(_right_gap, lambda w, std: np.eye(w.shape[1]) + w.T @ w / std**2),),
        ),
    ),
)
