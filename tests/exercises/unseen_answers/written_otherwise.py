"""Forty right answers: loops, einsum, lists, tensors, comprehensions; exercise ID and function or answer."""

import functools
import itertools
import math
from fractions import Fraction

import autograd.numpy as anp
import numpy as np
import torch

from unseen_answers.entries import right


def kl_with_einsum(encoder_output):
    half = encoder_output.shape[-1] // 2
    mu, rho = encoder_output[..., :half], encoder_output[..., half:]
    quadratic = np.einsum("bl,bl->b", mu, mu) + np.einsum("bl->b", np.exp(rho) ** 2)
    return (quadratic - half) / 2 - rho.sum(-1)


def kl_with_torch(encoder_output):
    mean, log_std = torch.as_tensor(encoder_output, dtype=torch.float64).chunk(2, dim=1)
    q = torch.distributions.Normal(mean, log_std.exp())
    p = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return torch.distributions.kl_divergence(q, p).sum(dim=1)


def kl_as_a_list(encoder_output):
    answer = []
    for row in encoder_output:
        n = len(row) // 2
        pairs = zip(row[:n], row[n:], strict=True)
        answer.append(sum((math.exp(2 * s) + m * m - 1) / 2 - s for m, s in pairs))
    return answer


def bernoulli_with_where(targets, logits):
    signed = np.where(targets == 1, logits, -logits)
    return -np.logaddexp(0, -signed).sum(axis=-1)


def bernoulli_with_torch(targets, logits):
    x, a = torch.tensor(targets), torch.tensor(logits)
    return -torch.nn.functional.binary_cross_entropy_with_logits(a, x, reduction="none").sum(1)


def bernoulli_with_xa(targets, logits):
    pairs = zip(targets, logits, strict=True)
    return np.array([float(np.dot(x, a) - np.logaddexp(a, 0).sum()) for x, a in pairs])


def coins_with_a_loop(p, q):
    total = 0.0
    for a, b in ((p, q), (1 - p, 1 - q)):
        if a:
            total += a * (math.log(a) - math.log(b))
    return total


def dice_with_where(p, q):
    safe = np.where(p > 0, p, 1)
    return float(np.where(p > 0, p * np.log(safe / np.where(p > 0, q, 1)), 0).sum())


def dice_with_torch(p, q):
    return torch.special.xlogy(torch.tensor(p), torch.tensor(p) / torch.tensor(q)).sum().item()


def two_gaussians_textbook(mean_q, std_q, mean_p, std_p):
    return math.log(std_p / std_q) + (std_q**2 + (mean_q - mean_p) ** 2) / (2 * std_p**2) - Fraction(1, 2)


def sample_with_global(encoder_output):
    mean, log_std = np.hsplit(encoder_output, 2)
    return np.random.normal(mean, np.exp(log_std))  # noqa: NPY002 (as in the labs)


def sample_point_by_point(encoder_output, rng):
    latents = encoder_output.shape[1] // 2
    return [row[:latents] + np.exp(row[latents:]) * rng.normal(size=latents) for row in encoder_output]


def estimate_one_by_one(log_likelihood, mean, std, kl, num_samples, rng):
    draws = mean + std * rng.standard_normal(num_samples)
    if num_samples < 100:
        return sum(float(log_likelihood(z)) for z in draws) / num_samples - kl
    return float(np.average(log_likelihood(draws))) - kl


def posterior_with_outer(prior, likelihood):
    joint = likelihood.T * prior
    return joint / joint.sum(axis=1)[:, np.newaxis]


def tiny_with_reduce(log_likelihoods):
    return [functools.reduce(np.logaddexp, row) - math.log(len(row)) for row in log_likelihoods]


def sigma_with_norm(x, f):
    return np.linalg.norm(x - f) / np.sqrt(x.size)


def best_guess_in_logs(prior, likelihood, x):
    logs = np.log(prior) + np.log(likelihood[:, x] + 0.0)
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def gap_with_cholesky(covariance):
    log_det = 2 * np.log(np.diag(np.linalg.cholesky(covariance.astype(float)))).sum()
    return 0.5 * (np.log(np.diag(np.linalg.inv(covariance))).sum() + log_det)


def losses_in_loops(prior, likelihood, q, data):
    losses = []
    for weights, x in zip(q, data, strict=True):
        loss = 0.0
        for z, w in enumerate(weights):
            loss += w * (math.log(w) - math.log(prior[z]) - math.log(likelihood[z, x]))
        losses.append(loss)
    return losses


def bayes_in_plain_python(prior, likelihood, q, x):
    joint = [p * row[x] for p, row in zip(prior, likelihood, strict=True)]
    evidence = sum(joint)
    left = sum(a * math.log(a * evidence / j) for a, j in zip(q, joint, strict=True))
    right = sum(a * math.log(a / j) for a, j in zip(q, joint, strict=True)) + math.log(evidence)
    return left, right


