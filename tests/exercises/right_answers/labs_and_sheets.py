"""Right answers, written differently from the solutions: loops, other formulas, the labs' own ways."""

import math
import random

import autograd.numpy as anp
import autograd.numpy.random as npr
import numpy as np

import vaecore

N = 50_000  # images in the labs' training set


def kl_in_loops(encoder_output):
    out = []
    for row in encoder_output:
        half = len(row) // 2
        out.append(
            sum(
                (math.exp(2 * s) + m * m - 1 - 2 * s) / 2 for m, s in zip(row[:half], row[half:], strict=True)
            )
        )
    return out


def kl_of_lab_en(q_means_and_log_stds):
    D = np.shape(q_means_and_log_stds)[-1] // 2
    mean, log_std = q_means_and_log_stds[:, :D], q_means_and_log_stds[:, D:]
    var = np.exp(log_std) ** 2
    return np.sum(0.5 * (var + (mean**2) - 1 - np.log(var)), axis=-1)


def kl_in_float32(encoder_output):
    return vaecore.compute_KL(encoder_output.astype(np.float32))


def bern_by_logaddexp(targets, logits):
    return -np.sum(np.logaddexp(0, np.where(targets == 1, -logits, logits)), axis=-1)


def bern_in_loops(targets, logits):
    def log_sigmoid(a):
        return -math.log1p(math.exp(-a)) if a > 0 else a - math.log1p(math.exp(a))

    return np.array([
        sum(log_sigmoid(a if x else -a) for x, a in zip(xs, row, strict=True))
        for xs, row in zip(targets, logits, strict=True)
    ])  # fmt: skip


def sample_without_rng(encoder_output):
    D = np.shape(encoder_output)[-1] // 2
    mean, log_std = encoder_output[:, :D], encoder_output[:, D:]
    return np.exp(log_std) * npr.randn(*log_std.shape) + mean


def sample_ignoring_rng(encoder_output, rng):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return np.random.normal(mean, np.exp(log_std))  # noqa: NPY002 (as in the labs)


def sample_in_another_order(encoder_output, rng=None):
    rng = rng or np.random.default_rng()
    mean, log_std = anp.split(encoder_output, 2, axis=1)
    return mean - anp.exp(log_std) * rng.standard_normal(mean.T.shape).T


def sample_in_loops(encoder_output):
    half = encoder_output.shape[1] // 2
    return np.array([
        [random.gauss(m, math.exp(s)) for m, s in zip(row[:half], row[half:], strict=True)]
        for row in encoder_output
    ])  # fmt: skip


def sample_in_float32(encoder_output, rng):
    return vaecore.sample_latent_variables_from_posterior(encoder_output.astype(np.float32), rng)


def _log_prob_and_kl(gen_params, rec_params, data, rng=None):
    post = vaecore.neural_net_predict(rec_params, data)
    z = sample_without_rng(post) if rng is None else vaecore.sample_latent_variables_from_posterior(post, rng)
    return vaecore.bernoulli_log_prob(data, vaecore.neural_net_predict(gen_params, z)), vaecore.compute_KL(
        post
    )


def bound_of_lab_en(gen_params, rec_params, data):
    log_prob, kl = _log_prob_and_kl(gen_params, rec_params, data)
    return np.mean(log_prob - kl)


def bound_of_lab_es(gen_params, rec_params, data):
    gen, kl = _log_prob_and_kl(gen_params, rec_params, data)
    return N / len(data) * np.sum(gen - kl, axis=-1)


def bound_of_ten_samples(gen_params, rec_params, data, rng):
    return vaecore.vae_lower_bound(gen_params, rec_params, data, rng, num_samples=10)


def bound_of_all(gen_params, rec_params, data, rng):
    return vaecore.vae_lower_bound_sum(gen_params, rec_params, data, rng, total=1000)


def adam_of_vaecore(grad, theta, num_epochs, batches_per_epoch, alpha, beta1, beta2, epsilon):
    theta, optimiser = theta.copy(), vaecore.Adam(alpha, beta1, beta2, epsilon)
    for _ in range(num_epochs):
        for batch in range(batches_per_epoch):
            optimiser.ascend([theta], [grad(theta, batch)])
    return theta


def adam_with_t_from_one(
    grad, theta, num_epochs, batches_per_epoch, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=10**-8
):
    m, v, t = 0.0, 0.0, 1
    for _ in range(num_epochs):
        for n_batch in range(batches_per_epoch):
            g = -grad(theta, n_batch)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            theta = theta - (alpha * (m / (1 - beta1**t))) / ((v / (1 - beta2**t)) ** 0.5 + epsilon)
            t += 1
    return theta


def adam_in_loops(grad, theta, num_epochs, batches_per_epoch, alpha, beta1, beta2, epsilon):
    theta = list(theta)
    m, v = [0.0] * len(theta), [0.0] * len(theta)
    for step in range(num_epochs * batches_per_epoch):
        g = grad(np.array(theta), step % batches_per_epoch)
        for i in range(len(theta)):
            m[i] += (1 - beta1) * (g[i] - m[i])
            v[i] += (1 - beta2) * (g[i] ** 2 - v[i])
            theta[i] += (
                alpha
                * m[i]
                / (1 - beta1 ** (step + 1))
                / (math.sqrt(v[i] / (1 - beta2 ** (step + 1))) + epsilon)
            )
    return theta


def coins_in_math(p, q):
    total = 0.0
    for a, b in ((p, q), (1 - p, 1 - q)):
        if a:
            total += a * math.log(a / b)
    return total


