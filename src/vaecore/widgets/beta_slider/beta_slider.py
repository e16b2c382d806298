"""The beta slider: one model for each weight of the KL, and what each pays for what it keeps."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from vaecore.beta_vae import active_units, rate_and_distortion
from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.networks import neural_net_predict
from vaecore.foundations.plots import image_grid
from vaecore.kl import kl_per_dimension
from vaecore.vae import VAE
from vaecore.widgets.parts.late_decoders import LateDecoders
from vaecore.widgets.parts.packing import (
    Model,
    encode,
    pack_decoder,
    pack_digits,
    several_models,
    unpack_images,
)
from vaecore.widgets.parts.state import Index, index_below

MOST_MODELS = 12
WALK = -3 + 0.75 * np.arange(9)  # the values of one latent on the walk


class BetaSlider(LateDecoders):
    """A slider over trained beta-VAEs: reconstructions, rate and distortion, a walk along one dimension.

    models: the VAEs by their beta, all of 28 x 28 images and of one latent size, in the order of beta.
    digits: (N, 784), pixels in [0, 1], to reconstruct, and their labels (N,).
    images: (M, 784), pixels 0 or 1, on which rate, distortion and the dimensions' KL are measured, with the
        same noise for every model.

    model (which of them, from 0), digit (where the walk starts) and dimension (from 0, in the order of the
    KL, the largest first) can be read, set, observed and linked.
    Raises InvalidInputError for models, digits or images that the widget cannot show.
    """

    script = "beta_slider"

    decoders = traitlets.List().tag(sync=True, book=True, shared="each")
    digits = traitlets.List().tag(sync=True, book=True)
    facts = traitlets.List().tag(sync=True, book=True)
    model = Index().tag(sync=True, book=True)
    digit = Index().tag(sync=True, book=True)
    dimension = Index().tag(sync=True, book=True)

    def __init__(
        self, models: Mapping[float, VAE], digits: Any, labels: Any, images: Any, **state: Any
    ) -> None:
        self._models = several_models(models, 2, MOST_MODELS, "load_beta_family(), VAEs by their beta")
        betas = [validation.number(beta, "beta", at_least=0) for beta in models]
        if betas != sorted(betas):
            raise InvalidInputError(f"models comes with the betas {betas}, expected them in rising order")
        decoders = [pack_decoder(vae) for vae in models.values()]
        if len(sizes := {vae.latent_size for vae in models.values()}) > 1:
            raise InvalidInputError(f"the models have {sorted(sizes)} latent dimensions, expected one number")
        packed, _, _ = pack_digits(next(iter(models.values())), digits, labels)
        facts = [_facts(beta, vae, digits, images) for beta, vae in zip(betas, models.values(), strict=True)]
        super().__init__(
            decoders=decoders,
            digits=[{"label": digit["label"], "pixels": digit["pixels"]} for digit in packed],
            facts=facts,
            **{"model": next((i for i, beta in enumerate(betas) if beta >= 1), 0), **state},
        )

    @traitlets.validate("model", "digit", "dimension")
    def _valid_index(self, proposal: dict) -> int:
        counts = {
            "model": len(self.facts), "digit": len(self.digits), "dimension": len(self.facts[0]["kl"])
        }  # fmt: skip
        return index_below(counts[proposal["trait"].name], proposal)

    def first_z(self) -> list[tuple[Model, Any]]:
        z: list[Any] = [[] for _ in self.facts]
        means, kl = (np.array(self.facts[self.model][name]) for name in ("means", "kl"))
        walk = np.tile(means[self.digit], (len(WALK), 1))
        walk[:, np.argsort(-kl, kind="stable")[self.dimension]] = WALK
        z[self.model] = np.concatenate([means, walk])
        return list(zip(self._models.values(), z, strict=True))

    @property
    def beta(self) -> float:
        """The beta of the model that is shown."""
        return self.facts[self.model]["beta"]

    @property
    def sentence(self) -> str:
        betas = ", ".join(f"{fact['beta']:g}" for fact in self.facts)
        return f"Digits in the first row; below, what models with beta = {betas} make of them, row by row."

    def fallback(self) -> np.ndarray:
        inputs = unpack_images(self.digits)
        rows = [
            vae.decode(np.array(fact["means"], np.float32))
            for vae, fact in zip(self._models.values(), self.facts, strict=True)
        ]
        return image_grid(np.concatenate([inputs, *rows]), columns=len(inputs))

    def __repr__(self) -> str:
        return f"BetaSlider({len(self.facts)} models, {len(self.digits)} digits)"


def _facts(beta: float, vae: VAE, digits: Any, images: Any) -> dict[str, Any]:
    """Return what is known of one model: plain numbers, in nats."""
    rate, distortion = rate_and_distortion(vae, images, np.random.default_rng(0))
    encoder_output = neural_net_predict(vae.rec_params, images)
    mean, _ = encode(vae, digits)
    return {
        "beta": beta,
        "rate": rate,
        "distortion": distortion,
        "alive": int(np.sum(active_units(encoder_output))),
        "kl": [float(v) for v in kl_per_dimension(encoder_output).mean(axis=0)],
        "means": [[float(v) for v in z] for z in mean],
    }
