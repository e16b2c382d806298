"""The matrix products of a step and nothing else, in NumPy: what no training step in NumPy can undercut.

In each layer, h W forward, and backward h^T d and (not in the first layer, which has images below it) d W^T;
float32, results written into arrays that are there.
"""

import numpy as np

from tools.benches.training.contenders import AfterBlock
from tools.benches.training.task import Task


def train_steps(task: Task, after_block: AfterBlock) -> None:
    """Compute the products of a step, for ever."""
    rng = np.random.default_rng(1)
    gen_params, rec_params = task.params()
    work = []
    for network in (rec_params, gen_params):
        for i, (weights, _) in enumerate(network):
            n_in, n_out = weights.shape
            h = rng.standard_normal((task.batch, n_in), np.float32)
            d = rng.standard_normal((task.batch, n_out), np.float32)
            first = network is rec_params and i == 0
            results = np.empty_like(d), np.empty_like(weights), None if first else np.empty_like(h)
            work.append((h, weights, d, *results))
    while True:
        for _ in range(task.steps):
            for h, weights, _, out, _, _ in work:
                np.matmul(h, weights, out=out)
            for h, weights, d, _, d_weights, d_h in reversed(work):
                np.matmul(h.T, d, out=d_weights)
                if d_h is not None:
                    np.matmul(d, weights.T, out=d_h)
        after_block(None, task.steps)
