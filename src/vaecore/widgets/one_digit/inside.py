"""The steps of a digit's way through a VAE that can be looked into, and the code of each."""

import ast
import inspect
from collections.abc import Callable
from typing import Any

from vaecore.foundations.likelihoods import _log_prob_of_rows
from vaecore.foundations.networks import _sigmoid, neural_net_predict
from vaecore.kl import _terms
from vaecore.reparameterization import _mean_plus_std_times_noise

# The functions that compute each step: those with the formulas, inside the public ones.
STEPS = {
    "encoder": (neural_net_predict,),
    "sample": (_mean_plus_std_times_noise,),
    "decoder": (neural_net_predict, _sigmoid),
    "bound": (_log_prob_of_rows, _terms),
}


def source_of(*functions: Callable[..., Any]) -> str:
    """Return the source of these functions without their docstrings; "" where Python cannot find it."""
    sources = []
    for function in functions:
        raw = getattr(function, "fun", function)  # of autograd's primitives
        try:
            lines = inspect.getsource(raw).splitlines()
        except OSError:
            return ""
        definition: Any = ast.parse("\n".join(lines)).body[0]
        if inspect.getdoc(raw):
            docstring = definition.body[0]
            del lines[docstring.lineno - 1 : docstring.end_lineno]
        sources.append("\n".join(lines))
    return "\n\n\n".join(sources)
