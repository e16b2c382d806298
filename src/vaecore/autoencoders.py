"""Autoencoders: an encoder and a decoder trained together, and what is added to their loss."""

import os
from collections.abc import Callable
from importlib import resources
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from vaecore.files.network_files import read_networks, write_networks
from vaecore.foundations import validation
from vaecore.foundations.errors import CheckpointError, InvalidInputError
from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import (
    Network,
    layer_sizes,
    matrix_product,
    neural_net_predict,
    sigmoid,
    tanh_layer,
)

KINDS = ("plain", "sparse", "denoising", "contractive")
OUTPUTS = ("sigmoid", "linear")
SHIPPED = ("autoencoder",)

# What the encoder's last layer does with a = h W + b, and its slope in terms of the code z that it makes.
CODES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "linear": (lambda a: a, lambda z: anp.ones_like(z)),
    "tanh": (anp.tanh, lambda z: 1 - z * z),
    "relu": (lambda a: anp.maximum(a, 0), lambda z: 1.0 * (getval(z) > 0)),
}


class Autoencoder:
    """An encoder x -> z and a decoder z -> x' that fit each other, both without chance.

    encoder_params: D to L.  decoder_params: L to D.
    code: what the encoder does last: "linear" (nothing), "tanh", or "relu", which sets what is negative to 0.
    output: what the decoder does last: "sigmoid", for pixels in (0, 1), or "linear".
    Raises InvalidInputError if the two do not fit, hold NaN, or `code` or `output` is unknown.
    """

    def __init__(
        self,
        encoder_params: Network,
        decoder_params: Network,
        *,
        output: str = "sigmoid",
        code: str = "linear",
    ) -> None:
        encoder, decoder = layer_sizes(encoder_params), layer_sizes(decoder_params)
        if (encoder[0], encoder[-1]) != (decoder[-1], decoder[0]):
            raise InvalidInputError(
                f"the encoder has widths {encoder} and the decoder {decoder}; expected D to L and L to D, "
                f"here {decoder[-1]} to {decoder[0]} for the encoder"
            )
        validation.one_of(output, "output", OUTPUTS)
        validation.one_of(code, "code", tuple(CODES))
        for name, params in (("encoder_params", encoder_params), ("decoder_params", decoder_params)):
            for i, (weights, biases) in enumerate(params):
                validation.finite(weights, f"the weights of {name}[{i}]")
                validation.finite(biases, f"the biases of {name}[{i}]")
        self.encoder_params = encoder_params
        self.decoder_params = decoder_params
        self.output = output
        self.code = code

    @property
    def latent_size(self) -> int:
        """L, the number of numbers in a code."""
        return layer_sizes(self.decoder_params)[0]

    @property
    def image_size(self) -> int:
        """D, the number of pixels of an image."""
        return layer_sizes(self.decoder_params)[-1]

    def __repr__(self) -> str:
        widths = [*layer_sizes(self.encoder_params), *layer_sizes(self.decoder_params)[1:]]
        return f"Autoencoder({'-'.join(map(str, widths))}, {self.code} code, {self.output} output)"

    def encode(self, images: Any) -> Any:
        """Return the code of each image: (B, D) to (B, L).

        Raises InvalidInputError for pixels outside [0, 1] or another width than the model's.
        """
        images = validation.pixels(images, "images", width=self.image_size)
        return encode(self.encoder_params, images, self.code)

    def decode(self, z: Any) -> Any:
        """Return the image of each code: (B, L) to (B, D); in [0, 1], unless the output is linear.

        Raises InvalidInputError for another width than the model's, or NaN.
        """
        z = validation.batch(z, "z", width=self.latent_size)
        outputs = neural_net_predict(self.decoder_params, z)
        return sigmoid(outputs) if self.output == "sigmoid" else outputs

    def save(self, path: str | os.PathLike[str], dtype: Any = None) -> None:
        """Write both networks to `path`, checksummed and in one move: a failure leaves the old file whole.

        dtype: np.float16 halves the file and rounds the weights; by default they are kept as they are.
        Raises CheckpointError if the file cannot be written, InvalidInputError for a dtype that is not
        floating-point or in which a weight is too large.
        """
        networks = {"encoder": self.encoder_params, "decoder": self.decoder_params}
        write_networks(path, "Autoencoder", networks, dtype, {"output": self.output, "code": self.code})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Autoencoder":
        """Return the autoencoder that `save` wrote.

        Raises CheckpointError for a file that is missing, damaged, from another version, or something else.
        """
        (encoder_params, decoder_params), meta = read_networks(path, "Autoencoder", ("encoder", "decoder"))
        try:
            return cls(encoder_params, decoder_params, output=meta["output"], code=meta["code"])
        except (KeyError, TypeError, InvalidInputError) as error:
            raise CheckpointError(f"{path} holds no usable Autoencoder: {error}") from error

    @classmethod
    def load_shipped(cls, name: str) -> "Autoencoder":
        """Return a trained model that comes with the package: "autoencoder" (2 numbers in a code).

        Raises InvalidInputError for another name.
        """
        if name not in SHIPPED:
            raise InvalidInputError(f"there is no shipped model {name!r}; there is {', '.join(SHIPPED)}")
        with resources.as_file(resources.files("vaecore") / "shipped" / f"{name}.npz") as path:
            return cls.load(path)


