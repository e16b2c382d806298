"""Kinds of mistakes that a third set showed to be told badly, written anew: two at once, another function."""

import numpy as np

from unseen_answers.entries import wrong
from vaecore import (
    bernoulli_log_prob,
    compute_KL,
    neural_net_predict,
    sample_latent_variables_from_posterior,
    sigmoid,
)


@wrong("X-4", "q from p, and in bits")
def coins_reversed_in_bits(p, q):
    total = 0.0
    for a, b in ((q, p), (1 - q, 1 - p)):
        if a > 0:
            total += a * np.log2(a / b)
    return total


@wrong("L-ADAM", "v is not corrected, and epsilon stands inside the root")
def adam_raw_v_and_epsilon_inside(
    grad, theta, num_epochs, batches_per_epoch, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    m = v = np.zeros_like(theta)
    t = 0
    for _ in range(num_epochs):
        for batch in range(batches_per_epoch):
            t += 1
            g = grad(theta, batch)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            theta = theta + alpha * (m / (1 - beta1**t)) / np.sqrt(v + epsilon)
    return theta


@wrong("L-BOUND", "probabilities go in as logits, and the KL is left out")
def bound_of_probabilities_without_kl(gen_params, rec_params, data, rng):
    z = sample_latent_variables_from_posterior(neural_net_predict(rec_params, data), rng)
    return np.mean(bernoulli_log_prob(data, sigmoid(neural_net_predict(gen_params, z))))


@wrong("L-BOUND", "the other sign of the KL, and the sum over the batch")
def bound_plus_kl_summed(gen_params, rec_params, data, rng):
    out = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(out, rng)
    return np.sum(bernoulli_log_prob(data, neural_net_predict(gen_params, z)) + compute_KL(out))


@wrong("L-32", "one noise for all images, and the reconstructions first")
def ten_shared_noise_and_reversed(vae, test_images, rng):
    x = test_images[:10]
    mean, log_std = vae.encode(x)
    z = mean + np.exp(log_std) * rng.standard_normal(vae.latent_size)
    return np.vstack([vae.decode(z), x])


@wrong("C9-encoder", "not centred, and the variance in place of the log std")
def ppca_not_centred_with_variances(images, mean, components, variances):
    n = len(components)
    s2 = variances[n:].mean()
    kept = variances[:n]
    return images @ components.T * np.sqrt(kept - s2) / kept, np.tile(s2 / kept, (len(images), 1))


@wrong("C9-encoder", "divided by sqrt(lambda), and log of the variance")
def ppca_other_scale_and_log_variance(images, mean, components, variances):
    n = len(components)
    s2 = variances[n:].mean()
    kept = variances[:n]
    means = (images - mean) @ components.T * np.sqrt(kept - s2) / np.sqrt(kept)
    return means, np.tile(np.log(s2 / kept), (len(images), 1))


@wrong("X-5", "the quotient of the logarithms in place of the logarithm of the quotient")
def dice_quotient_of_logarithms(p, q):
    k = p > 0
    return np.sum(p[k] * np.log(p[k]) / np.log(q[k]))


@wrong("X-1c", "the slope of a ReLU")
def contraction_with_relu_slope(weights, biases, x):
    on = (x @ weights + biases > 0) * 1.0
    return np.sum(on * np.sum(weights**2, axis=0), axis=1)


@wrong("P-2c", "the sigmoid is taken twice")
def new_images_sigmoid_twice(gen_params, n, rng):
    z = rng.standard_normal((n, gen_params[0][0].shape[0]))
    p = sigmoid(sigmoid(neural_net_predict(gen_params, z)))
    return (rng.random(p.shape) < p).astype(float)


@wrong("C5-sampled-kl", "densities in place of log densities")
def sampled_kl_of_densities(mean, std, n, rng):
    z = mean + std * rng.standard_normal(n)
    q = np.exp(-0.5 * ((z - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))
    p = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return np.mean(q - p)


@wrong("C3-best-q", "the logarithm of the result")
def best_guess_as_logarithm(prior, likelihood, x):
    joint = prior * likelihood[:, x]
    return np.log(joint / joint.sum())


@wrong("L-KL", "even and odd columns are taken for the two halves")
def kl_of_even_and_odd_columns(encoder_output):
    mean, log_std = encoder_output[:, ::2], encoder_output[:, 1::2]
    return 0.5 * np.sum(mean**2 + np.exp(2 * log_std) - 1 - 2 * log_std, axis=1)


@wrong("L-SAMPLE", "even and odd columns are taken for the two halves")
def sample_of_even_and_odd_columns(encoder_output, rng):
    mean, log_std = encoder_output[:, ::2], encoder_output[:, 1::2]
    return mean + np.exp(log_std) * rng.standard_normal(mean.shape)


@wrong("C5-two-gaussians", "q and p are exchanged in the logarithm alone")
def two_gaussians_log_exchanged(mean_q, std_q, mean_p, std_p):
    return np.log(std_q / std_p) + (std_q**2 + (mean_q - mean_p) ** 2) / (2 * std_p**2) - 0.5


@wrong("C5-two-gaussians", "q and p are exchanged in the quotient alone")
def two_gaussians_quotient_exchanged(mean_q, std_q, mean_p, std_p):
    return np.log(std_p / std_q) + (std_p**2 + (mean_q - mean_p) ** 2) / (2 * std_q**2) - 0.5


@wrong("P-1a", "p(x) is the sum of the likelihoods, without the prior")
def identity_with_evidence_without_prior(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    evidence = likelihood[:, x].sum()
    return np.sum(q * np.log(q / (joint / evidence))), np.sum(q * np.log(q / joint)) + np.log(evidence)


@wrong("P-2ac", "uniform noise")
def estimate_with_uniform_noise(log_likelihood, mean, std, kl, num_samples, rng):
    z = mean + std * rng.random(num_samples)
    return np.mean(log_likelihood(z)) - kl


@wrong("C8-halves", "all points are moved a little")
def halves_with_points_moved(points, images, tolerance):
    points = points + 0.1
    where = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    return np.insert(points, where + 1, ((points[1:] + points[:-1]) / 2)[where], axis=0)


@wrong("C8-halves", "each point is moved half-way to the next, and no point is put in")
def halves_with_points_moved_on(points, images, tolerance):
    p = points.astype(float)
    where = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    new = np.insert(p, where + 1, p[where], axis=0)
    new[where + 1 + np.arange(len(where))] += (p[where + 1] - p[where]) ** 2 / 2
    return new


@wrong("L-31", "the probabilities are rounded")
def new_digits_rounded(vae, rng):
    return np.round(vae.decode(rng.standard_normal((25, vae.latent_size))))


@wrong("L-31", "the probabilities are cut at 0.3")
def new_digits_cut(vae, rng):
    return (vae.decode(rng.standard_normal((25, vae.latent_size))) > 0.3).astype(float)


@wrong("L-BERN", "s in both terms, in place of s and 1 - s")
def bernoulli_with_s_for_both(targets, logits):
    log_s = -np.logaddexp(0, -logits)
    return np.sum(targets * log_s + (1 - targets) * log_s, axis=1)


@wrong("S-TIGHT", "the sign of the determinant in place of its logarithm")
def gap_with_the_sign(covariance):
    precision = np.linalg.inv(covariance)
    sign, _ = np.linalg.slogdet(precision)
    return 0.5 * (np.sum(np.log(np.diag(precision))) - sign)


@wrong("C8-one-of-k", "the roots of the weights, as if half the logarithm")
def gradient_of_one_by_roots(log_w, gradients, u):
    w = np.exp(0.5 * (log_w - log_w.max(axis=0)))
    chosen = np.argmax(np.cumsum(w / w.sum(axis=0), axis=0) > u, axis=0)
    return gradients[chosen, np.arange(len(u))]


@wrong("C8-one-of-k", "the largest weight is taken, whatever u is")
def gradient_of_the_heaviest(log_w, gradients, u):
    return gradients[np.argmax(log_w, axis=0), np.arange(len(u))]
