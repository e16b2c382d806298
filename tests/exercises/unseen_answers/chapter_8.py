"""Chapter 8: Gaussian outputs, half-way points, arithmetic, the information gap, weighted bounds."""

import math

import numpy as np

from unseen_answers.entries import right, wrong


@right("S-GAUSS")
def gauss_by_loops(x, mean, log_var):
    out = np.zeros(len(x))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            var = math.exp(log_var[i, j])
            out[i] += -((x[i, j] - mean[i, j]) ** 2) / (2 * var) - 0.5 * (
                math.log(2 * math.pi) + log_var[i, j]
            )
    return out


@right("S-GAUSS")
def gauss_by_units(x, mean, log_var):
    u = (x - mean) * np.exp(-log_var / 2)
    return -(np.sum(u * u + log_var, axis=1) + x.shape[1] * math.log(2 * math.pi)) / 2


@wrong("S-GAUSS", "log var is read as the variance")
def gauss_log_var_as_var(x, mean, log_var):
    return -0.5 * np.sum((x - mean) ** 2 / log_var + np.log(2 * np.pi) + log_var, axis=1)


@wrong("S-GAUSS", "the constant is counted once for each point, not for each pixel")
def gauss_one_constant(x, mean, log_var):
    return -0.5 * (np.sum((x - mean) ** 2 / np.exp(log_var) + log_var, axis=1) + np.log(2 * np.pi))


@wrong("S-GAUSS", "log var has no half")
def gauss_whole_log_var(x, mean, log_var):
    return np.sum(-0.5 * (x - mean) ** 2 / np.exp(log_var) - 0.5 * np.log(2 * np.pi) - log_var, axis=1)


@wrong("S-GAUSS", "divided by the square of the variance")
def gauss_variance_squared(x, mean, log_var):
    return -0.5 * np.sum((x - mean) ** 2 / np.exp(2 * log_var) + np.log(2 * np.pi) + log_var, axis=1)


@wrong("S-GAUSS", "the sign of log var")
def gauss_plus_log_var(x, mean, log_var):
    return -0.5 * np.sum((x - mean) ** 2 / np.exp(log_var) + np.log(2 * np.pi) - log_var, axis=1)


@wrong("S-GAUSS", "multiplied by the variance")
def gauss_times_variance(x, mean, log_var):
    return -0.5 * np.sum((x - mean) ** 2 * np.exp(log_var) + np.log(2 * np.pi) + log_var, axis=1)


@right("C8-best-std")
def best_std_by_hypot(x, mean):
    std = math.hypot(*np.ravel(x - mean)) / math.sqrt(np.size(x))
    return std**2 * 2 / len(mean[0])


@right("C8-best-std")
def best_std_by_power(x, mean):
    return np.average((np.asarray(mean, float) - x) ** 2) / (0.5 * x.shape[1])


@wrong("C8-best-std", "one sigma for each column")
def best_std_per_column(x, mean):
    return 2 * ((x - mean) ** 2).mean(axis=0) / x.shape[1]


@wrong("C8-best-std", "the largest error")
def best_std_largest(x, mean):
    return 2 * np.abs(x - mean).max() ** 2 / x.shape[1]


@wrong("C8-best-std", "the median of the absolute errors")
def best_std_median(x, mean):
    return 2 * np.median(np.abs(x - mean)) ** 2 / x.shape[1]


@wrong("C8-best-std", "the sum is not divided")
def best_std_not_divided(x, mean):
    return 2 * ((x - mean) ** 2).sum() / x.shape[1]


@wrong("C8-best-std", "divided by the number of pixels only")
def best_std_by_pixels(x, mean):
    return 2 * ((x - mean) ** 2).sum() / x.shape[1] ** 2


def apart(images, tolerance):
    return np.mean((images[1:] - images[:-1]) ** 2, axis=1) > tolerance


def wanted(out, images, tolerance):
    """Of points and half-way points in turn those that are wanted."""
    keep = np.ones(len(out), bool)
    keep[1::2] = apart(images, tolerance)
    return out[keep]


