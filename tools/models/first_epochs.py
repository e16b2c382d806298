"""Do the recipes of the shipped models still begin as they did when this was recorded?

    VAECORE_DATA=FOLDER make check-recipes             # run each recipe's first epochs, compare the bounds
    python -m tools.models.first_epochs map            # of one of them
    python -m tools.models.first_epochs --record lab   # write down what comes out

A recipe is run as it stands, by `vaecore train`, until EPOCHS epochs are done, and stopped there.  One whose
first stages take hours and are those of another is judged by its first own stage, from the shipped model of
the stage before, which is rounded: OWN_STAGE says which.  With the matrix products, the threads and the
versions that are recorded the bounds must be the recorded ones, to the last digit; with any other they may
differ by MARGIN nats, since a training amplifies what is rounded otherwise.
"""

import argparse
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.models.checkpoint_recipes import EVERY_MODEL, RECIPES
from vaecore.files.storage import write_atomically

RECORD = Path(__file__).with_name("first_epochs.json")
EPOCHS = 20
MARGIN = 0.5  # nats, between the bounds of one epoch
OWN_STAGE = {"iwae": ("iwae-130", "lab")}  # recipe -> its first own stage, and the shipped model before it
NOT_RECORDED = ("iwae",)  # whose 20 epochs have not been run to their end yet
CORE = "Haswell"  # whose matrix products: those of a processor with AVX2, which nearly all have
AS_RECORDED = {"OPENBLAS_CORETYPE": CORE, "OPENBLAS_NUM_THREADS": "1"}
PACKAGES = ("numpy", "autograd", "numba")


def arithmetic() -> dict[str, str]:
    """What decides the last digits: the package's versions, the matrix products, their threads."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "none"
    return {**versions, **AS_RECORDED, "machine": os.uname().machine}


def first_epochs(name: str, epochs: int = EPOCHS) -> dict[str, list[float]]:
    """Run the beginning of a recipe; return the bound of every epoch, on training and on held-out digits."""
    stage, before = OWN_STAGE.get(name, (RECIPES[name][0][0], None))
    options = dict(RECIPES[name])[stage]
    start = ["--start", before] if before else []
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder, "history.json")
        command = [sys.executable, "-m", "vaecore", "train", *EVERY_MODEL.split(), *options.split(), *start]
        run = subprocess.Popen(
            [*command, "--out", folder], env={**os.environ, **AS_RECORDED}, stdout=subprocess.DEVNULL
        )
        try:
            while run.poll() is None and _epochs_in(history) < epochs:
                time.sleep(0.1)
        finally:
            run.send_signal(signal.SIGINT)  # as Ctrl-C: the epochs that are done are kept
            code = run.wait()
        if code not in (0, 130) or _epochs_in(history) < epochs:
            raise SystemExit(f"{name}: the training ended early, with code {code}; see what it printed above")
        done = json.loads(history.read_text())
    return {key: done[key][:epochs] for key in ("bound", "held_out_bound")}


def _epochs_in(history: Path) -> int:
    return len(json.loads(history.read_text())["epoch"]) if history.exists() else 0


def difference(recorded: dict[str, list[float]], found: dict[str, list[float]]) -> float:
    """The largest difference between two runs' bounds, in nats; of the epochs that both have."""
    pairs = [pair for key, values in recorded.items() for pair in zip(values, found[key], strict=False)]
    return max(abs(before - now) for before, now in pairs)


def verdict(name: str, recorded: dict, found: dict, here: dict[str, str]) -> tuple[bool, str]:
    """Whether a recipe begins as recorded, and the sentence that says so."""
    off = difference(recorded["bounds"], found)
    other = {key: value for key, value in here.items() if recorded["with"].get(key) != value}
    if not other:
        return off == 0, f"{name}: {f'differs by {off:.6f} nats' if off else 'the recorded bounds exactly'}"
    names = ", ".join(f"{key} {value}" for key, value in other.items())
    return off <= MARGIN, f"{name}: differs by at most {off:.3f} nats of {MARGIN} allowed (here: {names})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"which recipes (default: {' '.join(RECIPES)})")
    parser.add_argument("--record", action="store_true", help="write down what comes out")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(RECIPES):
        parser.error(f"no such recipe: {', '.join(sorted(unknown))}; there are {', '.join(RECIPES)}")
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    wrong = []
    for name in arguments.names or [name for name in RECIPES if name in record or arguments.record]:
        if name not in record and not arguments.record:
            raise SystemExit(f"{name}: nothing is recorded; --record writes it down")
        found, here = first_epochs(name), arithmetic()
        if arguments.record:
            record[name] = {"bounds": found, "with": here}
            write_atomically(RECORD, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
            print(f"{name}: recorded, {found['bound'][-1]:.2f} nats after {EPOCHS} epochs", flush=True)
            continue
        right, said = verdict(name, record[name], found, here)
        print(said, flush=True)
        wrong += [] if right else [name]
    if not arguments.names and (missing := RECIPES.keys() - record.keys()):
        print(f"not recorded, and not run: {', '.join(sorted(missing))}")
    if wrong:
        raise SystemExit(f"These recipes do not begin as they did: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
