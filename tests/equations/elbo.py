"""The equations of book/03_elbo.md, on worlds in which everything is exact.

Of the worlds mostly their arrays are used, not their methods: each side is a sum of its own.
"""

import itertools

import numpy as np

from equations.registry import checks
from vaecore import compute_KL, gaussian_log_prob, init_network, neural_net_predict, sgvb_b
from vaecore.kl import discrete_kl
from vaecore.latent_variable_models import DiscreteWorld, LinearGaussianWorld


def random_worlds(count=200):
    """A world, a distribution q over its z, and an x, all at random."""
    rng = np.random.default_rng(3)
    for _ in range(count):
        k, m = rng.integers(2, 7, size=2)
        yield DiscreteWorld.random(rng, int(k), int(m)), rng.dirichlet(np.ones(k)), int(rng.integers(m))


def evidence(world, x):
    return np.log(sum(p * row[x] for p, row in zip(world.prior, world.likelihood, strict=True)))


def close(a, b, tolerance=1e-12):
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@checks("eq-elbo-kl")
def the_divergence_is_an_average_log_ratio() -> None:
    """The mean of the log ratio over draws of z from q, within six standard errors: false alarm 2e-9 each."""
    rng = np.random.default_rng(4)
    for world, q, x in random_worlds(20):
        posterior = world.prior * world.likelihood[:, x] / np.exp(evidence(world, x))
        z = rng.choice(len(q), size=20_000, p=q)
        ratios = np.log(q[z] / posterior[z])
        assert abs(ratios.mean() - discrete_kl(q, posterior)) < 6 * ratios.std() / np.sqrt(len(z)) + 1e-12


@checks("eq-elbo-bayes")
def each_line_of_the_first_derivation_is_the_same_number() -> None:
    """Line by line, on random discrete worlds."""
    for world, q, x in random_worlds():
        joint, log_p = world.prior * world.likelihood[:, x], evidence(world, x)
        posterior = joint / np.exp(log_p)
        lines = [
            discrete_kl(q, posterior),
            np.sum(q * np.log(q * np.exp(log_p) / joint)),
            np.sum(q * (np.log(q / joint) + log_p)),
            np.sum(q * np.log(q / joint)) + np.sum(q * log_p),
            np.sum(q * np.log(q / joint)) + log_p,
        ]
        close(lines, lines[0])


@checks("eq-elbo-split", "eq-elbo-two-forms")
def joint_minus_log_q_is_likelihood_minus_kl_to_the_prior() -> None:
    """Also in the linear-Gaussian world, where the first form is estimated: six standard errors, 2e-9."""
    for world, q, x in random_worlds():
        joint = world.prior * world.likelihood[:, x]
        middle = np.sum(q * (np.log(q / world.prior) - np.log(world.likelihood[:, x])))
        second = np.sum(q * np.log(world.likelihood[:, x])) - discrete_kl(q, world.prior)
        close([np.sum(q * np.log(q / joint)), middle], -second)
        close(world.elbo(q, x), second)

    rng = np.random.default_rng(5)
    world = LinearGaussianWorld(rng.normal(size=(2, 3)), rng.normal(size=3), 0.6)
    x, n = rng.normal(size=(1, 3)), 50_000
    mean, log_std = rng.normal(size=(1, 2)), rng.normal(size=(1, 2)) / 3
    rows = np.repeat(mean, n, axis=0), np.repeat(log_std, n, axis=0)
    z = rows[0] + np.exp(rows[1]) * rng.standard_normal((n, 2))
    centre = z @ world.weights + world.biases
    log_joint = gaussian_log_prob(np.repeat(x, n, axis=0), centre, np.full_like(centre, np.log(0.6)))
    log_joint += gaussian_log_prob(z, np.zeros_like(z), np.zeros_like(z))
    ratios = log_joint - gaussian_log_prob(z, *rows)
    assert abs(ratios.mean() - world.elbo(x, mean, log_std)[0]) < 6 * ratios.std() / np.sqrt(n)


@checks("eq-elbo-identity")
def log_evidence_is_elbo_plus_kl() -> None:
    """On 200 random discrete worlds to 1e-12, and in linear-Gaussian worlds to 1e-9."""
    for world, q, x in random_worlds():
        joint = world.prior * world.likelihood[:, x]
        elbo = np.sum(q * np.log(world.likelihood[:, x])) - discrete_kl(q, world.prior)
        close(elbo + discrete_kl(q, joint / joint.sum()), evidence(world, x))
    rng = np.random.default_rng(6)
    for _ in range(20):
        world = LinearGaussianWorld(rng.normal(size=(3, 4)), rng.normal(size=4), float(rng.uniform(0.3, 2)))
        x, mean, log_std = rng.normal(size=(5, 4)), rng.normal(size=(5, 3)), rng.normal(size=(5, 3)) / 2
        total = world.elbo(x, mean, log_std) + world.kl_to_posterior(x, mean, log_std)
        close(total, world.log_marginal(x), 1e-9)


