"""A variational autoencoder: two networks, and the file they are kept in."""

import os
from importlib import resources
from typing import Any

from vaecore.files.network_files import read_networks, write_networks
from vaecore.foundations import validation
from vaecore.foundations.errors import CheckpointError, InvalidInputError
from vaecore.foundations.networks import Network, layer_sizes, neural_net_predict, sigmoid

BETAS = (0.25, 0.5, 1, 2, 4, 8, 16)  # a family of models that differ in the KL's weight alone
SHIPPED = ("lab", "map", "iwae", "kl_only", *(f"beta-{beta:g}" for beta in BETAS))


class VAE:
    """An encoder q(z | x) and a decoder p(x | z) that fit each other.

    gen_params: the decoder ("generative model"), L to D logits.
    rec_params: the encoder ("recognition model"), D to 2L numbers: L means, then L log standard deviations.
    Raises InvalidInputError if the two do not fit, or hold NaN.
    """

    def __init__(self, gen_params: Network, rec_params: Network) -> None:
        generative, recognition = layer_sizes(gen_params), layer_sizes(rec_params)
        if recognition[-1] != 2 * generative[0] or recognition[0] != generative[-1]:
            raise InvalidInputError(
                f"the encoder has widths {recognition} and the decoder {generative}; expected an encoder "
                f"D to 2L and a decoder L to D, here {generative[-1]} to {2 * generative[0]} for the encoder"
            )
        for name, params in (("gen_params", gen_params), ("rec_params", rec_params)):
            for i, (weights, biases) in enumerate(params):
                validation.finite(weights, f"the weights of {name}[{i}]")
                validation.finite(biases, f"the biases of {name}[{i}]")
        self.gen_params = gen_params
        self.rec_params = rec_params

    @property
    def latent_size(self) -> int:
        """L, the number of latent dimensions."""
        return layer_sizes(self.gen_params)[0]

    @property
    def image_size(self) -> int:
        """D, the number of pixels of an image."""
        return layer_sizes(self.gen_params)[-1]

    def __repr__(self) -> str:
        encoder = "-".join(map(str, layer_sizes(self.rec_params)[:-1]))
        decoder = "-".join(map(str, layer_sizes(self.gen_params)[1:]))
        return f"VAE({encoder}-2x{self.latent_size}, {self.latent_size}-{decoder})"

    def encode(self, images: Any) -> tuple[Any, Any]:
        """Return the mean and the log standard deviation of q(z | x): (B, D) to (B, L) and (B, L).

        Raises InvalidInputError for pixels outside [0, 1] or another width than the model's.
        """
        images = validation.pixels(images, "images", width=self.image_size)
        encoder_output = neural_net_predict(self.rec_params, images)
        return encoder_output[:, : self.latent_size], encoder_output[:, self.latent_size :]

    def decode(self, z: Any) -> Any:
        """Return the probability that each pixel is on: (B, L) to (B, D), in [0, 1].

        Raises InvalidInputError for another width than the model's, or NaN.
        """
        z = validation.batch(z, "z", width=self.latent_size)
        return sigmoid(neural_net_predict(self.gen_params, z))

    def save(self, path: str | os.PathLike[str], dtype: Any = None) -> None:
        """Write both networks to `path`, checksummed and in one move: a failure leaves the old file whole.

        dtype: np.float16 halves the file and rounds the weights; by default they are kept as they are.
        Raises CheckpointError if the file cannot be written, InvalidInputError for a dtype that is not
        floating-point or in which a weight is too large.
        """
        write_networks(path, "VAE", {"gen": self.gen_params, "rec": self.rec_params}, dtype)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "VAE":
        """Return the VAE that `save` wrote.

        Raises CheckpointError for a file that is missing, damaged, from another version, or something else.
        """
        (gen_params, rec_params), _ = read_networks(path, "VAE", ("gen", "rec"))
        try:
            return cls(gen_params, rec_params)
        except InvalidInputError as error:
            raise CheckpointError(f"{path} holds no usable VAE: {error}") from error

    @classmethod
    def load_shipped(cls, name: str) -> "VAE":
        """Return a model that comes with the package, by its name.

        "lab": 50 latents.  "iwae": the same network, trained further on the importance-weighted bound.
        "map": 2 latents.  "kl_only": the map's network, trained on the KL divergence alone; it forgets the
            digits.
        "beta-0.25" to "beta-16": 10 latents; BETAS has all seven weights of the KL.

        Raises InvalidInputError for another name.
        """
        if name not in SHIPPED:
            raise InvalidInputError(f"there is no shipped model {name!r}; there are {', '.join(SHIPPED)}")
        with resources.as_file(resources.files("vaecore") / "shipped" / f"{name}.npz") as path:
            return cls.load(path)
