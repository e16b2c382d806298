"""vaecore: the core of a book on variational autoencoders, small enough to be read.

The modules beside this file are those that the chapters teach.  What they stand on has rooms of its own:
`foundations` and `files`; so have `training`, the `exercises` and the `widgets`.
Everything a reader needs is importable from here.
"""

import importlib
import sys

from vaecore.adam import SGD, Adam
from vaecore.autoencoders import Autoencoder
from vaecore.elbo import (
    importance_weighted_bound,
    sgvb_a,
    sgvb_b,
    vae_lower_bound,
    vae_lower_bound_sum,
)
from vaecore.files.data import (
    Dataset,
    binarise,
    fetch_mnist,
    lab_digits,
    load_mnist,
    without_sample_held_out,
)
from vaecore.foundations.errors import (
    CheckpointError,
    DataError,
    DivergenceError,
    InvalidInputError,
    VaecoreError,
)
from vaecore.foundations.gradients import value_and_gradients
from vaecore.foundations.likelihoods import bernoulli_log_prob, gaussian_log_prob
from vaecore.foundations.networks import init_network, neural_net_predict, sigmoid
from vaecore.foundations.plots import image_grid, live_history, plot_history, plot_latent_map, show_images
from vaecore.generation import interpolate, prior_samples, reconstruct, save_images
from vaecore.kl import compute_KL
from vaecore.log_likelihood import estimate_log_likelihood, integrate_log_likelihood
from vaecore.pca import PCA
from vaecore.reparameterization import sample_latent_variables_from_posterior
from vaecore.training import TrainingResult, train, train_autoencoder
from vaecore.vae import VAE

__version__ = "0.1.0"

__all__ = [
    "PCA",
    "SGD",
    "VAE",
    "Adam",
    "Autoencoder",
    "CheckpointError",
    "DataError",
    "Dataset",
    "DivergenceError",
    "InvalidInputError",
    "TrainingResult",
    "VaecoreError",
    "bernoulli_log_prob",
    "binarise",
    "compute_KL",
    "estimate_log_likelihood",
    "fetch_mnist",
    "gaussian_log_prob",
    "image_grid",
    "importance_weighted_bound",
    "init_network",
    "integrate_log_likelihood",
    "interpolate",
    "lab_digits",
    "live_history",
    "load_mnist",
    "neural_net_predict",
    "plot_history",
    "plot_latent_map",
    "prior_samples",
    "reconstruct",
    "sample_latent_variables_from_posterior",
    "save_images",
    "sgvb_a",
    "sgvb_b",
    "show_images",
    "sigmoid",
    "train",
    "train_autoencoder",
    "vae_lower_bound",
    "vae_lower_bound_sum",
    "value_and_gradients",
    "without_sample_held_out",
]

# Modules that moved into a room can still be imported by the names that chapters and readers' notebooks use:
# `from vaecore.plots import ...` finds `vaecore.foundations.plots`.
for _old, _new in {
    "autoencoder_training": "training.autoencoders",
    "colours": "foundations.colours",
    "compiled": "foundations.compiled",
    "data": "files.data",
    "errors": "foundations.errors",
    "gradients": "foundations.gradients",
    "likelihoods": "foundations.likelihoods",
    "mnist_files": "files.mnist_files",
    "network_files": "files.network_files",
    "networks": "foundations.networks",
    "parameters": "foundations.parameters",
    "plots": "foundations.plots",
    "storage": "files.storage",
    "training_state": "training.checkpoints",
    "validation": "foundations.validation",
}.items():
    globals()[_old] = sys.modules[f"vaecore.{_old}"] = importlib.import_module(f"vaecore.{_new}")
# It stood in `vaecore.vae` before it had a module of its own.
setattr(sys.modules["vaecore.vae"], "estimate_log_likelihood", estimate_log_likelihood)  # noqa: B010
