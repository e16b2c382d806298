"""Wrong answers as students write them, not out of the catalogue's lists, written before what explains them.

WRONG: exercise ID -> functions.
"""

import numpy as np

from vaecore import bernoulli_log_prob, compute_KL, neural_net_predict
from vaecore.exercises.checking import EXERCISES

log, exp, sqrt, pi = np.log, np.exp, np.sqrt, np.pi


def right(name):
    """The solution of an exercise, on which a wrong answer may stand."""
    return EXERCISES[name].solution


def halves(e):
    return np.split(e, 2, axis=1)


def pca_with_one_component_more(x, size):
    return right("S-PCA")(x, size + 1)


def pca_by_covariance_with_the_smallest_first(x, size):
    mean = x.mean(axis=0)
    vectors = np.linalg.eigh(np.cov(x.T))[1]
    v = vectors[:, :size]
    return mean + (x - mean) @ v @ v.T


def pca_mean_halved(x, size):
    return right("S-PCA")(x, size) - 0.5 * x.mean(axis=0)


def loneliest_second(z, codes):
    nearest = np.linalg.norm(z[:, None] - codes[None], axis=2).min(axis=1)
    return z[np.argsort(nearest)[-2]]


def loneliest_by_first_coordinate(z, codes):
    nearest = np.abs(z[:, None, 0] - codes[None, :, 0]).min(axis=1)
    return z[np.argmax(nearest)]


