"""Right answers of chapter 6, written differently from the solutions."""

import math

import numpy as np

import vaecore

# ---------------------------------------------------------------- C6-step


def step_of_vaecore(theta, g, m, v, t, alpha, beta1, beta2, epsilon):
    adam = vaecore.Adam(alpha, beta1, beta2, epsilon)
    adam.t, adam.m, adam.v, theta = t - 1, [m.copy()], [v.copy()], theta.copy()
    adam.ascend([theta], [g])
    return theta, adam.m[0], adam.v[0]


def step_downhill_of_minus_g(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    g = -g
    m = beta1 * -m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    theta = theta - alpha * (m / (1 - beta1**t)) / (epsilon + (v / (1 - beta2**t)) ** 0.5)
    return [theta, -m, v]


def step_in_loops(theta, g, m, v, t, alpha, beta1, beta2, epsilon):
    rows = []
    for a, b, c, d in zip(theta, g, m, v, strict=True):
        c += (1 - beta1) * (b - c)
        d += (1 - beta2) * (b * b - d)
        rows.append((a + alpha * c / (1 - beta1**t) / (math.sqrt(d / (1 - beta2**t)) + epsilon), c, d))
    return np.array(rows).T


def step_in_float32(theta, g, m, v, t, alpha, beta1, beta2, epsilon):
    theta, g, m, v = (np.float32(x) for x in (theta, g, m, v))
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v


# ---------------------------------------------------------------- C6-epochs


def epochs_by_running_the_loop(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    m, v, t, done = 0.0, 0.0, 1, 0
    while True:
        for _ in range(updates_per_epoch):
            m = beta1 * m + (1 - beta1) * 2
            v = beta2 * v + (1 - beta2) * 4
            done += 1
            if done == update:
                return m / (1 - beta1**t) / math.sqrt(v / (1 - beta2**t))
        t += 1


def epochs_by_ceil(update, updates_per_epoch, beta1, beta2):
    t = math.ceil(update / updates_per_epoch)
    both = np.array([[beta1, beta2]]) ** np.array([[update], [t]])
    (m, v), (m_there, v_there) = 1 - both
    return m / m_there * (v_there / v) ** 0.5


RIGHT = {
    "C6-step": (step_of_vaecore, step_downhill_of_minus_g, step_in_loops, step_in_float32),
    "C6-epochs": (epochs_by_running_the_loop, epochs_by_ceil),
}