@checks("eq-elbo-gibbs")
def the_divergence_is_never_negative() -> None:
    """log t <= t - 1 and its consequence; equality at q = p alone; and a q that leaves values of z out."""
    t = np.concatenate([np.geomspace(1e-12, 1e12, 2001), 1 + np.linspace(-1e-3, 1e-3, 2001)])
    t = t[t != 1]
    assert (np.log(t) < t - 1).all() and np.log(1.0) == 0.0
    nearest = np.inf
    for world, q, x in random_worlds():
        posterior = world.prior * world.likelihood[:, x] / np.exp(evidence(world, x))
        kl = -np.sum(q * np.log(posterior / q))
        assert kl >= -np.sum(q * (posterior / q - 1)) - 1e-15  # the first line
        assert kl > 0
        nearest = min(nearest, kl)
        close(-np.sum(posterior * np.log(posterior / posterior)), 0)
        some = np.where(np.arange(len(q)) == 0, 0, q) / q[1:].sum()  # never the first z
        kept = some > 0
        total = np.sum(posterior[kept])
        assert total < 1 and -np.sum(some[kept] * np.log(posterior[kept] / some[kept])) >= 1 - total
    assert nearest < 0.05  # the strict case was tried near equality too


@checks("eq-elbo-bound", "eq-elbo-jensen")
def the_bound_is_below_and_touches_at_the_posterior() -> None:
    """On random discrete worlds: strictly below for a random q and near the posterior, equal at it."""
    for world, q, x in random_worlds():
        joint, log_p = world.prior * world.likelihood[:, x], evidence(world, x)
        close(np.log(np.sum(q * (joint / q))), log_p)  # the mean of the ratios, whatever q is
        bound = np.sum(q * np.log(joint / q))
        assert bound < log_p
        posterior = joint / joint.sum()
        ratios = joint / posterior
        close(ratios, np.exp(log_p))  # all equal: Jensen loses nothing
        close(np.sum(posterior * np.log(ratios)), log_p)
        near = 0.999 * posterior + 0.001 * q
        assert bound < np.sum(near * np.log(joint / near)) < log_p


@checks("eq-elbo-loss")
def the_loss_is_minus_the_bound_of_one_point() -> None:
    """Per point and summed; at least -log p(x), with equality at the posterior."""
    for world, q, x in random_worlds():
        joint = world.prior * world.likelihood[:, x]
        loss = -np.sum(q * np.log(world.likelihood[:, x])) + discrete_kl(q, world.prior)
        close(loss, -np.sum(q * np.log(joint / q)))
        assert loss > -evidence(world, x)
        posterior = joint / joint.sum()
        best = -np.sum(posterior * np.log(world.likelihood[:, x])) + discrete_kl(posterior, world.prior)
        close(best, -evidence(world, x))


@checks("eq-elbo-factorised")
def the_gap_of_the_best_factorised_gaussian() -> None:
    """Against the KL of two Gaussians; no other factorised q is better; 0 for a diagonal precision."""
    rng = np.random.default_rng(7)
    for size in (2, 3, 5):
        factor = rng.normal(size=(size, size))
        precision = factor @ factor.T + 0.3 * np.eye(size)

        def kl(variances, precision=precision):
            """KL(N(m, diag(variances)) || N(m, precision^-1))"""
            covariance, s = np.linalg.inv(precision), np.diag(variances)
            trace = np.trace(np.linalg.solve(covariance, s))
            return 0.5 * (trace - len(s) + np.linalg.slogdet(covariance)[1] - np.linalg.slogdet(s)[1])

        formula = 0.5 * (np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1])
        best = 1 / np.diag(precision)
        close(kl(best), formula, 1e-9)
        assert formula > 0.01
        for _ in range(200):
            assert kl(best * np.exp(rng.normal(size=size) * rng.choice([0.01, 0.3, 1]))) > formula
        for mean_step in rng.normal(size=(20, size)):  # a wrong mean costs, too
            assert mean_step @ precision @ mean_step > 0
    diagonal = np.diag(rng.uniform(0.5, 3, 4))
    close(np.log(np.diag(diagonal)).sum() - np.linalg.slogdet(diagonal)[1], 0)
    for rho in (-0.9, 0.0, 0.5):
        two = np.linalg.inv([[1.0, rho], [rho, 1.0]])
        formula = 0.5 * (np.log(np.diag(two)).sum() - np.linalg.slogdet(two)[1])
        close(formula, -0.5 * np.log(1 - rho**2), 1e-10)


@checks("eq-elbo-monte-carlo")
def samples_in_place_of_the_average() -> None:
    """In a discrete world the mean of the estimate over all (z_1, z_2) is the bound; for networks the code's
    estimate is the formula with the same noise."""
    for world, q, x in random_worlds(20):
        kl, log_likelihood = discrete_kl(q, world.prior), np.log(world.likelihood[:, x])
        mean = sum(
            q[a] * q[b] * ((log_likelihood[a] + log_likelihood[b]) / 2 - kl)
            for a, b in itertools.product(range(len(q)), repeat=2)
        )
        close(mean, np.sum(q * log_likelihood) - kl)

    rng = np.random.default_rng(8)
    decoder, encoder = init_network((2, 6), rng, np.float64), init_network((6, 4), rng, np.float64)
    x = rng.integers(0, 2, size=(3, 6)).astype(float)
    encoder_output = neural_net_predict(encoder, x)
    noise = np.random.default_rng(9).standard_normal((5, 3, 2))
    samples = [encoder_output[:, :2] + np.exp(encoder_output[:, 2:]) * eps for eps in noise]
    logits = [neural_net_predict(decoder, z) for z in samples]
    likelihoods = [np.sum(x * a - np.logaddexp(0, a), axis=1) for a in logits]
    formula = np.mean(likelihoods, axis=0) - compute_KL(encoder_output)
    close(sgvb_b(decoder, encoder, x, np.random.default_rng(9), num_samples=5), formula)
