"""Chapter 3: identities of the bound, the best q, losses, the gap of a factorised q, the sampled bound."""

import numpy as np

from unseen_answers.entries import right, wrong


def kl(a, b):
    return float(np.sum(a * np.log(a / b)))


@right("P-1a")
def bayes_by_sums(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    evidence = joint.sum()
    left = sum(q[k] * np.log(q[k] * evidence / joint[k]) for k in range(len(q)))
    return left, np.dot(q, np.log(q / joint)) + np.log(evidence)


@right("P-1a")
def bayes_as_array(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    post = joint / joint.sum()
    return np.array([kl(q, post), kl(q, joint) + np.log(joint.sum())])


@wrong("P-1a", "log p(x) is subtracted on the right side")
def bayes_minus_evidence(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    return kl(q, joint / joint.sum()), kl(q, joint) - np.log(joint.sum())


@wrong("P-1a", "KL with the arguments exchanged on the left")
def bayes_reversed(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    return kl(joint / joint.sum(), q), kl(q, joint) + np.log(joint.sum())


@wrong("P-1a", "p(x) is added, not its logarithm")
def bayes_without_log(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    return kl(q, joint / joint.sum()), kl(q, joint) + joint.sum()


@wrong("P-1a", "averaged over the joint, not over q, on the right")
def bayes_average_over_joint(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    return kl(q, joint / joint.sum()), np.sum(joint * np.log(q / joint)) + np.log(joint.sum())


@wrong("P-1a", "the pair is exchanged with a sign: both sides negative")
def bayes_negative(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    return -kl(q, joint / joint.sum()), -kl(q, joint) - np.log(joint.sum())


@right("P-1b")
def split_by_loops(prior, likelihood, q, x):
    left = right_side = 0.0
    for k in range(len(q)):
        left += q[k] * (np.log(q[k]) - np.log(prior[k] * likelihood[k, x]))
        right_side += q[k] * np.log(q[k] / prior[k]) - q[k] * np.log(likelihood[k, x])
    return [left, right_side]


@right("P-1b")
def split_by_vectors(prior, likelihood, q, x):
    ll = np.log(likelihood[:, x])
    return q @ (np.log(q) - np.log(prior) - ll), kl(q, prior) - q @ ll


@wrong("P-1b", "the expected log-likelihood is added")
def split_plus(prior, likelihood, q, x):
    return kl(q, prior * likelihood[:, x]), kl(q, prior) + q @ np.log(likelihood[:, x])


@wrong("P-1b", "log of the average likelihood in place of the average of the log")
def split_log_of_mean(prior, likelihood, q, x):
    return kl(q, prior * likelihood[:, x]), kl(q, prior) - np.log(q @ likelihood[:, x])


@wrong("P-1b", "KL from the posterior on the left")
def split_from_posterior(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    return kl(q, joint / joint.sum()), kl(q, prior) - q @ np.log(likelihood[:, x])


@wrong("P-1b", "the log-likelihood is summed without the weights q")
def split_without_weights(prior, likelihood, q, x):
    return kl(q, prior * likelihood[:, x]), kl(q, prior) - np.log(likelihood[:, x]).sum()


@wrong("P-1b", "prior averaged: E under the prior in the second term")
def split_under_prior(prior, likelihood, q, x):
    return kl(q, prior * likelihood[:, x]), kl(q, prior) - prior @ np.log(likelihood[:, x])


@right("C3-best-q")
def best_q_in_logs(prior, likelihood, x):
    logs = np.log(prior) + np.log(likelihood[:, x])
    return np.exp(logs - np.logaddexp.reduce(logs))


@right("C3-best-q")
def best_q_as_list(prior, likelihood, x):
    joint = [a * b for a, b in zip(prior, likelihood[:, x], strict=True)]
    return [j / sum(joint) for j in joint]


@wrong("C3-best-q", "the prior itself")
def best_q_is_prior(prior, likelihood, x):
    return prior + 0


@wrong("C3-best-q", "all weight on the best z")
def best_q_one_hot(prior, likelihood, x):
    return np.eye(len(prior))[np.argmax(prior * likelihood[:, x])]


@wrong("C3-best-q", "the likelihood normalised, without the prior")
def best_q_of_likelihood(prior, likelihood, x):
    return likelihood[:, x] / likelihood[:, x].sum()


@wrong("C3-best-q", "the square root of the joint normalised")
def best_q_root(prior, likelihood, x):
    r = np.sqrt(prior * likelihood[:, x])
    return r / r.sum()


@wrong("C3-best-q", "the joint, not normalised")
def best_q_joint(prior, likelihood, x):
    return prior * likelihood[:, x]


@wrong("C3-best-q", "row x of the likelihood in place of column x")
def best_q_row(prior, likelihood, x):
    row = likelihood[x % len(likelihood)][: len(prior)]
    row = np.resize(row, len(prior))
    return prior * row / (prior * row).sum()


@right("X-3c")
def losses_by_loops(prior, likelihood, q, data):
    return [
        sum(q[i, k] * (np.log(q[i, k] / prior[k]) - np.log(likelihood[k, d])) for k in range(len(prior)))
        for i, d in enumerate(data)
    ]


@right("X-3c")
def losses_as_one_kl(prior, likelihood, q, data):
    joint = (prior[:, None] * likelihood)[:, data].T
    return np.einsum("nk,nk->n", q, np.log(q) - np.log(joint))


@wrong("X-3c", "the bound, not the loss: the sign")
def losses_are_bounds(prior, likelihood, q, data):
    ll = np.log(likelihood[:, data].T)
    return (q * ll).sum(1) - (q * np.log(q / prior)).sum(1)


@wrong("X-3c", "the KL is subtracted from the reconstruction loss")
def losses_minus_kl(prior, likelihood, q, data):
    ll = np.log(likelihood[:, data].T)
    return -(q * ll).sum(1) - (q * np.log(q / prior)).sum(1)


@wrong("X-3c", "the likelihood's average is over the prior")
def losses_under_prior(prior, likelihood, q, data):
    ll = np.log(likelihood[:, data].T)
    return (q * np.log(q / prior)).sum(1) - ll @ prior


@wrong("X-3c", "one q, the mean of all, serves all points")
def losses_with_mean_q(prior, likelihood, q, data):
    ll = np.log(likelihood[:, data].T)
    m = q.mean(axis=0)
    return np.sum(m * np.log(m / prior)) - ll @ m


@wrong("X-3c", "negative log-evidence, -log p(x), in place of the loss")
def losses_are_evidence(prior, likelihood, q, data):
    return -np.log(prior @ likelihood[:, data])


@wrong("X-3c", "reconstruction only at the most probable z")
def losses_at_best_z(prior, likelihood, q, data):
    ll = np.log(likelihood[:, data].T)
    return (q * np.log(q / prior)).sum(1) - ll[np.arange(len(q)), q.argmax(1)]


@right("S-TIGHT")
def gap_by_cholesky(covariance):
    precision = np.linalg.inv(covariance)
    lower = np.linalg.cholesky(precision)
    return 0.5 * np.log(np.diag(precision)).sum() - np.log(np.diag(lower)).sum()


@right("S-TIGHT")
def gap_by_eigenvalues(covariance):
    d = np.diag(np.linalg.inv(covariance))
    scaled = covariance * np.sqrt(np.outer(d, d))
    return 0.5 * np.sum(np.log(np.linalg.eigvalsh(scaled)))


@wrong("S-TIGHT", "q keeps the posterior's marginal variances (the reverse divergence)")
def gap_of_marginals(covariance):
    return 0.5 * (np.log(np.diag(covariance)).sum() - np.linalg.slogdet(covariance)[1])


@wrong("S-TIGHT", "the half is forgotten")
def gap_twice(covariance):
    p = np.linalg.inv(covariance)
    return np.log(np.diag(p)).sum() - np.linalg.slogdet(p)[1]


@wrong("S-TIGHT", "the sign of the gap")
def gap_negative(covariance):
    p = np.linalg.inv(covariance)
    return 0.5 * (np.linalg.slogdet(p)[1] - np.log(np.diag(p)).sum())


@wrong("S-TIGHT", "the sum of the off-diagonal entries squared, an approximation for small correlations")
def gap_by_correlations(covariance):
    s = np.sqrt(np.diag(covariance))
    c = covariance / np.outer(s, s)
    return 0.25 * ((c**2).sum() - len(c))


@wrong("S-TIGHT", "det and log without slogdet: infinite for hundreds of latents")
def gap_by_det(covariance):
    p = np.linalg.inv(covariance)
    return 0.5 * (np.log(np.prod(np.diag(p))) - np.log(np.linalg.det(p)))


@wrong("S-TIGHT", "averaged over the latents")
def gap_per_latent(covariance):
    p = np.linalg.inv(covariance)
    return 0.5 * (np.log(np.diag(p)).sum() - np.linalg.slogdet(p)[1]) / len(p)


@right("P-2ac")
def bound_by_list(log_likelihood, mean, std, kl, num_samples, rng):
    values = [float(log_likelihood(mean + std * rng.standard_normal())) for _ in range(num_samples)]
    return sum(values) / num_samples - kl


@right("P-2ac")
def bound_by_normal(log_likelihood, mean, std, kl, num_samples, rng):
    return np.average(log_likelihood(rng.normal(mean, std, size=num_samples)) - kl)


@wrong("P-2ac", "the KL is added")
def bound_plus_kl(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(mean + std * rng.standard_normal(num_samples))) + kl


@wrong("P-2ac", "log of the mean likelihood")
def bound_log_mean(log_likelihood, mean, std, kl, num_samples, rng):
    return np.log(np.mean(np.exp(log_likelihood(mean + std * rng.standard_normal(num_samples))))) - kl


@wrong("P-2ac", "the samples come from the prior")
def bound_from_prior(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(rng.standard_normal(num_samples))) - kl


@wrong("P-2ac", "the kl is divided by the number of samples as well")
def bound_kl_over_samples(log_likelihood, mean, std, kl, num_samples, rng):
    return (np.sum(log_likelihood(mean + std * rng.standard_normal(num_samples))) - kl) / num_samples


@wrong("P-2ac", "the log-likelihood at the mean of the samples")
def bound_at_mean_of_samples(log_likelihood, mean, std, kl, num_samples, rng):
    return float(log_likelihood(np.mean(mean + std * rng.standard_normal(num_samples)))) - kl


@wrong("P-2ac", "mean and std exchanged in the draw")
def bound_exchanged(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(std + mean * rng.standard_normal(num_samples))) - kl


@wrong("P-2ac", "antithetic noise taken as absolute: only z above the mean")
def bound_one_sided(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(mean + std * np.abs(rng.standard_normal(num_samples)))) - kl
