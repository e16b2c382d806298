"""Chapter 6: one update of ADAM, the whole loop, steps if t counts epochs."""

import numpy as np

from unseen_answers.entries import right, wrong


@right("C6-step")
def step_entry_by_entry(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new = [np.array(a, float) for a in (theta, m, v)]
    for i in np.ndindex(np.shape(theta)):
        new[1][i] = beta1 * m[i] + (1 - beta1) * g[i]
        new[2][i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        up = new[1][i] / (1 - beta1**t)
        new[0][i] = theta[i] + alpha * up / ((new[2][i] / (1 - beta2**t)) ** 0.5 + epsilon)
    return tuple(new)


@right("C6-step")
def step_by_differences(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    return theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v


@wrong("C6-step", "returns the corrected moments")
def step_corrected_moments(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return theta + alpha * m / (np.sqrt(v) + epsilon), m, v


@wrong("C6-step", "no square root")
def step_without_root(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta + alpha * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + epsilon), m, v


@wrong("C6-step", "t counts from 0: the corrections have t + 1")
def step_t_plus_one(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    t = t + 1
    return theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v


@wrong("C6-step", "g is added in full to the old moments")
def step_gradient_in_full(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + g
    v = beta2 * v + g**2
    return theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v


@wrong("C6-step", "the step goes along g, not m")
def step_along_g(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta + alpha * g / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v


@wrong("C6-step", "only the first moment is corrected")
def step_second_not_corrected(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v) + epsilon), m, v


@wrong("C6-step", "the old moments are used for the step")
def step_with_old_moments(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    up = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return theta + alpha * up, beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


@right("L-ADAM")
def adam_as_one_loop(grad, theta, num_epochs, batches_per_epoch,
                     alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    x, m, v = theta + 0.0, 0 * theta, 0 * theta
    for i in range(num_epochs * batches_per_epoch):
        g = grad(x, i % batches_per_epoch)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        x = x + alpha * m / (1 - beta1 ** (i + 1)) / (np.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon)
    return x


@right("L-ADAM")
def adam_with_powers(grad, theta, num_epochs, batches_per_epoch,
                     alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    x, m, v, p1, p2 = np.array(theta, float), 0.0, 0.0, 1.0, 1.0
    for _ in range(num_epochs):
        for batch in range(batches_per_epoch):
            g = np.asarray(grad(x, batch))
            p1, p2 = p1 * beta1, p2 * beta2
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            x = x + alpha * (m / (1 - p1)) / ((v / (1 - p2)) ** 0.5 + epsilon)
    return x


def loop(theta, num_epochs, batches_per_epoch, step):
    """Run `step(theta, m, v, t, batch)` for all updates."""
    x, m, v, t = np.array(theta, float), np.zeros(len(theta)), np.zeros(len(theta)), 0
    for _ in range(num_epochs):
        for batch in range(batches_per_epoch):
            t += 1
            x, m, v = step(x, m, v, t, batch)
    return x


@wrong("L-ADAM", "the gradient is always that of batch 0")
def adam_first_batch(grad, theta, num_epochs, batches_per_epoch,
                     alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    return adam_as_one_loop(lambda x, b: grad(x, 0), theta, num_epochs, batches_per_epoch,
                            alpha, beta1, beta2, epsilon)  # fmt: skip


@wrong("L-ADAM", "one epoch too few")
def adam_one_epoch_less(grad, theta, num_epochs, batches_per_epoch,
                        alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    return adam_as_one_loop(grad, theta, num_epochs - 1, batches_per_epoch, alpha, beta1, beta2, epsilon)


@wrong("L-ADAM", "returns after the first epoch: the return stands in the outer loop")
def adam_return_inside(grad, theta, num_epochs, batches_per_epoch,
                       alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    return adam_as_one_loop(grad, theta, 1, batches_per_epoch, alpha, beta1, beta2, epsilon)


@wrong("L-ADAM", "plain gradient ascent")
def adam_plain_ascent(grad, theta, num_epochs, batches_per_epoch,
                      alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    return loop(theta, num_epochs, batches_per_epoch,
                lambda x, m, v, t, b: (x + alpha * grad(x, b), m, v))  # fmt: skip


@wrong("L-ADAM", "the gradient is taken at the starting theta all the time")
def adam_gradient_at_start(grad, theta, num_epochs, batches_per_epoch,
                           alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    return adam_as_one_loop(lambda x, b: grad(theta, b), theta, num_epochs, batches_per_epoch,
                            alpha, beta1, beta2, epsilon)  # fmt: skip


@wrong("L-ADAM", "alpha is divided by the root of t, a decaying rate")
def adam_decaying(grad, theta, num_epochs, batches_per_epoch,
                  alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    def step(x, m, v, t, batch):
        g = grad(x, batch)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        return x + alpha / t**0.5 * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v

    return loop(theta, num_epochs, batches_per_epoch, step)


@wrong("L-ADAM", "one v for all parameters: the mean of the squares")
def adam_one_v(grad, theta, num_epochs, batches_per_epoch,
               alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    def step(x, m, v, t, batch):
        g = grad(x, batch)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.mean(g**2)
        return x + alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v

    return loop(theta, num_epochs, batches_per_epoch, step)


@right("C6-epochs")
def steps_by_running(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    m = v = 0.0
    for _ in range(update):
        m, v = beta1 * m + 1 - beta1, beta2 * v + 1 - beta2
    t = (update - 1) // updates_per_epoch + 1
    return m / (1 - beta1**t) / (v / (1 - beta2**t)) ** 0.5


@right("C6-epochs")
def steps_by_roots(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = -(-update // updates_per_epoch)
    first = (1 - beta1**update) / (1 - beta1**t)
    return first * np.sqrt((1 - beta2**t) / (1 - beta2**update))


@wrong("C6-epochs", "t is the number of epochs that are over (from 0, but 1 at least)")
def steps_epochs_over(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = max(update // updates_per_epoch, 1)
    return (1 - beta1**update) / (1 - beta1**t) * np.sqrt((1 - beta2**t) / (1 - beta2**update))


@wrong("C6-epochs", "always 1: t counts updates")
def steps_always_one(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    return 1.0


@wrong("C6-epochs", "the root of the second correction is forgotten")
def steps_without_root(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = (update - 1) // updates_per_epoch + 1
    return (1 - beta1**update) / (1 - beta1**t) * (1 - beta2**t) / (1 - beta2**update)


@wrong("C6-epochs", "upside down")
def steps_upside_down(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = (update - 1) // updates_per_epoch + 1
    return (1 - beta1**t) / (1 - beta1**update) * np.sqrt((1 - beta2**update) / (1 - beta2**t))


@wrong("C6-epochs", "the second moment is left out")
def steps_first_moment_only(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = (update - 1) // updates_per_epoch + 1
    return (1 - beta1**update) / (1 - beta1**t)


@wrong("C6-epochs", "the number within the epoch in place of the number of all updates")
def steps_within_the_epoch(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = (update - 1) // updates_per_epoch + 1
    n = (update - 1) % updates_per_epoch + 1
    return (1 - beta1**n) / (1 - beta1**t) * np.sqrt((1 - beta2**t) / (1 - beta2**n))
