"""What every contender does: training steps on one network, and the estimate of log p(x) under it."""

from dataclasses import dataclass

import numpy as np

from vaecore import binarise, init_network, load_mnist, sample_latent_variables_from_posterior
from vaecore.foundations.networks import Network

IMAGE_SIZE = 784


@dataclass(frozen=True)
class Task:
    """One network and the sizes of the work.

    hidden: widths of the encoder's hidden layers; the decoder mirrors them.  latent: L.
    batch: images in a step.  steps: steps in a block, the piece of work that is timed; a block is also an
        epoch, so the data set has batch * steps images.
    images, num_samples: of the estimate of log p(x): how many images a block has, samples for each.
    """

    hidden: tuple[int, ...] = (200, 200)
    latent: int = 50
    batch: int = 200
    steps: int = 20
    images: int = 50
    num_samples: int = 5000

    @property
    def network(self) -> str:
        """As in "784-200-200-2x50"; the decoder has the same widths in reverse."""
        return "-".join(map(str, (IMAGE_SIZE, *self.hidden, f"2x{self.latent}")))

    def params(self) -> list[Network]:
        """Return [gen_params, rec_params], float32, the same in every process."""
        rng = np.random.default_rng(1)
        gen_params = init_network([self.latent, *reversed(self.hidden), IMAGE_SIZE], rng)
        rec_params = init_network([IMAGE_SIZE, *self.hidden, 2 * self.latent], rng)
        return [gen_params, rec_params]

    def grey_images(self) -> np.ndarray:
        """Return the data set: (batch * steps, 784) digits of the embedded sample, pixels in [0, 1]."""
        digits = load_mnist("sample").train_images
        return np.resize(digits, (self.batch * self.steps, IMAGE_SIZE))  # repeated, should they not suffice

    def binary_images(self, count: int) -> np.ndarray:
        """Return held-out digits whose pixels are 0 or 1, the same in every process: (count, 784)."""
        digits = np.resize(load_mnist("sample").test_images, (count, IMAGE_SIZE))
        return binarise(digits, np.random.default_rng(2))

    def noise(self, count: int, seed: int) -> np.ndarray:
        """Return the noise (count, L) that vaecore draws with this seed: the sample where q is N(0, I)."""
        standard = np.zeros((count, 2 * self.latent), np.float32)
        return sample_latent_variables_from_posterior(standard, np.random.default_rng(seed))