def dice_in_loops(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


def dice_with_where(p, q):
    return np.sum(np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / q), 0))


def draw_z_of_one_number(x, eps):
    u = max(0, 2 * max(0, 3 * x - 1))
    return u + math.sqrt(max(0, max(0, 3 * x + 1) + 1)) * float(eps)


def draw_z_by_masks(x, eps):
    def relu(a):
        return a * (a > 0)

    return (relu(relu(3 * x + 1) + 1)) ** 0.5 * eps + relu(2 * relu(3 * x - 1))


def output_of_one_number(z):
    return max(0, 12 - z), max(0, 2 * z - 10)


def output_as_an_array(z):
    return np.clip(np.stack([12 - z, 2 * z - 10]), 0, None)


def interpolate_backwards(vae, image_a, image_b, steps):
    means = vaecore.neural_net_predict(vae.rec_params, np.stack([image_a, image_b]))[:, : vae.latent_size]
    return np.array(
        [vae.decode((s * means[0] + (1 - s) * means[1])[None])[0] for s in np.linspace(0, 1, steps)]
    )


def interpolate_in_steps(vae, image_a, image_b, steps):
    a, b = vae.encode(image_a[None])[0], vae.encode(image_b[None])[0]
    logits = vaecore.neural_net_predict(
        vae.gen_params, np.concatenate([a + (b - a) * i / (steps - 1) for i in range(steps)])
    )
    return [1 / (1 + np.exp(-row)) for row in logits]


def bayes_in_loops(prior, likelihood, q, x):
    evidence = sum(p * row[x] for p, row in zip(prior, likelihood, strict=True))
    left = sum(
        w * math.log(w * evidence / (p * row[x])) for w, p, row in zip(q, prior, likelihood, strict=True)
    )
    right = sum(w * math.log(w / (p * row[x])) for w, p, row in zip(q, prior, likelihood, strict=True))
    return [left, right + math.log(evidence)]


def bayes_by_vaecore(prior, likelihood, q, x):
    world = vaecore.latent_variable_models.DiscreteWorld(prior, likelihood)
    return world.kl_to_posterior(q, x), world.log_marginal(x) - world.elbo(q, x)


def bayes_in_float32(prior, likelihood, q, x):
    joint, q = np.float32(prior * likelihood[:, x]), np.float32(q)
    left = np.sum(q * (np.log(q) - np.log(joint / joint.sum())))
    return np.float32([left, np.sum(q * np.log(q / joint)) + np.log(joint.sum())])


def split_by_vaecore(prior, likelihood, q, x):
    world = vaecore.latent_variable_models.DiscreteWorld(prior, likelihood)
    return -world.elbo(q, x), world.kl_to_prior(q) - world.expected_log_likelihood(q, x)


def split_in_float32(prior, likelihood, q, x):
    prior, row, q = (np.float32(a) for a in (prior, likelihood[:, x], q))
    return np.sum(q * np.log(q / (prior * row))), np.sum(q * np.log(q / prior)) - np.sum(q * np.log(row))


def split_with_entropy(prior, likelihood, q, x):
    entropy = -q @ np.log(q)
    return -entropy - q @ np.log(prior * likelihood[:, x]), -entropy - q @ np.log(prior) - q @ np.log(
        likelihood[:, x]
    )


RIGHT = {
    "L-KL": (kl_in_loops, kl_of_lab_en, kl_in_float32, vaecore.compute_KL),
    "L-BERN": (bern_by_logaddexp, bern_in_loops, vaecore.bernoulli_log_prob),
    "L-SAMPLE": (
        sample_without_rng, sample_ignoring_rng, sample_in_another_order, sample_in_loops, sample_in_float32,
        vaecore.sample_latent_variables_from_posterior,
    ),
    "L-BOUND": (
        bound_of_lab_en, bound_of_lab_es, bound_of_ten_samples, bound_of_all, vaecore.vae_lower_bound,
    ),
    "L-ADAM": (adam_of_vaecore, adam_with_t_from_one, adam_in_loops),
    "X-4": (coins_in_math, vaecore.kl.bernoulli_kl),
    "X-5": (dice_in_loops, dice_with_where, vaecore.kl.discrete_kl),
    "X-7a": (draw_z_of_one_number, draw_z_by_masks),
    "X-7b": (output_of_one_number, output_as_an_array),
    "L-33": (interpolate_backwards, interpolate_in_steps, vaecore.interpolate),
    "P-1a": (bayes_in_loops, bayes_by_vaecore, bayes_in_float32),
    "P-1b": (split_by_vaecore, split_with_entropy, split_in_float32),
}  # fmt: skip

# Changes that compute the same, each with the reason.  `line -> line after the change`.
SAME = {
    "L-SAMPLE": {
        "return mean - np.exp(log_std) * eps": "noise around 0 is symmetric",
        "latent_size = encoder_output.shape[1] // -2": "from the end, -L is where the second half begins",
        "latent_size = encoder_output.shape[-1] // 2": "the last of two axes is axis 1",
    },
    "L-KL": {
        "latent_size = encoder_output.shape[1] // -2": "from the end, -L is where the second half begins",
        "latent_size = encoder_output.shape[-1] // 2": "the last of two axes is axis 1",
        "return 0.5 * np.sum(terms, axis=-1)": "the last of two axes is axis 1",
    },
    "L-BERN": {"return -np.sum(terms, axis=-1)": "the last of two axes is axis 1"},
    "L-33": {"return vae.decode((1 - s) * mean[0] + s * mean[-1])": "the last of two means is mean[1]"},
}
