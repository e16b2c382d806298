"""Chapter 8: one sample goes backward for all (the author of the exercise wrote these as well)."""

import numpy as np

from unseen_answers.entries import right, wrong


def weights_of(log_w):
    v = np.exp(log_w - np.logaddexp.reduce(log_w))
    return v / v.sum(axis=0)


def take(gradients, chosen):
    return np.array([gradients[s, b] for b, s in enumerate(chosen)])


@right("C8-one-of-k")
def one_of_k_by_counting(log_w, gradients, u):
    return take(gradients, (np.cumsum(weights_of(log_w), axis=0) <= u).sum(axis=0))


@right("C8-one-of-k")
def one_of_k_point_by_point(log_w, gradients, u):
    chosen = []
    for b, number in enumerate(u):
        running, s = 0.0, 0
        for v in weights_of(log_w[:, b : b + 1])[:, 0]:
            running += v
            s += running <= number
        chosen.append(s)
    return take(gradients, chosen)


@wrong("C8-one-of-k", "the running sums are compared from the other end")
def one_of_k_from_behind(log_w, gradients, u):
    behind = np.cumsum(weights_of(log_w)[::-1], axis=0)
    return take(gradients[::-1], (behind <= u).sum(axis=0))


@wrong("C8-one-of-k", "the first sample whose own weight exceeds u, and not the running sum")
def one_of_k_without_running_sum(log_w, gradients, u):
    return take(gradients, np.argmax(weights_of(log_w) > u, axis=0))


@wrong("C8-one-of-k", "drawn with the square roots of the weights")
def one_of_k_by_half_the_logarithm(log_w, gradients, u):
    return take(gradients, np.argmax(np.cumsum(weights_of(log_w / 2), axis=0) > u, axis=0))


@wrong("C8-one-of-k", "the sum of the drawn gradient and all before it")
def one_of_k_added_up(log_w, gradients, u):
    return take(np.cumsum(gradients, axis=0), np.argmax(np.cumsum(weights_of(log_w), axis=0) > u, axis=0))


@wrong("C8-one-of-k", "the smallest weight is taken")
def one_of_k_worst(log_w, gradients, u):
    return take(gradients, np.argmin(log_w, axis=0))
