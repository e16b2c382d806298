"""Chapter 2: Bayes' rule, tiny probabilities, the best noise, new images."""

import numpy as np

from unseen_answers.entries import right, wrong
from vaecore import neural_net_predict


@right("C2-coin")
def posterior_by_loops(prior, likelihood):
    rows = []
    for x in range(len(likelihood[0])):
        joint = [prior[k] * likelihood[k][x] for k in range(len(prior))]
        rows.append([j / sum(joint) for j in joint])
    return rows


@right("C2-coin")
def posterior_by_einsum(prior, likelihood):
    joint = np.einsum("k,km->mk", prior, likelihood)
    return joint / np.sum(joint, axis=1)[:, None]


@wrong("C2-coin", "the prior is left out: the likelihood normalised over z")
def posterior_without_prior(prior, likelihood):
    return (likelihood / likelihood.sum(axis=0)).T


@wrong("C2-coin", "the joint is not divided by p(x)")
def posterior_is_joint(prior, likelihood):
    return (prior[:, None] * likelihood).T


@wrong("C2-coin", "divided by the sum over x, not over z")
def posterior_over_x(prior, likelihood):
    joint = (prior[:, None] * likelihood).T
    return joint / joint.sum(axis=0)


@wrong("C2-coin", "divided by the sum of all joint probabilities")
def posterior_over_everything(prior, likelihood):
    joint = (prior[:, None] * likelihood).T
    return joint / joint.sum()


@wrong("C2-coin", "softmax of the joint in place of dividing by its sum")
def posterior_softmax(prior, likelihood):
    joint = np.exp((prior[:, None] * likelihood).T)
    return joint / joint.sum(axis=1, keepdims=True)


@wrong("C2-coin", "the most probable z gets 1, the others 0")
def posterior_hard(prior, likelihood):
    joint = (prior[:, None] * likelihood).T
    return (joint == joint.max(axis=1, keepdims=True)).astype(float)


@right("C2-tiny")
def log_mean_by_logaddexp(log_likelihoods):
    total = np.array(log_likelihoods)[:, 0].copy()
    for column in log_likelihoods.T[1:]:
        total = np.logaddexp(total, column)
    return total - np.log(log_likelihoods.shape[1])


@right("C2-tiny")
def log_mean_by_largest(log_likelihoods):
    a = log_likelihoods.max(1)
    return a + np.log(np.exp((log_likelihoods.T - a).T).mean(1))


@wrong("C2-tiny", "the mean of the logarithms")
def log_mean_is_mean_of_logs(log_likelihoods):
    return log_likelihoods.mean(axis=1)


@wrong("C2-tiny", "the largest is taken off and not put back")
def log_mean_without_the_largest(log_likelihoods):
    a = log_likelihoods.max(axis=1, keepdims=True)
    return np.log(np.exp(log_likelihoods - a).mean(axis=1))


@wrong("C2-tiny", "one largest for the whole array: rows far below it underflow")
def log_mean_one_largest(log_likelihoods):
    a = log_likelihoods.max()
    return a + np.log(np.exp(log_likelihoods - a).mean(axis=1))


@wrong("C2-tiny", "the largest log-likelihood stands for the mean")
def log_mean_is_largest(log_likelihoods):
    return log_likelihoods.max(axis=1)


@wrong("C2-tiny", "divided by the number of rows, not of samples")
def log_mean_over_rows(log_likelihoods):
    return np.logaddexp.reduce(log_likelihoods, axis=1) - np.log(len(log_likelihoods))


@wrong("C2-tiny", "log S is divided by instead of subtracted")
def log_mean_divided_by_log(log_likelihoods):
    return np.logaddexp.reduce(log_likelihoods, axis=1) / np.log(log_likelihoods.shape[1] + 1)


@wrong("C2-tiny", "clipped to -700..700 to avoid underflow")
def log_mean_clipped(log_likelihoods):
    return np.log(np.exp(np.clip(log_likelihoods, -700, 700)).mean(axis=1))


@right("S-SIGMA")
def sigma_by_norm(x, f):
    return np.linalg.norm(x - f) / x.size**0.5


@right("S-SIGMA")
def sigma_by_loops(x, f):
    total = sum(float(a - b) ** 2 for xs, fs in zip(x, f, strict=True) for a, b in zip(xs, fs, strict=True))
    return (total / (len(x) * len(x[0]))) ** 0.5