def encode(encoder_params: Network, images: Any, code: str = "linear") -> Any:
    """Return the codes of images: (B, D) to (B, L).  code: as for `Autoencoder`.

    Raises InvalidInputError for widths that do not fit, NaN, or an unknown code.
    """
    activation, _ = CODES[validation.one_of(code, "code", tuple(CODES))]
    return activation(neural_net_predict(encoder_params, images))


def distances_between(a: Any, b: Any) -> np.ndarray:
    """Return the distance of each code in a from each code in b: (M, L) and (N, L) to (M, N), float64.

    Raises InvalidInputError for codes of different widths, or NaN.
    """
    a = validation.batch(a, "a")
    b = validation.batch(b, "b", width=a.shape[1])
    validation.finite(a, "a")
    validation.finite(b, "b")
    return np.linalg.norm(a[:, None].astype(np.float64) - b[None].astype(np.float64), axis=-1)


# The two errors of reconstruction


def squared_error(images: Any, outputs: Any) -> Any:
    """Return sum_j (x_j - x'_j)^2 of each image: (B, D) and (B, D) to (B,).

    Raises InvalidInputError for shapes that do not match.
    """
    images, outputs = validation.batch(images, "images"), validation.batch(outputs, "outputs")
    if np.shape(getval(images)) != np.shape(getval(outputs)):
        raise InvalidInputError(
            f"images has shape {np.shape(getval(images))} and outputs {np.shape(getval(outputs))}, "
            "expected the same"
        )
    return anp.sum((images - outputs) ** 2, axis=1)


def cross_entropy(images: Any, logits: Any) -> Any:
    """Return -sum_j [x_j log s_j + (1 - x_j) log(1 - s_j)] of each image, in nats: (B, D) and (B, D) to (B,).

    s_j = sigmoid(logit_j).  images: pixels in [0, 1].  For each pixel it is smallest where s_j = x_j.
    Raises InvalidInputError for shapes that do not match, pixels outside [0, 1], NaN.
    """
    return -bernoulli_log_prob(images, logits)


# What the variants add


def sparsity_penalty(codes: Any) -> Any:
    """Return sum_j |z_j| of each code, its L1 norm: (B, L) to (B,).

    Source: Goodfellow, Bengio & Courville (2016), "Deep Learning", section 14.2.1.
    Raises InvalidInputError for anything but a batch of codes.
    """
    return anp.sum(anp.abs(validation.batch(codes, "codes")), axis=1)


def corrupt(images: Any, rng: np.random.Generator, fraction: float = 0.5) -> np.ndarray:
    """Return images in which each pixel has been set to 0 with probability `fraction` ("masking noise").

    images: (B, D), pixels in [0, 1]; they stay as they are.  Returns (B, D) in their dtype.
    Source: Vincent, Larochelle, Bengio & Manzagol (2008), section 2.3.
    Raises InvalidInputError for pixels outside [0, 1] or a fraction outside [0, 1).
    """
    images = validation.pixels(images, "images")
    validation.generator(rng)
    fraction = validation.number(fraction, "fraction", at_least=0, below=1)
    return images * (rng.random(images.shape) >= fraction)


def contractive_penalty(encoder_params: Network, images: Any, code: str = "linear") -> Any:
    """Return ||J||_F^2 of each image, where J = dz/dx is the encoder's Jacobian, (L, D): (B, D) to (B,).

    J says how far the code moves when a pixel changes; the penalty is the sum of the squares of all its L D
    entries.  For an encoder of one layer, z = f(x W + b),

        ||J||_F^2 = sum_j f'_j^2 sum_i W_ij^2,      f'_j = 1 - z_j^2 for tanh.

    For more layers the chain rule goes back from the code, a layer at a time, and is exact too.

    Source: Rifai, Vincent, Muller, Glorot & Bengio (2011), equations 4 and 8.
    Raises InvalidInputError for widths that do not fit, NaN, or an unknown code.
    """
    validation.network(encoder_params)
    h = validation.batch(images, "images", width=np.shape(encoder_params[0][0])[0])
    _, slope_of = CODES[validation.one_of(code, "code", tuple(CODES))]
    slopes = []  # of the hidden layers: tanh' = 1 - tanh^2, (B, n)
    for weights, biases in encoder_params[:-1]:
        h = tanh_layer(h, weights, biases)
        slopes.append(1 - h * h)
    slope = slope_of(encode(encoder_params[-1:], h, code))  # (B, L)

    first_weights, last_weights = encoder_params[0][0], encoder_params[-1][0]
    if not slopes:
        return anp.sum(slope**2 * anp.sum(first_weights**2, axis=0), axis=1)
    # dz/da for the sums a that go into a hidden layer, from the last one to the first: (B, L, n)
    jacobian = slope[:, :, None] * last_weights.T * slopes[-1][:, None, :]
    for (weights, _), hidden_slope in zip(encoder_params[-2:0:-1], slopes[-2::-1], strict=True):
        jacobian = _rows_times(jacobian, weights.T) * hidden_slope[:, None, :]
    # J = (dz/da) W^T, and its squared norm is the trace of J J^T: J itself, (B, L, D), is not needed.
    gram = matrix_product(first_weights.T, first_weights)
    return anp.sum(_rows_times(jacobian, gram) * jacobian, axis=(1, 2))


def _rows_times(stack: Any, matrix: Any) -> Any:
    """Return each of the stack's matrices times one: (B, L, n), (n, m) to (B, L, m)."""
    size, rows, width = stack.shape
    product = matrix_product(anp.reshape(stack, (size * rows, width)), matrix)
    return anp.reshape(product, (size, rows, matrix.shape[1]))
