"""The second set, chapters 6 to 9."""

import numpy as np

from unseen_answers.entries import wrong
from vaecore import bernoulli_log_prob, compute_KL, neural_net_predict, sample_latent_variables_from_posterior


@wrong("C6-step", "v never gets smaller (its largest value is kept)")
def step_with_largest_v(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * g
    new = np.maximum(v, beta2 * v + (1 - beta2) * g**2)
    step = alpha * (m / (1 - beta1**t)) / (np.sqrt(new / (1 - beta2**t)) + epsilon)
    return theta + step, m, new


@wrong("C6-step", "the gradient is clipped to -1 ... 1")
def step_clipped(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    g = np.clip(g, -1, 1)
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon), m, v


@wrong("C6-step", "weight decay on top")
def step_with_decay(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return theta + step - alpha * theta, m, v


@wrong("L-ADAM", "the average of all thetas comes back")
def adam_averaged(grad, theta, num_epochs, batches_per_epoch,
                  alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    m, v, t, total = 0, 0, 0, 0
    for _ in range(num_epochs):
        for batch in range(batches_per_epoch):
            t += 1
            g = grad(theta, batch)
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            theta = theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
            total = total + theta
    return total / t


@wrong("L-ADAM", "gradients are made of length 1")
def adam_of_unit_gradients(grad, theta, num_epochs, batches_per_epoch,
                           alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):  # fmt: skip
    m, v, t = 0, 0, 0
    for _ in range(num_epochs):
        for batch in range(batches_per_epoch):
            t += 1
            g = grad(theta, batch)
            g = g / np.linalg.norm(g)
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
            theta = theta + alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return theta


@wrong("C6-epochs", "t counts from 0, so that the first epoch has no correction")
def steps_of_epochs_from_zero(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    t = (update - 1) // updates_per_epoch
    c1, c2 = (1 - beta1**t, 1 - beta2**t) if t else (1, 1)
    return (1 - beta1**update) / c1 / np.sqrt((1 - beta2**update) / c2)


@wrong("L-BERN", "label smoothing: targets are drawn towards 1/2")
def bern_smoothed(targets, logits):
    targets = 0.9 * targets + 0.05
    return -(targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)).sum(axis=1)


@wrong("L-BERN", "pixels that are on count twice")
def bern_on_twice(targets, logits):
    return -(2 * targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)).sum(axis=1)


@wrong("L-BOUND", "the KL counts a tenth")
def bound_with_a_tenth_of_kl(gen_params, rec_params, data, rng):
    e = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(e, rng)
    return np.mean(bernoulli_log_prob(data, neural_net_predict(gen_params, z)) - 0.1 * compute_KL(e))


@wrong("L-BOUND", "the median over the batch")
def bound_median(gen_params, rec_params, data, rng):
    e = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(e, rng)
    return np.median(bernoulli_log_prob(data, neural_net_predict(gen_params, z)) - compute_KL(e))


@wrong("L-BOUND", "the best of five samples for each image")
def bound_best_of_five(gen_params, rec_params, data, rng):
    e = neural_net_predict(rec_params, data)
    tries = [
        bernoulli_log_prob(
            data, neural_net_predict(gen_params, sample_latent_variables_from_posterior(e, rng))
        )
        for _ in range(5)
    ]
    return np.mean(np.max(tries, axis=0) - compute_KL(e))


@wrong("L-31", "z is made of length 1")
def new_digits_on_a_sphere(vae, rng):
    z = rng.standard_normal((25, vae.latent_size))
    return vae.decode(z / np.linalg.norm(z, axis=1, keepdims=True))


@wrong("L-32", "half the noise")
def reconstructions_with_half_the_noise(vae, test_images, rng):
    x = test_images[:10]
    mean, log_std = vae.encode(x)
    return np.concatenate([x, vae.decode(mean + 0.5 * np.exp(log_std) * rng.standard_normal(mean.shape))])


@wrong("L-32", "the reconstructions are thresholded")
def reconstructions_black_and_white(vae, test_images, rng):
    x = test_images[:10]
    mean, log_std = vae.encode(x)
    p = vae.decode(mean + np.exp(log_std) * rng.standard_normal(mean.shape))
    return np.concatenate([x, (p > 0.5) * 1.0])


@wrong("L-33", "slow at both ends: weights 3 s^2 - 2 s^3")
def interpolation_smooth(vae, image_a, image_b, steps):
    mean, _ = vae.encode(np.stack([image_a, image_b]))
    s = np.linspace(0, 1, steps)[:, None]
    s = 3 * s**2 - 2 * s**3
    return vae.decode((1 - s) * mean[0] + s * mean[1])


@wrong("L-33", "goes on beyond both ends: from -0.1 to 1.1")
def interpolation_beyond(vae, image_a, image_b, steps):
    mean, _ = vae.encode(np.stack([image_a, image_b]))
    s = np.linspace(-0.1, 1.1, steps)[:, None]
    return vae.decode((1 - s) * mean[0] + s * mean[1])


@wrong("S-GAUSS", "1e-2 is added to the variance")
def gauss_with_epsilon(x, mean, log_var):
    var = np.exp(log_var) + 1e-2
    return -0.5 * ((x - mean) ** 2 / var + np.log(2 * np.pi * var)).sum(axis=1)


@wrong("S-GAUSS", "the log variance is kept above -1")
def gauss_floored(x, mean, log_var):
    log_var = np.maximum(log_var, -1)
    return -0.5 * ((x - mean) ** 2 * np.exp(-log_var) + log_var + np.log(2 * np.pi)).sum(axis=1)


@wrong("C8-best-std", "half the range of the errors")
def best_std_half_range(x, mean):
    return 2 * (np.ptp(x - mean) / 2) ** 2 / x.shape[1]


@wrong("C8-halves", "the new points are pulled to the mean of all points")
def halves_pulled(points, images, tolerance):
    where = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    middles = 0.9 * (points[1:] + points[:-1]) / 2 + 0.1 * points.mean(axis=0)
    return np.insert(points.astype(float), where + 1, middles[where], axis=0)


@wrong("S-ARITH", "medians of the codes in place of means")
def thicker_by_medians(vae, images, thick, thin, amount):
    d = np.median(vae.encode(thick)[0], axis=0) - np.median(vae.encode(thin)[0], axis=0)
    return vae.decode(vae.encode(images)[0] + amount * d)


@wrong("S-ARITH", "the codes are moved only along the direction's largest entry")
def thicker_along_one_axis(vae, images, thick, thin, amount):
    d = vae.encode(thick)[0].mean(0) - vae.encode(thin)[0].mean(0)
    d = np.where(np.abs(d) == np.abs(d).max(), d, 0)
    return vae.decode(vae.encode(images)[0] + amount * d)


@wrong("C8-gap", "the two largest over all factors together")
def information_gap_flat(information, entropy):
    a = np.sort(information.ravel())
    return np.mean((a[-1] - a[-2]) / entropy)


@wrong("C8-gap", "the ratio to the largest, not the difference")
def information_gap_as_a_ratio(information, entropy):
    a = np.sort(information, axis=0)
    return np.mean(a[-2] / a[-1])


@wrong("C8-weights", "the average of log w, weighted by w")
def weighted_by_itself(log_likelihood, log_prior, log_q):
    log_w = log_likelihood + log_prior - log_q
    w = np.exp(log_w - log_w.max(0))
    return (w * log_w).sum(0) / w.sum(0)


@wrong("C8-weights", "weights are truncated: none above the mean of all")
def weighted_truncated(log_likelihood, log_prior, log_q):
    log_w = log_likelihood + log_prior - log_q
    mean = np.logaddexp.reduce(log_w, axis=0) - np.log(len(log_w))
    return np.logaddexp.reduce(np.minimum(log_w, mean), axis=0) - np.log(len(log_w))


@wrong("C9-encoder", "the noise is the smallest variance that is left out")
def encoder_smallest_noise(images, mean, components, variances):
    k = len(components)
    noise = variances[k:].min()
    kept = variances[:k]
    means = (images - mean) @ components.T * np.sqrt(kept - noise) / kept
    return means, np.tile(0.5 * np.log(noise / kept), (len(images), 1))


@wrong("C9-axes", "1 minus the largest cosine between two rows")
def smallest_gap_by_cosines(weights, std, turn):
    weights = turn @ weights
    a = np.eye(len(weights)) + weights @ weights.T / std**2
    d = np.sqrt(np.diag(a))
    c = a / np.outer(d, d) - np.eye(len(a))
    return -0.5 * np.log(1 - (c**2).max()) if len(a) > 1 else 0.0
