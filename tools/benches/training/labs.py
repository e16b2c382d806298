"""The labs' way: the operations of LAB-EN's figures 1 to 4 and 6, in autograd, in the labs' order.

The report prints four functions and the ADAM loop.  What it was given and does not print is here in its
plainest form: tanh networks whose parameters are nested lists, flattened into one vector; an objective of
that vector; float64, since nothing says otherwise; autograd's `grad`.

Kept, since it runs: the standard deviation squared and its root taken again; the logarithm of a sigmoid (not
finite for large logits); the reported bound, computed a second time after the update; ADAM's t, which moves
once an epoch; a new array for every operation of ADAM.

Mended or left out:
- the line before the noise that builds nested lists of zeros, and is overwritten: left out;
- the noise has the shape of the mean (printed: the global batch size, which fails on any other batch);
- the batch's images are handed to the objective (printed: their indices are made and not used);
- `print(t)` at every step is left out;
- the pixels are drawn afresh for each batch, as all contenders do it.
"""

from typing import Any

import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import grad
from autograd.misc.flatten import flatten

from tools.benches.training.contenders import AfterBlock
from tools.benches.training.task import Task

# The missing framework.


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def neural_net_predict(params: list, inputs: Any) -> Any:
    for weights, biases in params:
        outputs = np.dot(inputs, weights) + biases
        inputs = np.tanh(outputs)
    return outputs


# Figures 1 to 4.


def sample_latent_variables_from_posterior(encoder_output: Any) -> Any:
    D = encoder_output.shape[1] // 2
    mean, log_std = encoder_output[:, :D], encoder_output[:, D:]
    var = np.exp(log_std) ** 2
    return mean + np.sqrt(var) * npr.randn(*mean.shape)


def bernoulli_log_prob(targets: Any, logits: Any) -> Any:
    on = targets * np.log(sigmoid(logits))
    off = (1 - targets) * np.log(1 - sigmoid(logits))
    return np.sum(on + off, axis=1)


def compute_KL(encoder_output: Any) -> Any:
    D = encoder_output.shape[1] // 2
    mean, log_std = encoder_output[:, :D], encoder_output[:, D:]
    var = np.exp(log_std) ** 2
    return np.sum(0.5 * (var + mean**2 - 1 - np.log(var)), axis=-1)


def vae_lower_bound(gen_params: list, rec_params: list, data: Any) -> Any:
    encoder_output = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(encoder_output)
    log_prob = bernoulli_log_prob(data, neural_net_predict(gen_params, z))
    return np.mean(log_prob - compute_KL(encoder_output))


# The script around them; the loop is figure 6.


class Script:
    """What the script keeps in global variables."""

    def __init__(self, task: Task) -> None:
        params = [[(w.astype(float), b.astype(float)) for w, b in network] for network in task.params()]
        self.params, self.unflatten = flatten(params)
        self.data: Any = None
        self.objective_grad = grad(self.objective)

    def objective(self, flattened: Any) -> Any:
        gen_params, rec_params = self.unflatten(flattened)
        return vae_lower_bound(gen_params, rec_params, self.data)


def train_steps(task: Task, after_block: AfterBlock) -> None:
    """Take steps for ever.  A block is a fifth of the others', or it would take minutes."""
    npr.seed(1)
    script = Script(task)
    images = task.grey_images().astype(float)
    block = max(1, task.steps // 5)
    learning_rate, beta1, beta2, eps = 0.001, 0.9, 0.999, 10**-8
    theta, t, steps = script.params, 1, 0
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    while True:
        elbo_est = 0.0
        for start in range(0, len(images), task.batch):
            grey = images[start : start + task.batch]
            script.data = (npr.rand(*grey.shape) < grey).astype(float)
            g = script.objective_grad(theta)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * (g**2)
            m_hat = m / (1 - (beta1**t))
            v_hat = v / (1 - (beta2**t))
            theta = theta + (learning_rate * m_hat) / (np.sqrt(v_hat) + eps)
            elbo_est += script.objective(theta)
            steps += 1
            if steps % block == 0:
                after_block(elbo_est / (start // task.batch + 1), block)
        t = t + 1


def bound_and_gradients(task: Task, pixels: Any, seed: int) -> tuple[float, list]:
    """Return the bound at `task.params()` and its gradients, with our noise in place of the labs'."""
    script = Script(task)
    script.data = pixels.astype(float)
    randn, npr.randn = npr.randn, lambda *shape: task.noise(shape[0], seed)
    try:
        return float(script.objective(script.params)), script.unflatten(script.objective_grad(script.params))
    finally:
        npr.randn = randn
