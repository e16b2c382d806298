"""Chapter 7: the Bernoulli log-likelihood, the bound, and the lab's pictures."""

import math

import numpy as np

from unseen_answers.entries import right, wrong
from vaecore import neural_net_predict


@right("L-BERN")
def bern_pixel_by_pixel(targets, logits):
    out = []
    for xs, ls in zip(targets, logits, strict=True):
        total = 0.0
        for x, a in zip(xs, ls, strict=True):
            total += x * a - max(a, 0.0) - math.log1p(math.exp(-abs(a)))
        out.append(total)
    return out


@right("L-BERN")
def bern_by_signs(targets, logits):
    return -np.logaddexp(0, np.where(targets > 0.5, -logits, logits)).sum(axis=1)


@wrong("L-BERN", "the term of the zeros is subtracted")
def bern_zeros_subtracted(targets, logits):
    on, off = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return np.sum(targets * on - (1 - targets) * off, axis=1)


@wrong("L-BERN", "only the zeros count")
def bern_only_zeros(targets, logits):
    return np.sum(-(1 - targets) * np.logaddexp(0, logits), axis=1)


@wrong("L-BERN", "the product of the probabilities, no logarithm")
def bern_probability(targets, logits):
    return np.exp(-np.logaddexp(0, np.where(targets > 0.5, -logits, logits)).sum(axis=1))


@wrong("L-BERN", "squared error of the probabilities")
def bern_squared_error(targets, logits):
    return -((targets - 1 / (1 + np.exp(-np.clip(logits, -500, 500)))) ** 2).sum(axis=1)


@wrong("L-BERN", "tanh for the sigmoid: the logits are doubled")
def bern_doubled_logits(targets, logits):
    return -np.logaddexp(0, np.where(targets > 0.5, -2 * logits, 2 * logits)).sum(axis=1)


@wrong("L-BERN", "softmax over the pixels")
def bern_softmax(targets, logits):
    logs = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return (targets * logs).sum(axis=1)


@wrong("L-BERN", "the logits are clipped to -10..10")
def bern_clipped(targets, logits):
    a = np.clip(logits, -10, 10)
    return -np.logaddexp(0, np.where(targets > 0.5, -a, a)).sum(axis=1)


def pieces(gen_params, rec_params, data, rng):
    mean, log_std = np.split(neural_net_predict(rec_params, data), 2, axis=1)
    z = mean + np.exp(log_std) * rng.standard_normal(mean.shape)
    return mean, log_std, z, neural_net_predict(gen_params, z)


def log_bernoulli(x, logits):
    return (x * logits - np.logaddexp(0, logits)).sum(axis=1)


def kl_of(mean, log_std):
    return 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum(axis=1)


@right("L-BOUND")
def bound_by_loop(gen_params, rec_params, data, rng):
    total = 0.0
    for row in data:
        mean, log_std, _, logits = pieces(gen_params, rec_params, row[None], rng)
        total += float((log_bernoulli(row[None], logits) - kl_of(mean, log_std))[0])
    return total / len(data)


@right("L-BOUND")
def bound_by_terms(gen_params, rec_params, data, rng):
    mean, log_std, _, logits = pieces(gen_params, rec_params, data, rng)
    return log_bernoulli(data, logits).mean() - kl_of(mean, log_std).mean()


@wrong("L-BOUND", "the KL of the prior from q, the wrong way round")
def bound_reverse_kl(gen_params, rec_params, data, rng):
    mean, log_std, _, logits = pieces(gen_params, rec_params, data, rng)
    reverse = 0.5 * ((1 + mean**2) * np.exp(-2 * log_std) - 1 + 2 * log_std).sum(axis=1)
    return np.mean(log_bernoulli(data, logits) - reverse)


@wrong("L-BOUND", "the log-likelihood is averaged over the pixels")
def bound_mean_over_pixels(gen_params, rec_params, data, rng):
    mean, log_std, _, logits = pieces(gen_params, rec_params, data, rng)
    return np.mean(log_bernoulli(data, logits) / data.shape[1] - kl_of(mean, log_std))


