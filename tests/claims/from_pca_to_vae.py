"""What chapter 9 says of its numbers."""

import numpy as np

from claims.registry import Names, says


@says(
    "PCA does little better than the mean digit.",
    "The two networks lose about the same, and much less than PCA.",
)
def two_numbers_hold_more_in_a_network(names: Names) -> None:
    """PCA loses 83% of what the mean loses; the networks 60% of that, within 4% of one another."""
    images = names["data"].test_images
    loss = {name: names["squared_error"](model, images) for name, model in names["models"].items()}
    assert 0.75 < loss["PCA"] / np.mean(names["always_the_mean"]) < 0.95
    assert abs(loss["autoencoder"] / loss["VAE"] - 1) < 0.15
    assert max(loss["autoencoder"], loss["VAE"]) < 0.75 * loss["PCA"]


@says("a linear decoder of two numbers can only mix three pictures: the mean and two others.")
def pca_mixes_three_pictures(names: Names) -> None:
    """The fourth singular value of 50 decoded codes is 0, that is, below a thousandth of the third."""
    z = 5 * np.random.default_rng(0).standard_normal((50, 2))
    singular = np.linalg.svd(names["pca"].decode(z), compute_uv=False)
    assert singular[3] < 1e-3 * singular[2]


@says(
    "PCA changes the mixture, and passes the fewest digits; nothing that it shows is close to a real one.",
    "The two networks pass nearly all of them, and the VAE's pictures are the nearest to real ones.",
)
def the_walk_around_the_middle(names: Names) -> None:
    """5 different digits by PCA, 9 by the autoencoder, 8 by the VAE; to the nearest one 28, 21 and 17."""
    (pca, far), (autoencoder, near), (vae, nearest) = (
        names["walks"][name] for name in ("PCA", "autoencoder", "VAE")
    )
    assert pca <= 6 and 7 <= min(autoencoder, vae)
    assert 1.1 * nearest < near and 1.2 * near < far


@says(
    "In every row the bound is below $\\log p(\\mathbf x)$, which was computed another way",
    "for a 1 and a 9 it is large",
)
def the_bounds_are_below(names: Names) -> None:
    """By 0.3 nats and more; the two largest differences are above 15, the next one keeps 3 away from them."""
    encoder_output = names["encoder_output"]
    rng = np.random.default_rng(6)
    x = names["binarise"](names["digits"], np.random.default_rng(5))
    likelihood = np.mean([
        names["bernoulli_log_prob"](x, names["neural_net_predict"](names["vae"].gen_params, z))
        for z in (names["sample_latent_variables_from_posterior"](encoder_output, rng) for _ in range(300))
    ], axis=0)
    gap = names["integrate_log_likelihood"](names["vae"], x) - (likelihood - names["kl"])
    largest = np.argsort(gap)[-2:]
    assert (gap > 0).all() and gap[largest].min() > 15 and np.sort(gap)[-3] < gap[largest].min() - 3
    assert sorted(names["labels"][largest]) == [1, 9]


@says("So PCA is a VAE whose decoder is linear, whose noise is Gaussian and whose bound has no gap.")
def the_bound_has_no_gap(names: Names) -> None:
    """To 1e-8 nats, of which rounding takes 1e-12."""
    x, log_std, mean = (names[name] for name in ("x", "log_std", "mean"))
    world = names["world"]
    np.testing.assert_allclose(world.elbo(x, mean, log_std), world.log_marginal(x), atol=1e-8)


@says("The mean is PCA's code $(\\mathbf x - \\mathbf m)\\, \\mathbf u_j^\\top$, times a number")
def the_mean_is_pcas_code(names: Names) -> None:
    """To a millionth of a code's usual size, which is 1."""
    np.testing.assert_allclose(names["mean"], names["shrink"] * names["pca_code"], atol=1e-6)


@says(
    "the curve falls all the way, to a third of where it begins.",
    "The more steps, the less each has to do",
    "32 of them lose about a third of what one does.",
    "The first divergence of {eq}`eq-summary-ladder` is smaller than a ten-thousandth here",
    "With one step the model cannot do better than a single bell.",
)
def more_steps_lose_less(names: Names) -> None:
    """Sums on a grid: from 0.184 nats to 0.057, which is 31% (25% to 40% are held); each row below the last.

    With one step it loses what a single bell of the data's mean and variance loses, to a hundredth.
    """
    lacking = np.array(list(names["lacking"].values()))
    assert (np.diff(lacking) < 0).all() and 0.25 < lacking[-1] / lacking[0] < 0.4
    each = [max(lost) for _, lost in names["ladders"].values()]
    assert (np.diff(each) < 0).all()
    x, dx, fish, normal = (names[name] for name in ("grid", "dx", "fish", "normal"))
    bell = np.sum(fish * np.log(fish / normal(x, 0, 1))) * dx
    assert abs(lacking[0] / bell - 1) < 0.02
    end = [q[-1] for q, _ in names["ladders"].values()]
    assert all(abs(np.sum(q * np.log(q / normal(x, 0, 1))) * dx) < 1e-4 for q in end)


@says("With noise above $\\lambda$ the best decoder does not use this latent at all")
def too_much_noise_is_collapse(names: Names) -> None:
    """A formula, on a grid of 0.005: the root of 0.3, and 0."""
    little, much = (names["best_length"][noise] for noise in (0.2, 1.0))
    assert abs(little - np.sqrt(0.3)) < 0.01 and much == 0


@says(
    "The likelihood cannot distinguish these worlds, but the bound can.",
    "the worst turn costs about a hundredth of a nat",
)
def the_bound_picks_the_axes(names: Names) -> None:
    """0.012 nats at 45 degrees, none at 0; log p(x) stays to 1e-8."""
    lost = names["lost"]
    assert abs(lost[0]) < 1e-7 < lost[15] < lost[30] < lost[45] and 0.005 < lost[45] < 0.02
    straight, turned = (names["turned_by"](d).log_marginal(names["x"]) for d in (0, 45))
    np.testing.assert_allclose(straight, turned, rtol=1e-8)
