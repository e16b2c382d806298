"""Models in files: the networks of a model as one checksummed archive."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from vaecore.files.storage import read_archive, write_archive
from vaecore.foundations import validation
from vaecore.foundations.errors import CheckpointError, InvalidInputError
from vaecore.foundations.networks import Network


def write_networks(
    path: str | os.PathLike[str],
    kind: str,
    networks: Mapping[str, Network],
    dtype: Any = None,
    meta: Mapping[str, Any] | None = None,
) -> None:
    """Write a model's networks, under their names, to `path`: a failure leaves the old file whole.

    kind: what the file holds, "VAE" for example.  dtype: np.float16 halves the file and rounds the weights;
    by default they are kept as they are.  meta: JSON-able, kept with them.
    Raises CheckpointError if the file cannot be written, InvalidInputError for a dtype that is not
    floating-point or in which a weight is too large.
    """
    if dtype is not None and np.dtype(dtype).kind != "f":
        raise InvalidInputError(f"dtype is {np.dtype(dtype)}, expected floating-point such as np.float16")
    arrays = {}
    for name, params in networks.items():
        for i, (weights, biases) in enumerate(params):
            for part, array in (("weights", weights), ("biases", biases)):
                with np.errstate(over="ignore"):
                    rounded = np.asarray(array, dtype)
                validation.finite(rounded, f"{name}_params[{i}] as {rounded.dtype}")
                arrays[f"{name}_{i}_{part}"] = rounded
    first_weights = next(iter(networks.values()))[0][0]
    write_archive(path, kind, arrays, {"dtype": str(np.dtype(first_weights.dtype)), **(meta or {})})


def read_networks(
    path: str | os.PathLike[str], kind: str, names: tuple[str, ...]
) -> tuple[list[Network], dict[str, Any]]:
    """Return the networks that `write_networks` wrote under these names, and the meta.

    The weights have the dtype that they had in memory before they were written.
    Raises CheckpointError for a file that is missing, damaged, from another version, or something else.
    """
    arrays, meta = read_archive(path, kind)
    try:
        if np.dtype(meta["dtype"]).kind != "f":
            raise ValueError(f"its weights were {meta['dtype']!r}, expected floating-point")
        networks = []
        for name in names:
            depth = sum(key.startswith(f"{name}_") for key in arrays) // 2
            parts = [[arrays[f"{name}_{i}_{part}"] for part in ("weights", "biases")] for i in range(depth)]
            if any(array.dtype.kind != "f" for pair in parts for array in pair):
                raise ValueError(f"{name} has weights that are no floating-point numbers")
            networks.append([(w.astype(meta["dtype"]), b.astype(meta["dtype"])) for w, b in parts])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} holds no usable {kind}: {error}") from error
    return networks, meta