@wrong("L-BOUND", "joint form without log q")
def bound_joint_only(gen_params, rec_params, data, rng):
    _, _, z, logits = pieces(gen_params, rec_params, data, rng)
    log_prior = -0.5 * (z**2 + np.log(2 * np.pi)).sum(axis=1)
    return np.mean(log_bernoulli(data, logits) + log_prior)


@wrong("L-BOUND", "joint form with log p(z) subtracted and log q added")
def bound_joint_signs(gen_params, rec_params, data, rng):
    mean, log_std, z, logits = pieces(gen_params, rec_params, data, rng)
    eps = (z - mean) * np.exp(-log_std)
    log_ratio = (-0.5 * z**2 + 0.5 * eps**2 + log_std).sum(axis=1)
    return np.mean(log_bernoulli(data, logits) - log_ratio)


@wrong("L-BOUND", "joint form without the prior: log p(x | z) - log q(z | x)")
def bound_joint_without_prior(gen_params, rec_params, data, rng):
    mean, log_std, z, logits = pieces(gen_params, rec_params, data, rng)
    eps = (z - mean) * np.exp(-log_std)
    log_q = (-0.5 * eps**2 - log_std - 0.5 * np.log(2 * np.pi)).sum(axis=1)
    return np.mean(log_bernoulli(data, logits) - log_q)


@wrong("L-BOUND", "the encoder's output is taken as mean and variance")
def bound_variance_as_it_is(gen_params, rec_params, data, rng):
    mean, raw = np.split(neural_net_predict(rec_params, data), 2, axis=1)
    log_std = 0.5 * np.log(np.abs(raw) + 1e-6)
    z = mean + np.exp(log_std) * rng.standard_normal(mean.shape)
    return np.mean(log_bernoulli(data, neural_net_predict(gen_params, z)) - kl_of(mean, log_std))


@wrong("L-BOUND", "one noise vector for the whole batch")
def bound_shared_noise(gen_params, rec_params, data, rng):
    mean, log_std = np.split(neural_net_predict(rec_params, data), 2, axis=1)
    z = mean + np.exp(log_std) * rng.standard_normal(mean.shape[1])
    return np.mean(log_bernoulli(data, neural_net_predict(gen_params, z)) - kl_of(mean, log_std))


@right("L-31")
def new_digits_one_by_one(vae, rng):
    return np.vstack([vae.decode(rng.normal(size=(1, vae.latent_size))) for _ in range(25)])


@right("L-31")
def new_digits_in_one_draw(vae, rng):
    return vae.decode(rng.normal(0.0, 1.0, 25 * vae.latent_size).reshape(25, vae.latent_size))


@wrong("L-31", "pixels are drawn: zeros and ones")
def new_digits_binary(vae, rng):
    p = vae.decode(rng.standard_normal((25, vae.latent_size)))
    return (rng.uniform(size=p.shape) < p).astype(float)


@wrong("L-31", "uniform latents between 0 and 1")
def new_digits_uniform(vae, rng):
    return vae.decode(rng.random((25, vae.latent_size)))


@wrong("L-31", "100 pictures")
def new_digits_hundred(vae, rng):
    return vae.decode(rng.standard_normal((100, vae.latent_size)))


@wrong("L-31", "the same latent number in all dimensions of an image")
def new_digits_on_the_diagonal(vae, rng):
    return vae.decode(np.repeat(rng.standard_normal((25, 1)), vae.latent_size, axis=1))


@wrong("L-31", "25 times the decoder's picture of z = 0")
def new_digits_of_zero(vae, rng):
    return vae.decode(np.zeros((25, vae.latent_size)))


@wrong("L-31", "the sigmoid is taken of the probabilities")
def new_digits_sigmoid_twice(vae, rng):
    return 1 / (1 + np.exp(-vae.decode(rng.standard_normal((25, vae.latent_size)))))


@right("L-32")
def reconstructions_by_loop(vae, test_images, rng):
    rows = list(test_images[:10])
    for image in test_images[:10]:
        mean, log_std = vae.encode(image[None])
        rows.append(vae.decode(rng.normal(mean, np.exp(log_std)))[0])
    return np.array(rows)


