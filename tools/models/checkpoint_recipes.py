"""How the shipped VAEs are trained: the arguments of `vaecore train`, model by model, and what runs them.

A recipe has one stage or more; each later stage starts from the model of the one before.  An interrupted
stage goes on from its last checkpoint, and a finished one is not trained again, whoever needs it.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from vaecore import VAE
from vaecore.files.storage import write_atomically
from vaecore.vae import BETAS

EVERY_MODEL = "--data mnist --keep-out-sample --checkpoint-every 5 --resume"
LAB = "--hidden 200 200 --latent 50 --schedule cosine"
LAB_1000 = f"{LAB} --batch 100 --epochs 1000 --rate 0.002 --kl-warm-up 20 --average 0.9995 --seed 1"
# Once more, and more slowly averaged: the rate goes up again, and down to 0.
LAB_STAGES = [
    ("lab-1000", LAB_1000),
    ("lab-1650", f"{LAB} --batch 100 --epochs 650 --rate 0.0015 --kl-warm-up 30 --average 0.9995 --seed 5"),
    ("lab", f"{LAB} --batch 100 --epochs 900 --rate 0.0012 --average 0.9998 --seed 6"),
]
IWAE = f"{LAB} --batch 50 --average 0.9998 --importance-weighted --samples 50 --sampled-gradient"
# Chapter 8's family: nothing differs but beta, the KL's weight.
FAMILY = (
    "--hidden 100 100 --latent 10 --batch 100 --epochs 50 --rate 0.002 --schedule cosine --kl-warm-up 5 "
    "--average 0.999 --seed 8"
)

# name -> stages: the folder of each, and its arguments.  The last folder has the name of the model.
RECIPES = {
    "lab": LAB_STAGES,
    "map": [
        (
            "map",
            "--hidden 200 200 --latent 2 --batch 100 --epochs 150 --rate 0.002 --schedule cosine "
            "--average 0.999 --seed 2",
        )
    ],
    # Of the 50 samples one goes backward: a step costs less than half.
    "iwae": [
        *LAB_STAGES,
        ("iwae-130", f"{IWAE} --epochs 130 --rate 0.001 --seed 7"),
        ("iwae", f"{IWAE} --epochs 170 --rate 0.0008 --seed 9"),
    ],
    **{f"beta-{beta:g}": [(f"beta-{beta:g}", f"{FAMILY} --beta {beta:g}")] for beta in BETAS},
}


@dataclass(frozen=True)
class Trained:
    """A model, the commands that trained it, their epochs, and the minutes that they took here.

    minutes: None where a stage was finished before they were written down.
    """

    vae: VAE
    commands: list[str]
    epochs: list[int]
    minutes: float | None


def train(name: str, work: Path) -> Trained:
    """Run the stages of a recipe, each in its folder of `work`."""
    commands, epochs, minutes = [], [], []
    start = None  # the model of the stage before
    for folder, stage in RECIPES[name]:
        out = work / folder
        options = f"{EVERY_MODEL} {stage}".split()
        commands.append(" ".join(["vaecore train", *options, *_paths(start, Path(folder))]))
        print(commands[-1], flush=True)
        minutes.append(_run([*options, *_paths(start and work / start, out)], out))
        epochs.append(len(json.loads((out / "history.json").read_text())["epoch"]))
        start = Path(folder, "model.npz")
    total = None if None in minutes else sum(minutes)
    return Trained(VAE.load(out / "model.npz"), commands, epochs, total)


def _paths(start: Path | None, out: Path) -> list[str]:
    """Return the arguments that name the model to start from, if any, and the folder to write into."""
    return [*(["--start", str(start)] if start else []), "--out", str(out)]


def _run(arguments: list[str], out: Path) -> float | None:
    """Run `vaecore train`; return the minutes of all its sittings, which are kept beside its checkpoint."""
    record = out / "minutes.json"
    if record.exists():
        before = json.loads(record.read_text())
    else:
        before = None if (out / "checkpoint.npz").exists() else 0.0
    began = time.monotonic()
    try:
        subprocess.run([sys.executable, "-m", "vaecore.command_line", "train", *arguments], check=True)
    finally:
        if before is not None and out.is_dir():
            before += (time.monotonic() - began) / 60
            write_atomically(record, json.dumps(before).encode())
    return before
