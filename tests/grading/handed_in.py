"""Notebooks that a class hands in, made by a program."""

import json
from pathlib import Path

IMPORTS = "import numpy as np\nfrom vaecore.exercises import check"
KL = """def compute_KL(encoder_output):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return 0.5 * np.sum(np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std, axis=1)
"""
WRONG_KL = KL.replace("0.5 *", "-0.5 *")
CHECK_KL = 'check("L-KL", compute_KL)'


def cell(source, **more):
    return {
        "cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source, **more
    }  # fmt: skip


def notebook(*cells, **metadata):
    """Return a notebook's JSON; a cell is a text, or a whole cell."""
    whole = [one if isinstance(one, dict) else cell(one) for one in cells]
    return json.dumps({"cells": whole, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
