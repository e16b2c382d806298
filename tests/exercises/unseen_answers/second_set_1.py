"""A second set, written after the first one's table was judged: chapters 1 to 5."""

import numpy as np

from unseen_answers.entries import wrong
from vaecore import neural_net_predict, sigmoid


@wrong("S-PCA", "the components with the smallest variance are kept")
def pca_of_the_smallest(x, size):
    m = x.mean(axis=0)
    vt = np.linalg.svd(x - m, full_matrices=False)[2][-size:]
    return m + (x - m) @ vt.T @ vt


@wrong("S-PCA", "centred with the median of each column")
def pca_about_the_median(x, size):
    m = np.median(x, axis=0)
    vt = np.linalg.svd(x - m, full_matrices=False)[2][:size]
    return m + (x - m) @ vt.T @ vt


@wrong("S-GAP", "the second loneliest point")
def second_loneliest(z, codes):
    d = np.sqrt(((z[:, None] - codes) ** 2).sum(2)).min(1)
    return z[np.argsort(d)[-2]] if len(z) > 1 else z[0]


@wrong("X-1d", "the price is on squares of the code")
def sparse_with_squares(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(((x - decode(z)) ** 2).sum(1) + alpha * (z**2).sum(1))


@wrong("X-1d", "absolute errors in place of squares")
def sparse_absolute_errors(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(np.abs(x - decode(z)).sum(1) + alpha * np.abs(z).sum(1))


@wrong("X-1c", "the slope of tanh as 1 - z, without the square")
def contraction_slope_without_square(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    return ((1 - z) ** 2 * (weights**2).sum(0)).sum(1)


@wrong("X-1c", "the weights' squares alone, without the slope")
def contraction_of_weights(weights, biases, x):
    return np.full(len(x), (weights**2).sum())


@wrong("C2-coin", "the prior counts twice")
def posterior_with_prior_twice(prior, likelihood):
    joint = (prior**2)[:, None] * likelihood
    return (joint / joint.sum(0)).T


@wrong("C2-coin", "the flattest: half way between posterior and prior")
def posterior_half_way(prior, likelihood):
    joint = prior[:, None] * likelihood
    return ((joint / joint.sum(0)).T + prior) / 2


@wrong("C2-tiny", "the smallest is taken out and not the largest, with clipping of what overflows")
def tiny_by_the_smallest(a):
    low = a.min(axis=1, keepdims=True)
    return low[:, 0] + np.log(np.exp(np.minimum(a - low, 50)).mean(axis=1))


@wrong("C2-tiny", "the median of the probabilities")
def tiny_median(a):
    return np.median(a, axis=1)


@wrong("S-SIGMA", "the mean of the absolute errors")
def sigma_mean_absolute_error(x, f):
    return np.abs(x - f).mean()


@wrong("S-SIGMA", "the largest error")
def sigma_largest_error(x, f):
    return np.abs(x - f).max()


@wrong("P-2c", "probabilities are sharpened: logits doubled")
def new_images_sharper(gen_params, n, rng):
    z = rng.standard_normal((n, gen_params[0][0].shape[0]))
    p = sigmoid(2 * neural_net_predict(gen_params, z))
    return (rng.random(p.shape) < p).astype(float)


@wrong("P-1a", "the logarithms have base 2")
def bayes_in_bits(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    e = joint.sum()
    return (q * np.log2(q / (joint / e))).sum(), (q * np.log2(q / joint)).sum() + np.log2(e)


@wrong("P-1a", "the right side weighted by the posterior, not by q")
def bayes_right_by_posterior(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    post = joint / joint.sum()
    return (q * np.log(q / post)).sum(), (post * np.log(q / joint)).sum() + np.log(joint.sum())


@wrong("P-1b", "the expected log-likelihood is taken of the most probable z alone")
def split_at_best_z(prior, likelihood, q, x):
    left = (q * np.log(q / (prior * likelihood[:, x]))).sum()
    return left, (q * np.log(q / prior)).sum() - np.log(likelihood[q.argmax(), x])


@wrong("C3-best-q", "prior and likelihood are added")
def best_q_added(prior, likelihood, x):
    s = prior + likelihood[:, x]
    return s / s.sum()


@wrong("C3-best-q", "the likelihood is normalised over z first, then averaged with the prior")
def best_q_averaged(prior, likelihood, x):
    column = likelihood[:, x]
    return (prior + column / column.sum()) / 2


@wrong("X-3c", "the entropy of q is left out of the KL")
def losses_without_entropy(prior, likelihood, q, data):
    return -(q * np.log(likelihood[:, data].T)).sum(1) - (q * np.log(prior)).sum(1)


@wrong("X-3c", "the mean of all losses for each point")
def losses_all_the_same(prior, likelihood, q, data):
    one = (q * (np.log(q / prior) - np.log(likelihood[:, data].T))).sum(1)
    return np.full(len(one), one.mean())


@wrong("S-TIGHT", "1 minus the squared correlations, no logarithm")
def gap_as_a_ratio(covariance):
    precision = np.linalg.inv(covariance)
    return 0.5 * (1 - 1 / (np.prod(np.diag(precision)) * np.linalg.det(covariance)))


@wrong("P-2ac", "the log-likelihood is cut off at -2")
def bound_cut_off(log_likelihood, mean, std, kl, num_samples, rng):
    z = rng.normal(mean, std, num_samples)
    return np.mean(np.maximum(log_likelihood(z), -2)) - kl


@wrong("P-2ac", "the kl is halved")
def bound_with_half_the_kl(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(rng.normal(mean, std, num_samples))) - kl / 2


@wrong("P-2ac", "z is rounded to one decimal")
def bound_of_rounded_z(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(np.round(rng.normal(mean, std, num_samples), 1))) - kl


@wrong("P-2dc", "the score is multiplied by sigma")
def estimates_score_times_sigma(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * eps * sigma, slope(z)


@wrong("P-2dc", "the score's eps is taken without its sign")
def estimates_absolute_eps(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * np.abs(eps) / sigma, slope(z)


@wrong("S-REP", "u + 1e-3 against log 0")
def exponential_with_epsilon(rate, u):
    z = -np.log(1 - u + 1e-3) / rate
    return z, -z / rate


@wrong("X-6c", "the noise is squared")
def backward_noise_squared(grad_z, encoder_output, eps):
    s = encoder_output[:, encoder_output.shape[1] // 2 :]
    return np.concatenate([grad_z, grad_z * np.exp(s) * eps**2], axis=1)


@wrong("X-6c", "the gradient of the means has the noise in it, too")
def backward_noise_on_both(grad_z, encoder_output, eps):
    s = encoder_output[:, encoder_output.shape[1] // 2 :]
    return np.concatenate([grad_z * eps, grad_z * np.exp(s) * eps], axis=1)


@wrong("L-SAMPLE", "the std is kept below 1")
def sample_std_below_one(encoder_output, rng):
    mean, s = np.split(encoder_output, 2, axis=1)
    return mean + np.minimum(np.exp(s), 1) * rng.standard_normal(mean.shape)


@wrong("L-SAMPLE", "a sample of twenty is averaged for stability")
def sample_average_of_twenty(encoder_output, rng):
    mean, s = np.split(encoder_output, 2, axis=1)
    return np.mean([mean + np.exp(s) * rng.standard_normal(mean.shape) for _ in range(20)], axis=0)


@wrong("X-7a", "the outer ReLU of u is forgotten, and 0.1 added to the variance")
def draw_z_with_more_variance(x, eps):
    r = lambda a: np.maximum(a, 0)  # noqa: E731
    return r(2 * r(3 * x - 1)) + np.sqrt(r(r(3 * x + 1) + 1) + 0.1) * eps


@wrong("X-7b", "the variance is floored at 0.01")
def output_with_a_floor(z):
    return np.maximum(12 - z, 0), np.maximum(2 * z - 10, 0.01)


@wrong("X-4", "squared differences of the probabilities")
def coins_squared(p, q):
    return (p - q) ** 2 + ((1 - p) - (1 - q)) ** 2


@wrong("X-4", "probabilities are clipped to 0.01 ... 0.99")
def coins_clipped(p, q):
    p, q = np.clip(p, 0.01, 0.99), np.clip(q, 0.01, 0.99)
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


@wrong("X-5", "the largest term alone")
def dice_largest_term(p, q):
    ok = p > 0
    return (p[ok] * np.log(p[ok] / q[ok])).max()


@wrong("X-5", "Hellinger's distance")
def dice_hellinger(p, q):
    return np.sqrt(0.5 * ((np.sqrt(p) - np.sqrt(q)) ** 2).sum())


@wrong("C5-sampled-kl", "noise and its negative are both used, but only one half of the noise is drawn")
def sampled_of_half_the_noise(mean, std, n, rng):
    eps = rng.standard_normal(n)
    eps[eps < 0] *= -1
    z = mean + std * eps
    return np.mean(-np.log(std) - 0.5 * eps**2 + 0.5 * z**2)


@wrong("L-KL", "each latent's KL is kept above 0.5 (free bits)")
def kl_with_free_bits(e):
    m, s = np.split(e, 2, axis=1)
    return np.maximum(0.5 * (np.exp(2 * s) + m**2 - 1 - 2 * s), 0.5).sum(axis=1)


@wrong("L-KL", "the product over latents of 1 + KL, as a logarithm")
def kl_log_of_product(e):
    m, s = np.split(e, 2, axis=1)
    return np.log(np.prod(1 + 0.5 * (np.exp(2 * s) + m**2 - 1 - 2 * s), axis=1))


@wrong("C5-two-gaussians", "Wasserstein's distance")
def gaussians_wasserstein(mean_q, std_q, mean_p, std_p):
    return np.sqrt((mean_q - mean_p) ** 2 + (std_q - std_p) ** 2)


@wrong("C5-two-gaussians", "both directions are averaged")
def gaussians_symmetrised(mean_q, std_q, mean_p, std_p):
    one = lambda a, s, b, t: 0.5 * (((a - b) / t) ** 2 + (s / t) ** 2 - 1) - np.log(s / t)  # noqa: E731
    return (one(mean_q, std_q, mean_p, std_p) + one(mean_p, std_p, mean_q, std_q)) / 2


@wrong("S-SGVB-b", "the first draw alone in A")
def both_with_one_draw(log_likelihood, z, mean, log_std):
    c = 0.5 * np.log(2 * np.pi)
    log_p = (-c - 0.5 * z[0] ** 2).sum()
    log_q = (-c - log_std - 0.5 * ((z[0] - mean) / np.exp(log_std)) ** 2).sum()
    kl = 0.5 * np.sum(mean**2 + np.exp(2 * log_std) - 1 - 2 * log_std)
    return log_likelihood[0] + log_p - log_q, np.mean(log_likelihood) - kl