@right("L-32")
def reconstructions_by_vstack(vae, test_images, rng):
    x = test_images[:10]
    mean, log_std = vae.encode(x)
    return np.vstack((x, vae.decode(rng.standard_normal(mean.shape) * np.exp(log_std) + mean)))


def half_and_half(vae, x, z):
    return np.concatenate([x, vae.decode(z)])


@wrong("L-32", "the means are decoded, no sample")
def reconstructions_of_means(vae, test_images, rng):
    x = test_images[:10]
    return half_and_half(vae, x, vae.encode(x)[0])


@wrong("L-32", "image and reconstruction alternate")
def reconstructions_alternate(vae, test_images, rng):
    both = reconstructions_by_vstack(vae, test_images, rng)
    return np.stack([both[:10], both[10:]], axis=1).reshape(20, -1)


@wrong("L-32", "reconstructions first")
def reconstructions_first(vae, test_images, rng):
    both = reconstructions_by_vstack(vae, test_images, rng)
    return np.concatenate([both[10:], both[:10]])


@wrong("L-32", "the last ten images")
def reconstructions_of_the_last(vae, test_images, rng):
    return reconstructions_by_vstack(vae, test_images[-10:], rng)


@wrong("L-32", "log std is not exponentiated")
def reconstructions_log_std(vae, test_images, rng):
    x = test_images[:10]
    mean, log_std = vae.encode(x)
    return half_and_half(vae, x, mean + log_std * rng.standard_normal(mean.shape))


@wrong("L-32", "the latents come from the prior, not from q")
def reconstructions_from_prior(vae, test_images, rng):
    x = test_images[:10]
    return half_and_half(vae, x, rng.standard_normal(vae.encode(x)[0].shape))


@wrong("L-32", "ten random test images, not the first ten")
def reconstructions_of_random_ones(vae, test_images, rng):
    return reconstructions_by_vstack(vae, rng.permutation(test_images), rng)


@right("L-33")
def interpolation_by_weights(vae, image_a, image_b, steps):
    (a, b), _ = vae.encode(np.stack([image_a, image_b]))
    w = np.arange(steps) / max(steps - 1, 1)
    return vae.decode(np.outer(1 - w, a) + np.outer(w, b))


@right("L-33")
def interpolation_by_linspace(vae, image_a, image_b, steps):
    a, b = (np.ravel(vae.encode(image[None])[0]) for image in (image_a, image_b))
    return vae.decode(np.linspace(a, b, num=steps))


def between(vae, image_a, image_b, weights):
    a, b = (vae.encode(image[None])[0][0] for image in (image_a, image_b))
    return vae.decode(a + np.asarray(weights)[:, None] * (b - a))


@right("L-33")  # the question leaves the direction open
def interpolation_backwards(vae, image_a, image_b, steps):
    return between(vae, image_b, image_a, np.linspace(0, 1, steps))


@wrong("L-33", "both ends are left out")
def interpolation_inside(vae, image_a, image_b, steps):
    return between(vae, image_a, image_b, np.linspace(0, 1, steps + 2)[1:-1])


@wrong("L-33", "the pace is not even: squares of the weights")
def interpolation_uneven(vae, image_a, image_b, steps):
    return between(vae, image_a, image_b, np.linspace(0, 1, steps) ** 2)


@wrong("L-33", "the ends are the images themselves, not their reconstructions")
def interpolation_with_the_images(vae, image_a, image_b, steps):
    rows = np.array(between(vae, image_a, image_b, np.linspace(0, 1, steps)))
    rows[0], rows[-1] = image_a, image_b
    return rows


@wrong("L-33", "means and log stds are exchanged: the line between the log stds")
def interpolation_of_log_stds(vae, image_a, image_b, steps):
    a, b = (vae.encode(image[None])[1][0] for image in (image_a, image_b))
    return vae.decode(np.linspace(a, b, steps))


@wrong("L-33", "on a circle (spherical weights) in place of a straight line")
def interpolation_spherical(vae, image_a, image_b, steps):
    a, b = (vae.encode(image[None])[0][0] for image in (image_a, image_b))
    t = np.linspace(0, np.pi / 2, steps)[:, None]
    return vae.decode(np.cos(t) * a + np.sin(t) * b)