@wrong("S-SIGMA", "the variance, no square root")
def sigma_squared(x, f):
    return np.mean((x - f) ** 2)


@wrong("S-SIGMA", "divided by the number of images only")
def sigma_per_image(x, f):
    return np.sqrt(((x - f) ** 2).sum() / len(x))


@wrong("S-SIGMA", "the mean of the absolute errors")
def sigma_absolute(x, f):
    return np.abs(x - f).mean()


@wrong("S-SIGMA", "the mean error is taken off first (np.std)")
def sigma_about_the_mean(x, f):
    return np.std(x - f)


@wrong("S-SIGMA", "the mean over the images of each image's own sigma")
def sigma_mean_of_sigmas(x, f):
    return np.sqrt(((x - f) ** 2).mean(axis=1)).mean()


@wrong("S-SIGMA", "divided by one less than the number of entries")
def sigma_unbiased(x, f):
    return np.sqrt(((x - f) ** 2).sum() / max(x.size - 1, 1))


@wrong("S-SIGMA", "the spread of the data, not of the errors")
def sigma_of_the_data(x, f):
    return np.sqrt(np.mean((x - x.mean(axis=0)) ** 2))


@right("P-2c")
def new_images_by_loop(gen_params, n, rng):
    size = gen_params[0][0].shape[0]
    rows = []
    for _ in range(n):
        logits = neural_net_predict(gen_params, rng.standard_normal((1, size)))
        rows.append(rng.binomial(1, 1 / (1 + np.exp(-logits[0]))))
    return np.array(rows)


@right("P-2c")
def new_images_by_logistic_noise(gen_params, n, rng):
    logits = neural_net_predict(gen_params, rng.normal(0, 1, (n, gen_params[0][0].shape[0])))
    return logits + rng.logistic(size=logits.shape) > 0


@wrong("P-2c", "z comes from a uniform distribution")
def new_images_uniform(gen_params, n, rng):
    z = rng.uniform(-1, 1, (n, gen_params[0][0].shape[0]))
    p = 1 / (1 + np.exp(-neural_net_predict(gen_params, z)))
    return (rng.uniform(size=p.shape) < p).astype(int)


@wrong("P-2c", "pixels are thresholded at 1/2, not drawn")
def new_images_thresholded(gen_params, n, rng):
    z = rng.standard_normal((n, gen_params[0][0].shape[0]))
    return (neural_net_predict(gen_params, z) > 0).astype(int)


@wrong("P-2c", "probabilities of zero and one are exchanged")
def new_images_negative(gen_params, n, rng):
    z = rng.standard_normal((n, gen_params[0][0].shape[0]))
    p = 1 / (1 + np.exp(-neural_net_predict(gen_params, z)))
    return (rng.uniform(size=p.shape) > p).astype(int)


@wrong("P-2c", "one z for all images")
def new_images_one_z(gen_params, n, rng):
    z = np.repeat(rng.standard_normal((1, gen_params[0][0].shape[0])), n, axis=0)
    p = 1 / (1 + np.exp(-neural_net_predict(gen_params, z)))
    return (rng.uniform(size=p.shape) < p).astype(int)


@wrong("P-2c", "one uniform number decides all pixels of an image")
def new_images_one_threshold(gen_params, n, rng):
    z = rng.standard_normal((n, gen_params[0][0].shape[0]))
    p = 1 / (1 + np.exp(-neural_net_predict(gen_params, z)))
    return (rng.uniform(size=(n, 1)) < p).astype(int)


@wrong("P-2c", "the logits are compared with the uniform numbers, without the sigmoid")
def new_images_without_sigmoid(gen_params, n, rng):
    logits = neural_net_predict(gen_params, rng.standard_normal((n, gen_params[0][0].shape[0])))
    return (rng.uniform(size=logits.shape) < logits).astype(int)


@wrong("P-2c", "the latent noise is twice as wide")
def new_images_twice_as_wide(gen_params, n, rng):
    z = rng.normal(0, 2, (n, gen_params[0][0].shape[0]))
    p = 1 / (1 + np.exp(-neural_net_predict(gen_params, z)))
    return (rng.uniform(size=p.shape) < p).astype(int)