def denoising_with_root(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(sqrt(np.sum((x - decode(z)) ** 2, axis=1)) + alpha * np.sum(np.abs(z), axis=1))


def denoising_price_not_summed(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(np.sum((x - decode(z)) ** 2, axis=1)) + alpha * np.mean(np.abs(z))


def contraction_with_linear_slope(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    return np.sum((1 - z) ** 2 * np.sum(weights**2, axis=0), axis=1)


def contraction_without_biases(weights, biases, x):
    return right("X-1c")(weights, 0 * biases, x)


def coin_with_uniform_mixed_in(prior, likelihood):
    joint = prior[:, None] * likelihood
    return (joint / joint.sum(axis=1, keepdims=True)).T


def coin_softmax(prior, likelihood):
    joint = exp(prior[:, None] * likelihood)
    return (joint / joint.sum(axis=0)).T


def tiny_with_variance(a):
    highest = a.max(axis=1)
    return highest + log(np.sum(exp(a - highest[:, None]), axis=1)) - log(len(a))


def tiny_half(a):
    return 0.5 * right("C2-tiny")(a) + 0.5 * a.mean(axis=1)


def sigma_median(x, f):
    return sqrt(np.median((x - f) ** 2))


def sigma_largest(x, f):
    return np.max(np.abs(x - f))


def new_images_flipped_threshold(gen_params, n, rng):
    z = rng.standard_normal((n, gen_params[0][0].shape[0]))
    return (neural_net_predict(gen_params, z) > 0.5).astype(float)


def new_images_wide(gen_params, n, rng):
    z = 2 * rng.standard_normal((n, gen_params[0][0].shape[0]))
    p = 1 / (1 + exp(-neural_net_predict(gen_params, z)))
    return (rng.random(p.shape) < p).astype(float)


def identity_left_of_likelihood(prior, likelihood, q, x):
    left = np.sum(q * log(q / likelihood[:, x]))
    return left, right("P-1a")(prior, likelihood, q, x)[1]


def identity_without_last_logarithm(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    left, _ = right("P-1a")(prior, likelihood, q, x)
    return left, np.sum(q * log(q / joint)) + joint.sum()


def split_plus_entropy(prior, likelihood, q, x):
    left, r = right("P-1b")(prior, likelihood, q, x)
    return left, r + np.sum(q * log(q))


def best_q_squared(prior, likelihood, x):
    joint = (prior * likelihood[:, x]) ** 2
    return joint / joint.sum()


def best_q_averaged_with_prior(prior, likelihood, x):
    return (prior + likelihood[:, x]) / 2


def loss_entropy_left_out(prior, likelihood, q, data):
    return -np.sum(q * log(likelihood[:, data].T), axis=1) - np.sum(q * log(prior), axis=1)


def loss_doubled_reconstruction(prior, likelihood, q, data):
    return right("X-3c")(prior, likelihood, q, data) - np.sum(q * log(likelihood[:, data].T), axis=1)


def gap_without_logarithm_of_diagonal(covariance):
    precision = np.linalg.inv(covariance)
    return 0.5 * (np.sum(np.diag(precision)) - np.linalg.slogdet(precision)[1])


def gap_by_trace(covariance):
    precision = np.linalg.inv(covariance)
    return 0.5 * (log(np.trace(precision)) - np.linalg.slogdet(precision)[1])


def bound_kl_halved(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(rng.normal(mean, std, num_samples))) - kl / 2


def bound_at_mean_plus_std(log_likelihood, mean, std, kl, num_samples, rng):
    z = mean + std + 0 * rng.standard_normal(num_samples)
    return np.mean(log_likelihood(z)) - kl


def gradients_baseline(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return (f(z) - np.mean(f(z))) * eps / sigma, slope(z)


def gradients_z_for_eps(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * z / sigma, slope(z)


def rep_without_minus_in_both(rate, u):
    return log(1 - u) / rate, -log(1 - u) / rate**2


def rep_log_base_two(rate, u):
    return -np.log2(1 - u) / rate, np.log2(1 - u) / rate**2


def backward_plus_one(grad_z, encoder_output, eps):
    log_std = halves(encoder_output)[1]
    return np.concatenate([grad_z, grad_z * (exp(log_std) * eps + 1)], axis=1)


def backward_absolute_noise(grad_z, encoder_output, eps):
    log_std = halves(encoder_output)[1]
    return np.concatenate([grad_z, grad_z * exp(log_std) * np.abs(eps)], axis=1)


def backward_halved(grad_z, encoder_output, eps):
    return 0.5 * right("X-6c")(grad_z, encoder_output, eps)


def sample_with_half_noise(encoder_output, rng):
    mean, log_std = halves(encoder_output)
    return mean + 0.5 * exp(log_std) * rng.standard_normal(mean.shape)


def sample_noise_subtracted_twice(encoder_output, rng):
    mean, log_std = halves(encoder_output)
    return mean + exp(log_std) * np.abs(rng.standard_normal(mean.shape))


def sample_softplus(encoder_output, rng):
    mean, log_std = halves(encoder_output)
    return mean + np.log1p(exp(log_std)) * rng.standard_normal(mean.shape)


def draw_sigma_squared(x, eps):
    relu = lambda a: np.maximum(a, 0)  # noqa: E731
    return relu(2 * relu(3 * x - 1)) + relu(relu(3 * x + 1) + 1) ** 2 * eps


def draw_mean_not_doubled(x, eps):
    relu = lambda a: np.maximum(a, 0)  # noqa: E731
    return relu(relu(3 * x - 1)) + sqrt(relu(relu(3 * x + 1) + 1)) * eps


def output_constants_swapped(z):
    return np.maximum(-z + 10, 0), np.maximum(2 * z - 12, 0)


def output_leaky(z):
    leaky = lambda a: np.where(a > 0, a, 0.1 * a)  # noqa: E731
    return leaky(-z + 12), leaky(2 * z - 10)


def coins_squared(p, q):
    return (p - q) ** 2 / q + (q - p) ** 2 / (1 - q)


def coins_symmetric(p, q):
    kl = right("X-4")
    return 0.5 * (kl(p, q) + kl(q, p))


def dice_symmetric(p, q):
    keep = (p > 0) & (q > 0)
    return np.sum((p[keep] - q[keep]) * log(p[keep] / q[keep]))


def dice_absolute(p, q):
    keep = p > 0
    return np.sum(p[keep] * np.abs(log(p[keep] / q[keep])))


def sampled_both_densities_of_eps(mean, std, n, rng):
    eps = rng.standard_normal(n)
    return np.mean(-log(std) - 0.5 * eps**2 + 0.5 * eps**2)


def sampled_without_log_std(mean, std, n, rng):
    eps = rng.standard_normal(n)
    return np.mean(-0.5 * eps**2 + 0.5 * (mean + std * eps) ** 2)


def kl_of_mean_over_std(e):
    m, s = halves(e)
    return 0.5 * np.sum(exp(2 * s) + (m / exp(s)) ** 2 - 1 - 2 * s, axis=1)


def kl_half_and_mean(e):
    return np.mean(exp(2 * halves(e)[1]) + halves(e)[0] ** 2 - 1 - 2 * halves(e)[1], axis=1)


def kl_log_variance_summed_over_all(e):
    m, s = halves(e)
    return np.sum(0.5 * (exp(s) + m**2 - 1 - s))


def kl_mean_cubed(e):
    m, s = halves(e)
    return 0.5 * np.sum(exp(2 * s) + m**3 - 1 - 2 * s, axis=1)


def kl_without_last_latent(e):
    m, s = halves(e)
    return compute_KL(np.concatenate([m[:, :2], s[:, :2]], axis=1))


def kl_interleaved(e):
    m, s = e[:, 0::2], e[:, 1::2]
    return 0.5 * np.sum(exp(2 * s) + m**2 - 1 - 2 * s, axis=1)


def two_gaussians_by_std_q(mean_q, std_q, mean_p, std_p):
    m, s = (mean_q - mean_p) / std_q, std_q / std_p
    return 0.5 * (m**2 + s**2 - 1 - 2 * log(s))


def two_gaussians_log_outside(mean_q, std_q, mean_p, std_p):
    m, s = (mean_q - mean_p) / std_p, std_q / std_p
    return 0.5 * (m**2 + s**2 - 1) - 2 * log(s)


def estimators_with_variance(log_likelihood, z, mean, log_std):
    log_p = np.sum(-0.5 * log(2 * pi) - 0.5 * z**2, axis=1)
    log_q = np.sum(-0.5 * log(2 * pi) - log_std - 0.5 * (z - mean) ** 2 / exp(log_std), axis=1)
    return np.mean(log_likelihood + log_p - log_q), right("S-SGVB-b")(log_likelihood, z, mean, log_std)[1]


def estimators_kl_sign(log_likelihood, z, mean, log_std):
    a, b = right("S-SGVB-b")(log_likelihood, z, mean, log_std)
    return -a, -b


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


def bern_sigmoid_squared(targets, logits):
    p = 1 / (1 + exp(-logits))
    return np.sum(log(1e-300 + p * targets + (1 - p) * (1 - targets)) * 2, axis=1)


def bern_by_tanh(targets, logits):
    return right("L-BERN")(targets, 2 * logits)


def bern_plus_minus(targets, logits):
    return np.sum(targets * logits, axis=1) - np.sum(np.maximum(logits, 0), axis=1)


def bern_batch_mean_minus(targets, logits):
    return -np.mean(right("L-BERN")(targets, logits))


def bound_with_variance(gen_params, rec_params, data, rng):
    output = neural_net_predict(rec_params, data)
    m, s = halves(output)
    z = m + exp(s) * rng.standard_normal(m.shape)
    return np.mean(bernoulli_log_prob(data, neural_net_predict(gen_params, z)) - 0.5 * compute_KL(output))


def bound_of_other_pixels(gen_params, rec_params, data, rng):
    output = neural_net_predict(rec_params, data)
    m, s = halves(output)
    z = m + exp(s) * rng.standard_normal(m.shape)
    return np.mean(bernoulli_log_prob(1 - data, neural_net_predict(gen_params, z)) - compute_KL(output))


def digits_twenty_four(vae, rng):
    return vae.decode(1.0 + rng.standard_normal((25, vae.latent_size)))


def reconstructions_of_mean_image(vae, test_images, rng):
    images = test_images[:10]
    mean, log_std = vae.encode(images)
    z = mean + exp(log_std) * np.abs(rng.standard_normal(mean.shape))
    return np.concatenate([images, vae.decode(z)])


def interpolate_squared(vae, a, b, steps):
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.linspace(0, 1, steps)[:, None] ** 2
    return vae.decode((1 - s) * mean[0] + s * mean[1])


def interpolate_logistic(vae, a, b, steps):
    mean, _ = vae.encode(np.stack([a, b]))
    s = 1 / (1 + exp(-np.linspace(-5, 5, steps)[:, None]))
    return vae.decode((1 - s) * mean[0] + s * mean[1])


def gauss_two_pi_outside(x, mean, log_var):
    terms = (x - mean) ** 2 * exp(-log_var) + log_var
    return -0.5 * np.sum(terms, axis=1) + log(2 * pi)


def gauss_log_var_squared(x, mean, log_var):
    return right("S-GAUSS")(x, mean, 2 * log_var)


def gauss_absolute(x, mean, log_var):
    terms = np.abs(x - mean) * exp(-log_var) + log_var + log(2 * pi)
    return -0.5 * np.sum(terms, axis=1)


def best_std_median(x, mean):
    return np.std(x - np.median(mean))


def best_std_max(x, mean):
    return np.mean(np.max(np.abs(x - mean), axis=1))


def halves_third(points):
    result = right("C8-halves")(points).copy()
    result[1::2] = points[:-1] + (points[1:] - points[:-1]) / 3
    return result


def halves_of_norms(points):
    result = right("C8-halves")(points).copy()
    sums = points[:-1] + points[1:]
    result[1::2] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return result


def thicker_both(vae, images, thick, thin, amount):
    direction = vae.encode(thick)[0].mean(axis=0) + vae.encode(thin)[0].mean(axis=0)
    return vae.decode(vae.encode(images)[0] + amount * direction)


def thicker_unit(vae, images, thick, thin, amount):
    direction = vae.encode(thick)[0].mean(axis=0) - vae.encode(thin)[0].mean(axis=0)
    return vae.decode(vae.encode(images)[0] + amount * direction / np.linalg.norm(direction))


def gap_first_and_third(information, entropy):
    in_order = np.sort(information, axis=0)
    return np.mean((in_order[-1] - in_order[-3]) / entropy)


def gap_of_ratio(information, entropy):
    in_order = np.sort(information, axis=0)
    return np.mean(1 - in_order[-2] / in_order[-1])


def weights_median(log_likelihood, log_prior, log_q):
    return np.median(log_likelihood + log_prior - log_q, axis=0)


def weights_k_squared(log_likelihood, log_prior, log_q):
    return right("C8-weights")(log_likelihood, log_prior, log_q) - log(len(log_q))


def encoder_mean_of_kept(images, mean, components, variances):
    means, log_stds = right("C9-encoder")(images, mean, components, variances)
    return means, log_stds + 0.5 * log(variances[: len(components)])


def encoder_not_transposed_scale(images, mean, components, variances):
    means, log_stds = right("C9-encoder")(images, mean, components, variances)
    return -means, log_stds


def axes_without_identity_sum(weights, std):
    precision = np.eye(len(weights)) + weights @ weights.T * std**2
    return 0.5 * (np.sum(log(np.diag(precision))) - np.linalg.slogdet(precision)[1])


def axes_log_of_sum(weights, std):
    precision = np.eye(len(weights)) + weights @ weights.T / std**2
    return 0.5 * (log(np.sum(np.diag(precision))) - np.linalg.slogdet(precision)[1])


WRONG = {
    "S-PCA": (pca_with_one_component_more, pca_by_covariance_with_the_smallest_first, pca_mean_halved),
    "S-GAP": (loneliest_second, loneliest_by_first_coordinate),
    "X-1d": (denoising_with_root, denoising_price_not_summed),
    "X-1c": (contraction_with_linear_slope, contraction_without_biases),
    "C2-coin": (coin_with_uniform_mixed_in, coin_softmax),
    "C2-tiny": (tiny_with_variance, tiny_half),
    "S-SIGMA": (sigma_median, sigma_largest),
    "P-2c": (new_images_flipped_threshold, new_images_wide),
    "P-1a": (identity_left_of_likelihood, identity_without_last_logarithm),
    "P-1b": (split_plus_entropy,),
    "C3-best-q": (best_q_squared, best_q_averaged_with_prior),
    "X-3c": (loss_entropy_left_out, loss_doubled_reconstruction),
    "S-TIGHT": (gap_without_logarithm_of_diagonal, gap_by_trace),
    "P-2ac": (bound_kl_halved, bound_at_mean_plus_std),
    "P-2dc": (gradients_baseline, gradients_z_for_eps),
    "S-REP": (rep_without_minus_in_both, rep_log_base_two),
    "X-6c": (backward_plus_one, backward_absolute_noise, backward_halved),
    "L-SAMPLE": (sample_with_half_noise, sample_noise_subtracted_twice, sample_softplus),
    "X-7a": (draw_sigma_squared, draw_mean_not_doubled),
    "X-7b": (output_constants_swapped, output_leaky),
    "X-4": (coins_squared, coins_symmetric),
    "X-5": (dice_symmetric, dice_absolute),
    "C5-sampled-kl": (sampled_both_densities_of_eps, sampled_without_log_std),
    "L-KL": (
        kl_of_mean_over_std, kl_half_and_mean, kl_log_variance_summed_over_all, kl_mean_cubed,
        kl_without_last_latent, kl_interleaved,
    ),
    "C5-two-gaussians": (two_gaussians_by_std_q, two_gaussians_log_outside),
    "S-SGVB-b": (estimators_with_variance, estimators_kl_sign),
    "C6-step": (step_with_epsilon_times, step_by_gradient),
    "L-ADAM": (adam_skipping_the_last, adam_halving_alpha, adam_gradient_at_start),
    "C6-epochs": (epochs_product, epochs_one_early),
    "L-BERN": (bern_sigmoid_squared, bern_by_tanh, bern_plus_minus, bern_batch_mean_minus),
    "L-BOUND": (bound_with_variance, bound_of_other_pixels),
    "L-31": (digits_twenty_four,),
    "L-32": (reconstructions_of_mean_image,),
    "L-33": (interpolate_squared, interpolate_logistic),
    "S-GAUSS": (gauss_two_pi_outside, gauss_log_var_squared, gauss_absolute),
    "C8-best-std": (best_std_median, best_std_max),
    "C8-halves": (halves_third, halves_of_norms),
    "S-ARITH": (thicker_both, thicker_unit),
    "C8-gap": (gap_first_and_third, gap_of_ratio),
    "C8-weights": (weights_median, weights_k_squared),
    "C9-encoder": (encoder_mean_of_kept, encoder_not_transposed_scale),
    "C9-axes": (axes_without_identity_sum, axes_log_of_sum),
}  # fmt: skip
