"""Chapter 6: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right

sqrt = np.sqrt


def step_with_epsilon_times(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    theta, m, v = right("C6-step")(theta, g, m, v, t, alpha, beta1, beta2, epsilon)
    return theta, m, v / (1 - beta2**t)


def step_by_gradient(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _, m1, v1 = right("C6-step")(theta, g, m, v, t, alpha, beta1, beta2, epsilon)
    return theta + alpha * g / (sqrt(v1 / (1 - beta2**t)) + epsilon), m1, v1


def adam_skipping_the_last(grad, theta, num_epochs, batches, *options, **more):
    return right("L-ADAM")(grad, theta, num_epochs, max(1, batches - 1), *options, **more)


def adam_halving_alpha(grad, theta, num_epochs, batches, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, v, t = 0, 0, 0
    for epoch in range(num_epochs):
        for batch in range(batches):
            t += 1
            g = grad(theta, batch)
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            step = alpha / (epoch + 1)
            theta = theta + step * m / (1 - beta1**t) / (sqrt(v / (1 - beta2**t)) + epsilon)
    return theta


def adam_gradient_at_start(grad, theta, num_epochs, batches, *options, **more):
    start = theta.copy()
    return right("L-ADAM")(lambda _, b: grad(start, b), theta, num_epochs, batches, *options, **more)


def epochs_product(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = (update - 1) // updates_per_epoch + 1
    return (1 - beta1**update) / (1 - beta1**t) * sqrt((1 - beta2**update) / (1 - beta2**t))


def epochs_one_early(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    return right("C6-epochs")(update + updates_per_epoch, updates_per_epoch, beta1, beta2)


WRONG = {
    "C6-step": (
        step_with_epsilon_times,
        step_by_gradient,
    ),
    "L-ADAM": (
        adam_skipping_the_last,
        adam_halving_alpha,
        adam_gradient_at_start,
    ),
    "C6-epochs": (
        epochs_product,
        epochs_one_early,
    ),
}
