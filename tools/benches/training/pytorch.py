"""PyTorch, eager, written as one would who knows it and wants it fast.

The same operations as ours: pixels drawn afresh, one reparameterised sample, the Bernoulli log-probability
from logits, the closed KL, ADAM; float32; the bound read after every step.  Of the ways to say the same,
these were the fastest on the processor: `rand < x` (`torch.bernoulli` takes more than twice as long),
`binary_cross_entropy_with_logits` where a gradient is needed, and `softplus` where none is.
"""

import math
from itertools import count

import numpy as np
import torch
from torch.nn import functional

from tools.benches.training.contenders import AfterBlock
from tools.benches.training.task import Task
from vaecore.foundations.networks import Network

ROWS_AT_ONCE = 500  # z that are decoded together in the estimate; 100 to 2,500 were tried


def mlp(params: Network) -> torch.nn.Sequential:
    """Return the same network in PyTorch: tanh between linear layers."""
    layers: list[torch.nn.Module] = []
    for weights, biases in params:
        linear = torch.nn.Linear(*weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T))
            linear.bias.copy_(torch.from_numpy(biases))
        layers += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def gradients_of(network: torch.nn.Sequential) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the gradients in our form, (weights (n_in, n_out), biases) of each layer."""
    return [
        (layer.weight.grad.T.numpy(), layer.bias.grad.numpy())
        for layer in network
        if isinstance(layer, torch.nn.Linear)
    ]


class TorchVAE(torch.nn.Module):
    """The encoder, the decoder, and the bound."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        gen_params, rec_params = task.params()
        self.decoder, self.encoder = mlp(gen_params), mlp(rec_params)

    def loss(self, x: torch.Tensor, eps: torch.Tensor) -> torch.Tensor:
        """Return minus the bound, the mean over the batch."""
        mean, log_std = self.encoder(x).chunk(2, dim=1)
        std = log_std.exp()
        logits = self.decoder(torch.addcmul(mean, std, eps))
        distortion = functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = 0.5 * (mean.square() + std.square() - 1).sum() - log_std.sum()
        return (distortion + kl) / len(x)


def train_steps(task: Task, after_block: AfterBlock, *, fused: bool = False) -> None:
    """Take steps for ever, in epochs over the shuffled images."""
    torch.manual_seed(1)
    vae = TorchVAE(task)
    optimizer = torch.optim.Adam(vae.parameters(), lr=0.001, fused=fused)
    images = torch.from_numpy(task.grey_images())
    while True:
        bounds = []
        for batch in torch.randperm(len(images)).split(task.batch):
            grey = images[batch]
            x = (torch.rand_like(grey) < grey).float()
            eps = torch.randn(len(x), task.latent)
            loss = vae.loss(x, eps)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            bounds.append(-loss.item())
        after_block(sum(bounds) / len(bounds), len(bounds))


def train_steps_fused(task: Task, after_block: AfterBlock) -> None:
    """As `train_steps`, with ADAM's update of all parameters in one compiled pass."""
    train_steps(task, after_block, fused=True)


@torch.inference_mode()
def log_likelihood(vae: TorchVAE, images: torch.Tensor, num_samples: int) -> torch.Tensor:
    """Return the importance-sampling estimate of log p(x) of each image: (N, D) to (N,)."""
    mean, log_std = vae.encoder(images).chunk(2, dim=1)
    std, latent_size = log_std.exp(), mean.shape[1]
    results = []
    for i, x in enumerate(images):
        log_weights = []
        for start in range(0, num_samples, ROWS_AT_ONCE):
            eps = torch.randn(min(ROWS_AT_ONCE, num_samples - start), latent_size)
            z = torch.addcmul(mean[i], std[i], eps)
            logits = vae.decoder(z)
            log_prob = logits @ x - functional.softplus(logits).sum(dim=1)
            # Both Gaussians without their constants, which cancel.
            log_weights.append(log_prob + 0.5 * (eps.square() - z.square()).sum(dim=1) + log_std[i].sum())
        results.append(torch.logsumexp(torch.cat(log_weights), dim=0) - math.log(num_samples))
    return torch.stack(results)


def estimate(task: Task, after_block: AfterBlock) -> None:
    """Estimate log p(x) of the images, block after block, for ever."""
    vae = TorchVAE(task)
    images = torch.from_numpy(task.binary_images(task.images))
    for seed in count():
        torch.manual_seed(seed)
        after_block(log_likelihood(vae, images, task.num_samples).mean().item(), task.images)


def bound_and_gradients(task: Task, pixels: np.ndarray, seed: int) -> tuple[float, list]:
    """Return the bound at `task.params()` and its gradients: what a step computes."""
    vae = TorchVAE(task)
    loss = vae.loss(torch.from_numpy(pixels), torch.from_numpy(task.noise(len(pixels), seed)))
    (-loss).backward()
    return -loss.item(), [gradients_of(vae.decoder), gradients_of(vae.encoder)]
