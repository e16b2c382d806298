"""vaecore, as a reader uses it: `train` for the steps, `estimate_log_likelihood` for the estimate."""

from itertools import count

import numpy as np

from tools.benches.training.contenders import AfterBlock
from tools.benches.training.task import Task
from vaecore import VAE, estimate_log_likelihood, train, vae_lower_bound
from vaecore.foundations.gradients import value_and_gradients


def train_steps(task: Task, after_block: AfterBlock) -> None:
    """Run `train` for ever; a block is an epoch, with everything that `train` does between epochs."""
    train(
        task.grey_images(),
        np.random.default_rng(1),
        hidden_sizes=task.hidden,
        latent_size=task.latent,
        batch_size=task.batch,
        epochs=10**9,
        on_epoch=lambda history: after_block(history["bound"][-1], task.steps),
        progress=False,
    )


def estimate(task: Task, after_block: AfterBlock) -> None:
    """Estimate log p(x) of the images, block after block, for ever."""
    vae = VAE(*task.params())
    images = task.binary_images(task.images)
    for seed in count():
        log_p = estimate_log_likelihood(vae, images, np.random.default_rng(seed), task.num_samples)
        after_block(float(log_p.mean()), task.images)


def bound_and_gradients(task: Task, pixels: np.ndarray, seed: int) -> tuple[float, list]:
    """Return the bound at `task.params()` and its gradients, in the same nesting: what a step computes."""
    bound, gradients = value_and_gradients(
        lambda params: vae_lower_bound(*params, pixels, np.random.default_rng(seed)), task.params()
    )
    return float(bound), gradients