@right("C8-halves")
def halves_by_list(points, images, tolerance):
    out = [np.asarray(points[0], float)]
    for i in range(1, len(points)):
        if np.square(images[i] - images[i - 1]).mean() > tolerance:
            out.append((np.asarray(points[i - 1], float) + points[i]) / 2)
        out.append(np.asarray(points[i], float))
    return out


@right("C8-halves")
def halves_by_interp(points, images, tolerance):
    n = len(points)
    new = [i + 0.5 for i in range(n - 1) if np.mean((images[i] - images[i + 1]) ** 2) > tolerance]
    where = sorted([*range(n), *new])
    return np.stack([np.interp(where, np.arange(n), column) for column in points.T], axis=1)


@wrong("C8-halves", "the points are repeated in place of halved")
def halves_repeated(points, images, tolerance):
    return np.repeat(points, [*(1 + apart(images, tolerance)), 1], axis=0)


@wrong("C8-halves", "the difference in place of the mean")
def halves_differences(points, images, tolerance):
    out = np.zeros((2 * len(points) - 1, points.shape[1]))
    out[::2], out[1::2] = points, (points[1:] - points[:-1]) / 2
    return wanted(out, images, tolerance)


@wrong("C8-halves", "integer arrays: the halves are rounded down")
def halves_whole_numbers(points, images, tolerance):
    out = np.zeros((2 * len(points) - 1, points.shape[1]), dtype=points.dtype)
    out[::2], out[1::2] = points, (points[1:] + points[:-1]) / 2
    return wanted(out, images, tolerance)


@wrong("C8-halves", "only the half-way points")
def halves_without_the_old(points, images, tolerance):
    return ((points[1:] + points[:-1]) / 2)[apart(images, tolerance)]


@wrong("C8-halves", "a third of the way in place of a half")
def halves_a_third(points, images, tolerance):
    out = np.zeros((2 * len(points) - 1, points.shape[1]))
    out[::2], out[1::2] = points, points[:-1] + (points[1:] - points[:-1]) / 3
    return wanted(out, images, tolerance)


@wrong("C8-halves", "a point after the last one, half-way back to the first")
def halves_in_a_circle(points, images, tolerance):
    out = []
    for i, point in enumerate(points):
        out.append(point)
        after = (i + 1) % len(points)
        if np.mean((images[i] - images[after]) ** 2) > tolerance:
            out.append((point + points[after]) / 2)
    return np.array(out)


@right("S-ARITH")
def thicker_one_by_one(vae, images, thick, thin, amount):
    more = sum(vae.encode(t[None])[0][0] for t in thick) / len(thick)
    less = sum(vae.encode(t[None])[0][0] for t in thin) / len(thin)
    return np.vstack([vae.decode(vae.encode(i[None])[0] + amount * (more - less)) for i in images])


@right("S-ARITH")
def thicker_by_average(vae, images, thick, thin, amount):
    def code(x):
        return vae.encode(x)[0]

    return vae.decode(
        code(images) - amount * (np.average(code(thin), axis=0) - np.average(code(thick), axis=0))
    )


@wrong("S-ARITH", "the direction is made a unit vector")
def thicker_unit(vae, images, thick, thin, amount):
    d = vae.encode(thick)[0].mean(0) - vae.encode(thin)[0].mean(0)
    return vae.decode(vae.encode(images)[0] + amount * d / np.linalg.norm(d))


@wrong("S-ARITH", "the mean image is encoded, not the mean of the codes")
def thicker_mean_images(vae, images, thick, thin, amount):
    d = vae.encode(thick.mean(0)[None])[0] - vae.encode(thin.mean(0)[None])[0]
    return vae.decode(vae.encode(images)[0] + amount * d)


@wrong("S-ARITH", "the arithmetic is done with pixels")
def thicker_pixels(vae, images, thick, thin, amount):
    return np.clip(images + amount * (thick.mean(0) - thin.mean(0)), 0, 1)


@wrong("S-ARITH", "amount is ignored")
def thicker_by_one(vae, images, thick, thin, amount):
    d = vae.encode(thick)[0].mean(0) - vae.encode(thin)[0].mean(0)
    return vae.decode(vae.encode(images)[0] + d)


