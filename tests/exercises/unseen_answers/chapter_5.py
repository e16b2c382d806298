"""Chapter 5: KL between coins, dice and Gaussians, from samples and in closed form."""

import math

import numpy as np

from unseen_answers.entries import right, wrong


@right("X-4")
def coins_by_cases(p, q):
    total = 0.0
    for a, b in ((p, q), (1 - p, 1 - q)):
        if a > 0:
            total += a * (math.log(a) - math.log(b)) if b > 0 else math.inf
    return total


@right("X-4")
def coins_by_where(p, q):
    a, b = np.array([p, 1 - p]), np.array([q, 1 - q])
    keep = a > 0
    return np.sum(a[keep] * np.log(a[keep] / b[keep]))


@wrong("X-4", "symmetrised: the mean of both directions")
def coins_jeffreys(p, q):
    def one(a, b):
        return sum(x * math.log(x / y) for x, y in ((a, b), (1 - a, 1 - b)) if x > 0 and y > 0)

    return 0.5 * (one(p, q) + one(q, p))


@wrong("X-4", "the second side is subtracted")
def coins_minus(p, q):
    heads = p * math.log(p / q) if p > 0 else 0.0
    tails = (1 - p) * math.log((1 - p) / (1 - q)) if p < 1 else 0.0
    return heads - tails


@wrong("X-4", "the cross-entropy, the entropy of p is left out")
def coins_cross_entropy(p, q):
    return -(p * math.log(q) if p else 0.0) - ((1 - p) * math.log(1 - q) if p < 1 else 0.0)


@wrong("X-4", "weights of q")
def coins_weights_of_q(p, q):
    return (q * math.log(p / q) if p else 0.0) + ((1 - q) * math.log((1 - p) / (1 - q)) if p < 1 else 0.0)


@wrong("X-4", "returns 0 as soon as one side never comes up")
def coins_zero_at_the_edge(p, q):
    if p in (0, 1):
        return 0.0
    return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))


@wrong("X-4", "log to base 10")
def coins_log10(p, q):
    return (p * math.log10(p / q) if p else 0.0) + ((1 - p) * math.log10((1 - p) / (1 - q)) if p < 1 else 0.0)


@right("X-5")
def dice_by_nansum(p, q):
    with np.errstate(all="ignore"):
        return np.nansum(p * (np.log(p) - np.log(q)))


@right("X-5")
def dice_by_loop(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a != 0)


@wrong("X-5", "mean over the values in place of the sum")
def dice_mean(p, q):
    return np.mean(np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / q), 0))


@wrong("X-5", "the total variation distance")
def dice_total_variation(p, q):
    return 0.5 * np.abs(p - q).sum()


@wrong("X-5", "log of 1 + ratio")
def dice_log1p(p, q):
    return np.sum(p * np.log1p(p / q))


@wrong("X-5", "the weights are left out: the sum of the log ratios")
def dice_without_weights(p, q):
    keep = p > 0
    return np.sum(np.log(p[keep] / q[keep]))


@wrong("X-5", "q is renormalised over the values with p > 0")
def dice_renormalised(p, q):
    keep = p > 0
    return np.sum(p[keep] * np.log(p[keep] / (q[keep] / q[keep].sum())))


@wrong("X-5", "absolute terms: each term made positive")
def dice_absolute_terms(p, q):
    keep = p > 0
    return np.sum(np.abs(p[keep] * np.log(p[keep] / q[keep])))


@wrong("X-5", "the squared log ratio")
def dice_squared_log(p, q):
    keep = p > 0
    return np.sum(p[keep] * np.log(p[keep] / q[keep]) ** 2)


@right("C5-sampled-kl")
def sampled_by_loop(mean, std, n, rng):
    total = 0.0
    for z in rng.normal(mean, std, n):
        total += -0.5 * ((z - mean) / std) ** 2 - math.log(std) + 0.5 * z * z
    return total / n


@right("C5-sampled-kl")
def sampled_by_noise(mean, std, n, rng):
    eps = rng.standard_normal(n)
    return np.mean(0.5 * (mean + std * eps) ** 2 - 0.5 * eps**2) - np.log(std)


@wrong("C5-sampled-kl", "z is drawn from the prior")
def sampled_from_prior(mean, std, n, rng):
    z = rng.standard_normal(n)
    return np.mean(0.5 * z**2 - 0.5 * ((z - mean) / std) ** 2 - np.log(std))


@wrong("C5-sampled-kl", "log std is forgotten in log q")
def sampled_without_log_std(mean, std, n, rng):
    z = mean + std * rng.standard_normal(n)
    return np.mean(0.5 * z**2 - 0.5 * ((z - mean) / std) ** 2)


@wrong("C5-sampled-kl", "std is not squared in the density")
def sampled_std_not_squared(mean, std, n, rng):
    z = mean + std * rng.standard_normal(n)
    return np.mean(0.5 * z**2 - 0.5 * (z - mean) ** 2 / std - np.log(std))


@wrong("C5-sampled-kl", "the average of the ratio, then the log")
def sampled_log_of_mean(mean, std, n, rng):
    z = mean + std * rng.standard_normal(n)
    return np.log(np.mean(np.exp(0.5 * z**2 - 0.5 * ((z - mean) / std) ** 2 - np.log(std))))


@wrong("C5-sampled-kl", "the closed form, no samples")
def sampled_not_at_all(mean, std, n, rng):
    return 0.5 * (std**2 + mean**2 - 1) - np.log(std)


