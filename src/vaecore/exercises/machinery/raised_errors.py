"""Where an error came up in a student's code, with the shapes there; and what to use for an unknown name."""

import linecache
import os
import re
import sysconfig
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

import numpy as np
from autograd.tracer import getval

MOST_SHAPES = 4
PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = tuple({PACKAGE, sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), "<frozen", "<__array"})


def place_of(problem: BaseException, caller: str) -> str:
    """Return ", in the line `...`, where a has shape (2, 3)", or "" where no line is known.

    caller: the file that has called the student's function.  The line is the innermost one that the student
    wrote, not one of NumPy's or vaecore's.
    """
    frames = [(f, line) for f, line in _frames(problem) if f.f_code.co_filename != caller]
    theirs = [(f, line) for f, line in frames if not f.f_code.co_filename.startswith(OURS)]
    for frame, number in [*reversed(theirs[-1:]), *frames[:1]]:
        text = linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()
        if text:
            return f", in the line `{text}`{'' if isinstance(problem, NameError) else _shapes(text, frame)}"
    return ""


def _frames(problem: BaseException) -> Iterator[tuple[FrameType, int]]:
    return traceback.walk_tb(problem.__traceback__)


def _shapes(line: str, frame: FrameType) -> str:
    """The shapes of the arrays that a line names."""
    words: list[str] = []
    for name in dict.fromkeys(re.findall(r"[^\W\d]\w*", line)):
        value: Any = getval(frame.f_locals.get(name))
        if isinstance(value, np.ndarray) and value.ndim and len(words) < MOST_SHAPES:
            words.append(f"`{name}` has shape {value.shape}")
    if not words:
        return ""
    return ", where " + (" and ".join([", ".join(words[:-1]), words[-1]]) if words[1:] else words[0])


# Names that programs of the labs have for sizes, and how an argument tells them.
ROWS = {"batch_size", "batchsize", "b", "bs", "num_images", "n_images", "num_points", "n_points", "n_batch"}
LATENTS = {
    "latent_dim", "latent_size", "latent_dims", "latent_dimension", "num_latents", "n_latents", "z_dim", "l"
}  # fmt: skip
PIXELS = {"data_dim", "image_size", "num_pixels", "n_pixels", "input_dim", "x_dim", "d"}
POINTS = {"n", "num_data", "num_datapoints", "n_data", "dataset_size", "train_size", "num_train"}
WITH_ROWS = ("encoder_output", "data", "targets", "logits", "images", "x", "grad_z", "points", "z")
WITH_PIXELS = ("data", "targets", "images", "x")
WITH_LATENTS = {
    "encoder_output": "encoder_output.shape[1] // 2",
    "vae": "vae.latent_size",
    "gen_params": "gen_params[0][0].shape[0]",
    "components": "components.shape[0]",
    "points": "points.shape[1]",
}
FROM_VAECORE = {
    "neural_net_predict", "compute_KL", "bernoulli_log_prob", "sample_latent_variables_from_posterior",
    "sigmoid", "gaussian_log_prob",
}  # fmt: skip
IMPORTS = {"np": "import numpy as np", "math": "import math", "npr": "import autograd.numpy.random as npr"}


def in_place_of(text: str, arguments: list[str]) -> str:
    """Return what to use for the name that a NameError's text says is not defined; "" if it names none."""
    match = re.search(r"name '(\w+)' is not defined", text)
    if match is None:
        return ""
    name = match[1]
    if name in FROM_VAECORE:
        return f" `from vaecore import {name}` brings it."
    if name in IMPORTS:
        return f" `{IMPORTS[name]}` brings it."
    if name == "rng" or name == "random":
        return " Let the function take `rng` as its last argument." if "rng" in arguments else ""
    found = _size(name.lower(), arguments)
    if found:
        return f" Use `{found}` in place of `{name}`: an argument knows it, whatever other cells say."
    if name.lower() in POINTS:
        return f" No `{name}` is needed: nothing here depends on how many points there are elsewhere."
    return " The function knows its arguments, and what it defines itself."


def _size(name: str, arguments: list[str]) -> str:
    if name in ROWS:
        return next((f"{a}.shape[0]" for a in WITH_ROWS if a in arguments), "")
    if name in LATENTS:
        return next((code for a, code in WITH_LATENTS.items() if a in arguments), "")
    if name in PIXELS:
        return next((f"{a}.shape[1]" for a in WITH_PIXELS if a in arguments), "")
    return ""