@wrong("S-ARITH", "towards the thick mean, not along the difference")
def thicker_add_the_thick(vae, images, thick, thin, amount):
    return vae.decode(vae.encode(images)[0] + amount * vae.encode(thick)[0].mean(0))


@wrong("S-ARITH", "only the first image of each group")
def thicker_first_examples(vae, images, thick, thin, amount):
    d = vae.encode(thick[:1])[0] - vae.encode(thin[:1])[0]
    return vae.decode(vae.encode(images)[0] + amount * d)


@right("C8-gap")
def information_gap_by_loop(information, entropy):
    gaps = []
    for k in range(len(entropy)):
        first, second = sorted((float(i) for i in information[:, k]), reverse=True)[:2]
        gaps.append((first - second) / entropy[k])
    return sum(gaps) / len(gaps)


@right("C8-gap")
def information_gap_by_partition(information, entropy):
    top = -np.partition(-information, 1, axis=0)
    return np.average((top[0] - top[1]) / entropy)


@wrong("C8-gap", "not divided by the entropies")
def information_gap_raw(information, entropy):
    top = np.sort(information, axis=0)
    return np.mean(top[-1] - top[-2])


@wrong("C8-gap", "the largest and the smallest")
def information_gap_range(information, entropy):
    return np.mean((information.max(axis=0) - information.min(axis=0)) / entropy)


@wrong("C8-gap", "along the wrong axis: between factors for each latent")
def information_gap_of_latents(information, entropy):
    scaled = np.sort(information / entropy, axis=1)
    return np.mean(scaled[:, -1] - scaled[:, -2])


@wrong("C8-gap", "the largest only")
def information_gap_largest(information, entropy):
    return np.mean(information.max(axis=0) / entropy)


@wrong("C8-gap", "the sum of the gaps over the sum of the entropies")
def information_gap_of_sums(information, entropy):
    top = np.sort(information, axis=0)
    return (top[-1] - top[-2]).sum() / entropy.sum()


@wrong("C8-gap", "the sum over the factors")
def information_gap_sum(information, entropy):
    top = np.sort(information, axis=0)
    return np.sum((top[-1] - top[-2]) / entropy)


@right("C8-weights")
def weighted_by_logaddexp(log_likelihood, log_prior, log_q):
    w = log_likelihood + log_prior - log_q
    return np.logaddexp.reduce(w) - math.log(len(w))


@right("C8-weights")
def weighted_by_points(log_likelihood, log_prior, log_q):
    out = []
    for column in (log_likelihood + log_prior - log_q).T:
        a = max(column)
        out.append(a + math.log(sum(math.exp(c - a) for c in column) / len(column)))
    return out


@wrong("C8-weights", "the mean of the log weights: the ordinary bound")
def weighted_ordinary(log_likelihood, log_prior, log_q):
    return (log_likelihood + log_prior - log_q).mean(axis=0)


@wrong("C8-weights", "log q is added")
def weighted_plus_q(log_likelihood, log_prior, log_q):
    w = log_likelihood + log_prior + log_q
    return np.logaddexp.reduce(w) - np.log(len(w))


@wrong("C8-weights", "the prior is left out")
def weighted_without_prior(log_likelihood, log_prior, log_q):
    w = log_likelihood - log_q
    return np.logaddexp.reduce(w) - np.log(len(w))


@wrong("C8-weights", "averaged over the points, one number for each sample")
def weighted_over_points(log_likelihood, log_prior, log_q):
    w = log_likelihood + log_prior - log_q
    return np.logaddexp.reduce(w, axis=1) - np.log(w.shape[1])


@wrong("C8-weights", "the ratio of averages: log mean of p over log mean of q")
def weighted_ratio_of_averages(log_likelihood, log_prior, log_q):
    p = log_likelihood + log_prior
    return np.logaddexp.reduce(p) - np.logaddexp.reduce(log_q)


@wrong("C8-weights", "log k is not subtracted")
def weighted_sum(log_likelihood, log_prior, log_q):
    return np.logaddexp.reduce(log_likelihood + log_prior - log_q)
