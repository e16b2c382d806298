"""Exercise of chapter 4: the gradient through the sampling step, by hand (X-6c)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def sampling_backward(grad_z, encoder_output, eps):
    latent_size = encoder_output.shape[1] // 2
    log_std = encoder_output[:, latent_size:]
    # [answer]
    grad_mean = grad_z
    grad_log_std = grad_z * np.exp(log_std) * eps
    return np.concatenate([grad_mean, grad_log_std], axis=1)
    # [end]


def _halves(formula):
    """Return formula(g, s, eps), the gradients for mean and log std, as an answer; s is log std."""

    def wrong(grad_z, encoder_output, eps):
        return np.concatenate(formula(grad_z, encoder_output[:, eps.shape[1] :], eps), axis=1)

    return wrong


def _for_log_std(formula):
    return _halves(lambda g, s, eps: (g, formula(g, s, eps)))


ONE = "grad_z [[19]], encoder_output [[10, log 2]], eps [[-0.25]]"
TWO = "2 points with 3 latents"
THREE = "3 points with 2 latents"
_rng = np.random.default_rng(22)

X_6C = CodeExercise(
    id="X-6c",
    chapter=4,
    title="Backwards through the sampling step",
    question=(
        "z = mean + std * eps, with `encoder_output`, shape (B, 2L), holding L means, then L log standard "
        "deviations. The decoder hands back `grad_z`, shape (B, L), the gradient of the bound with respect "
        "to z. Return the gradient with respect to `encoder_output`, shape (B, 2L), without autograd."
    ),
    hints=(
        "The chain rule, number by number: grad_z times the derivative of z with respect to what stands "
        "there.",
        "z = mean + exp(log_std) * eps. Its derivative with respect to the mean is 1; what is it with "
        "respect to log_std?",
        "Put the two halves side by side: np.concatenate([..., ...], axis=1).",
    ),
    reason=(
        "The randomness sits in eps, which has no parameters. So nothing has to be propagated through a "
        "draw: that is the whole answer to the question how one backpropagates through sampling."
    ),
    see="See chapter 4, 'Backpropagation through the sampling step'.",
    solution=sampling_backward,
    inputs={
        ONE: (np.array([[19.0]]), np.array([[10.0, np.log(2)]]), np.array([[-0.25]])),
        TWO: (_rng.normal(size=(2, 3)), _rng.normal(size=(2, 6)), _rng.normal(size=(2, 3))),
        THREE: (_rng.normal(size=(3, 2)), _rng.normal(size=(3, 4)), _rng.normal(size=(3, 2))),
        "1 point with 2 latents, whole numbers": (
            np.array([[3.0, -2]]), np.array([[4.0, 1, 1, -1]]), np.array([[-1.0, 2]])
        ),
    },
    mistakes=(
        Mistake(
            "backward-std-for-log-std",
            "The second half is the gradient for std. The encoder gives log std, and std = exp(log std) "
            "has a derivative of its own.",
            (_for_log_std(lambda g, s, eps: g * eps),),
        ),
        Mistake(
            "backward-noise-left-out",
            "The noise is missing in the second half: the more noise, the more z depends on std. "
            "(Without it this is the gradient for eps, which nobody needs.)",
            (_for_log_std(lambda g, s, eps: g * np.exp(s)),),
        ),
        Mistake(
            "backward-nothing-for-std",
            "The second half is 0, so the encoder would never learn how sure it is. z depends on std.",
            (_for_log_std(lambda g, s, eps: 0 * g),),
        ),
        Mistake(
            "backward-no-path",
            "All is 0, as if a draw had no derivative. For fixed noise z moves with the mean and with std.",
            (_halves(lambda g, s, eps: (0 * g, 0 * g)), lambda g, e, eps: np.zeros_like(e)),
        ),
        Mistake(
            "backward-halves-swapped",
            "The halves have changed places: first the means, then the log standard deviations.",
            (_halves(lambda g, s, eps: (g * np.exp(s) * eps, g)),),
        ),
        Mistake(
            "backward-variance",
            "The second half has the variance, exp(2 log std), where std belongs.",
            (
                _for_log_std(lambda g, s, eps: g * np.exp(2 * s) * eps),
                _for_log_std(lambda g, s, eps: 2 * g * np.exp(2 * s) * eps),
            ),
        ),
        Mistake(
            "backward-log-variance",
            "log std is read as log variance, where std would be exp(log variance / 2).",
            (
                _for_log_std(lambda g, s, eps: g * np.exp(s / 2) * eps / 2),
                _for_log_std(lambda g, s, eps: g * np.exp(s / 2) * eps),
            ),
        ),
        Mistake(
            "backward-log-std-itself",
            "The second half is multiplied by log std. The derivative of an exponential is the exponential.",
            (_for_log_std(lambda g, s, eps: g * s * eps), _for_log_std(lambda g, s, eps: g / s * eps)),
        ),
        Mistake(
            "backward-mean-scaled",
            "The first half is multiplied too. z moves with the mean one to one, whatever std and noise are.",
            (
                _halves(lambda g, s, eps: (g * np.exp(s), g * np.exp(s) * eps)),
                _halves(lambda g, s, eps: (g * eps, g * np.exp(s) * eps)),
            ),
        ),
        Mistake(
            "backward-grad-left-out",
            "A derivative of z stands there alone, in one half or in both. The chain rule multiplies it by "
            "grad_z.",
            (
                _halves(lambda g, s, eps: (np.ones_like(g), np.exp(s) * eps)),
                _halves(lambda g, s, eps: (np.ones_like(g), g * np.exp(s) * eps)),
                _halves(lambda g, s, eps: (g, np.exp(s) * eps)),
            ),
        ),
        Mistake(
            "backward-batch",
            "The points of the batch are averaged, or summed up. Each point has its own mean and std, and so "
            "its own gradient.",
            (
                lambda g, e, eps: sampling_backward(g, e, eps) / len(g),
                lambda g, e, eps: np.mean(sampling_backward(g, e, eps), axis=0),
                lambda g, e, eps: np.sum(sampling_backward(g, e, eps), axis=0),
            ),
            by=(TWO, THREE),
        ),
        Mistake(
            "backward-apart",
            "The two halves come as a pair. They belong side by side, in one array with the shape of the "
            "encoder's output.",
            (lambda g, e, eps: (g, g * np.exp(e[:, eps.shape[1] :]) * eps),),
        ),
    ),
)