@wrong("C5-sampled-kl", "log p - log q")
def sampled_negative(mean, std, n, rng):
    z = mean + std * rng.standard_normal(n)
    return np.mean(-0.5 * z**2 + 0.5 * ((z - mean) / std) ** 2 + np.log(std))


@wrong("C5-sampled-kl", "log q twice too large: log 2 pi appears once, in q only")
def sampled_log_two_pi(mean, std, n, rng):
    z = mean + std * rng.standard_normal(n)
    log_q = -0.5 * np.log(2 * np.pi) - np.log(std) - 0.5 * ((z - mean) / std) ** 2
    return np.mean(log_q + 0.5 * z**2)


@right("L-KL")
def kl_by_loops(encoder_output):
    out = []
    for row in encoder_output:
        n = len(row) // 2
        pairs = zip(row[:n], row[n:], strict=True)
        out.append(sum((math.exp(2 * s) + m * m - 1) / 2 - s for m, s in pairs))
    return out


@right("L-KL")
def kl_by_variance(encoder_output):
    mean, log_std = np.hsplit(encoder_output, 2)
    var = np.exp(log_std) ** 2
    return -0.5 * np.sum(1 + 2 * log_std - mean**2 - var, axis=-1)


@wrong("L-KL", "+ log std: the sign of the log term")
def kl_plus_log(encoder_output):
    mean, s = np.split(encoder_output, 2, axis=1)
    return 0.5 * np.sum(np.exp(2 * s) + mean**2 - 1 + 2 * s, axis=1)


@wrong("L-KL", "the half stands only before the first term")
def kl_half_of_first(encoder_output):
    mean, s = np.split(encoder_output, 2, axis=1)
    return np.sum(0.5 * np.exp(2 * s) + mean**2 - 1 - 2 * s, axis=1)


@wrong("L-KL", "the mean is not squared but made absolute")
def kl_absolute_mean(encoder_output):
    mean, s = np.split(encoder_output, 2, axis=1)
    return 0.5 * np.sum(np.exp(2 * s) + np.abs(mean) - 1 - 2 * s, axis=1)


@wrong("L-KL", "L is taken off twice: -1 for each latent, and then -L once more")
def kl_minus_one_twice(encoder_output):
    mean, s = np.split(encoder_output, 2, axis=1)
    return 0.5 * (np.sum(np.exp(2 * s) + mean**2 - 1 - 2 * s, axis=1) - mean.shape[1])


@wrong("L-KL", "max over the latents instead of the sum")
def kl_largest_latent(encoder_output):
    mean, s = np.split(encoder_output, 2, axis=1)
    return np.max(0.5 * (np.exp(2 * s) + mean**2 - 1 - 2 * s), axis=1)


@wrong("L-KL", "the log std is clipped at 0: KL of wide q lost")
def kl_clipped(encoder_output):
    mean, s = np.split(encoder_output, 2, axis=1)
    s = np.minimum(s, 0)
    return 0.5 * np.sum(np.exp(2 * s) + mean**2 - 1 - 2 * s, axis=1)


@right("C5-two-gaussians")
def gaussians_by_units(mean_q, std_q, mean_p, std_p):
    m, s = (mean_q - mean_p) / std_p, std_q / std_p
    return (s * s + m * m - 1) / 2 - math.log(s)


@right("C5-two-gaussians")
def gaussians_by_parts(mean_q, std_q, mean_p, std_p):
    entropy = 0.5 * math.log(2 * math.pi * math.e * std_q**2)
    cross = 0.5 * math.log(2 * math.pi * std_p**2) + (std_q**2 + (mean_q - mean_p) ** 2) / (2 * std_p**2)
    return cross - entropy


@wrong("C5-two-gaussians", "the stds are treated as variances")
def gaussians_variances(mean_q, std_q, mean_p, std_p):
    return 0.5 * (math.log(std_p / std_q) + (std_q + (mean_q - mean_p) ** 2) / std_p - 1)


@wrong("C5-two-gaussians", "only the stds are put in units of p, not the means' distance")
def gaussians_mean_not_scaled(mean_q, std_q, mean_p, std_p):
    s = std_q / std_p
    return 0.5 * (s**2 + (mean_q - mean_p) ** 2 - 1) - math.log(s)


@wrong("C5-two-gaussians", "the distance of the means is over std_q")
def gaussians_over_std_q(mean_q, std_q, mean_p, std_p):
    s = std_q / std_p
    return 0.5 * (s**2 + ((mean_q - mean_p) / std_q) ** 2 - 1) - math.log(s)


@wrong("C5-two-gaussians", "the squares of the means are subtracted: mean_q^2 - mean_p^2")
def gaussians_difference_of_squares(mean_q, std_q, mean_p, std_p):
    s = std_q / std_p
    return 0.5 * (s**2 + (mean_q**2 - mean_p**2) / std_p**2 - 1) - math.log(s)


@wrong("C5-two-gaussians", "the difference of two KLs from the prior")
def gaussians_difference_of_kls(mean_q, std_q, mean_p, std_p):
    one = lambda m, s: 0.5 * (s * s + m * m - 1) - math.log(s)  # noqa: E731
    return one(mean_q, std_q) - one(mean_p, std_p)


@wrong("C5-two-gaussians", "-1 is forgotten")
def gaussians_without_one(mean_q, std_q, mean_p, std_p):
    s = std_q / std_p
    return 0.5 * (s**2 + ((mean_q - mean_p) / std_p) ** 2) - math.log(s)
