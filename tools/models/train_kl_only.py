"""Train the model "kl_only": the map's network on the KL divergence alone, which is a warning, not a model.

`tools/models/make_checkpoints.py kl_only` calls this; it takes a minute.
"""

from typing import Any

import autograd.numpy as anp
import numpy as np
from tqdm import tqdm

from vaecore import VAE, Adam, binarise, compute_KL, init_network, neural_net_predict, value_and_gradients
from vaecore.training.schedules import cosine

EPOCHS, BATCH_SIZE, LEARNING_RATE, SEED = 5, 100, 0.002, 3


def train_on_the_kl_alone(images: np.ndarray) -> VAE:
    """Return the map's network after ADAM on -KL(q(z | x) || p(z)); images: (N, 784), pixels in [0, 1].

    No gradient reaches the decoder: its weights stay as they were drawn.
    """
    rng = np.random.default_rng(SEED)
    gen_params, rec_params = init_network([2, 200, 200, 784], rng), init_network([784, 200, 200, 4], rng)
    batches, adam = len(images) // BATCH_SIZE, Adam()
    for _ in tqdm(range(EPOCHS), desc="KL alone", unit="epoch"):
        for chosen in np.array_split(rng.permutation(len(images)), batches):
            batch = binarise(images[chosen], rng)

            def objective(params: list, batch: np.ndarray = batch) -> Any:
                return -anp.sum(compute_KL(neural_net_predict(params, batch))) / len(batch)

            adam.learning_rate = LEARNING_RATE * cosine((adam.t + 1) / (EPOCHS * batches + 1))
            adam.ascend(rec_params, value_and_gradients(objective, rec_params)[1])
    return VAE(gen_params, rec_params)


def collapse(vae: VAE, images: np.ndarray) -> dict[str, float]:
    """Return how far the encoder has forgotten the images (B, 784): the mean KL in nats, and the extremes."""
    mean, log_std = vae.encode(images)
    return {
        "kl_as_shipped": float(np.mean(compute_KL(np.concatenate([mean, log_std], axis=1)))),
        "largest_mean": float(np.abs(mean).max()),
        "largest_log_std": float(np.abs(log_std).max()),
    }