def split_with_dot(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    return q @ np.log(q / joint), q @ np.log(q / prior) - q @ np.log(likelihood[:, x])


def draw_z_with_max(x, eps):
    u = max(2 * max(3 * x - 1, 0), 0)
    variance = max(max(3 * x + 1, 0) + 1, 0)
    return [u + math.sqrt(variance) * e for e in eps]


def output_with_clip(z):
    return np.clip(12 - z, 0, None), np.clip(2 * z - 10, 0, None)


def exponential_with_log1p(rate, u):
    z = -np.log1p(-u) / rate
    return z, -z / rate


def backward_with_hstack(grad_z, encoder_output, eps):
    z_of_noise = np.exp(encoder_output[:, eps.shape[1] :]) * eps
    return np.hstack((grad_z, grad_z * z_of_noise))


def estimates_from_z(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return np.stack([f(z) * (z - mu) / sigma**2, slope(z) * np.ones_like(z)])


def step_of_one_line_each(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    corrected = m / (1 - beta1**t), v / (1 - beta2**t)
    return [theta + alpha * corrected[0] / (corrected[1] ** 0.5 + epsilon), m, v]


def adam_with_product(grad, theta, num_epochs, batches_per_epoch, alpha, beta1, beta2, epsilon):
    theta, m, v = theta.copy(), 0.0, 0.0
    for t, (_, batch) in enumerate(itertools.product(range(num_epochs), range(batches_per_epoch)), 1):
        g = grad(theta, batch)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        theta += alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return theta


def epochs_by_running(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    m = v = 0.0
    for i in range(update):
        m, v, t = beta1 * m + 1 - beta1, beta2 * v + 1 - beta2, i // updates_per_epoch + 1
    return m / (1 - beta1**t) / math.sqrt(v / (1 - beta2**t))


def pca_by_eigh(x, size):
    centred = x - x.mean(0)
    vectors = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :size]
    return x.mean(0) + centred @ vectors @ vectors.T


def gap_place_in_loops(z, codes):
    return max(z, key=lambda place: min(math.dist(place, code) for code in codes))


def contraction_by_jacobian(weights, biases, x):
    slopes = np.cosh(x @ weights + biases) ** -2.0
    return np.einsum("bl,dl->b", slopes**2, weights**2)


def denoising_of_each(x, keep, encode, decode, alpha):
    losses = []
    for image, mask in zip(x, keep, strict=True):
        code = encode((image * mask)[None])
        losses.append(((image - decode(code)) ** 2).sum() + alpha * np.abs(code).sum())
    return np.mean(losses)


def images_with_binomial(gen_params, n, rng):
    a = rng.standard_normal((n, gen_params[0][0].shape[0]))
    for i, (w, b) in enumerate(gen_params):
        a = a @ w + b
        a = np.tanh(a) if i < len(gen_params) - 1 else a
    return rng.binomial(1, 0.5 * (1 + np.tanh(a / 2)))


def gauss_with_autograd(x, mean, log_var):
    z = (x - mean) / anp.exp(log_var / 2)
    return -0.5 * anp.sum(z**2 + log_var, axis=1) - x.shape[1] * anp.log(2 * anp.pi) / 2


def halves_with_insert(points, images, tolerance):
    rows = [points[0]]
    for (a, b), (x, y) in zip(itertools.pairwise(points), itertools.pairwise(images), strict=True):
        rows += [0.5 * a + 0.5 * b, b] if np.dot(x - y, x - y) / len(x) > tolerance else [b]
    return np.array(rows)


def information_gap_with_partition(information, entropy):
    best = np.partition(information, -2, axis=0)[-2:]
    return ((best[1] - best[0]) / entropy).mean()


def weights_with_reduce(log_likelihood, log_prior, log_q):
    log_w = log_likelihood + log_prior - log_q
    return np.logaddexp.reduce(log_w, axis=0) - np.log(log_w.shape[0])


def encoder_with_ones(images, mean, components, variances):
    n, d = components.shape
    noise = variances[n:].sum() / (d - n)
    scale = np.sqrt(variances[:n] - noise) / variances[:n]
    log_std = 0.5 * (np.log(noise) - np.log(variances[:n]))
    return (images - mean) @ (components.T * scale), np.ones((len(images), 1)) * log_std


def axes_with_eigenvalues(weights, std, turn):
    weights = turn @ weights
    a = np.identity(len(weights)) + weights @ weights.T / std**2
    return 0.5 * (sum(map(math.log, np.diagonal(a))) - np.log(np.linalg.eigvalsh(a)).sum())


for _exercise, _answer in [
    ("L-KL", kl_with_einsum), ("L-KL", kl_with_torch), ("L-KL", kl_as_a_list),
    ("L-BERN", bernoulli_with_where), ("L-BERN", bernoulli_with_torch), ("L-BERN", bernoulli_with_xa),
    ("X-4", coins_with_a_loop), ("X-5", dice_with_where), ("X-5", dice_with_torch),
    ("C5-two-gaussians", two_gaussians_textbook), ("L-SAMPLE", sample_with_global),
    ("L-SAMPLE", sample_point_by_point), ("P-2ac", estimate_one_by_one), ("C2-coin", posterior_with_outer),
    ("C2-tiny", tiny_with_reduce), ("S-SIGMA", sigma_with_norm), ("C3-best-q", best_guess_in_logs),
    ("S-TIGHT", gap_with_cholesky), ("X-3c", losses_in_loops), ("P-1a", bayes_in_plain_python),
    ("P-1b", split_with_dot), ("X-7a", draw_z_with_max), ("X-7b", output_with_clip),
    ("S-REP", exponential_with_log1p), ("X-6c", backward_with_hstack), ("P-2dc", estimates_from_z),
    ("C6-step", step_of_one_line_each), ("L-ADAM", adam_with_product), ("C6-epochs", epochs_by_running),
    ("S-PCA", pca_by_eigh), ("S-GAP", gap_place_in_loops), ("X-1c", contraction_by_jacobian),
    ("X-1d", denoising_of_each), ("P-2c", images_with_binomial), ("S-GAUSS", gauss_with_autograd),
    ("C8-halves", halves_with_insert), ("C8-gap", information_gap_with_partition),
    ("C8-weights", weights_with_reduce), ("C9-encoder", encoder_with_ones),
    ("C9-axes", axes_with_eigenvalues),
]:  # fmt: skip
    right(_exercise)(_answer)
