"""tools/models/checkpoint_recipes.py: stages follow one another, and an interrupted run loses nothing."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from tools.models import checkpoint_recipes, make_checkpoints
from vaecore import VAE
from vaecore.command_line import _parser
from vaecore.foundations.parameters import leaves

TINY = "--data sample --hidden 8 --latent 2 --batch 100"
STAGES = [
    ("tiny-1", f"{TINY} --epochs 12 --rate 0.001 --average 0.9 --seed 1"),
    ("tiny", f"{TINY} --epochs 3 --rate 0.001 --importance-weighted --samples 2 --seed 2"),
]


# The command, which sends itself the signal: from outside it would come too late on a busy machine.
INTERRUPTED = """
import os, signal, sys
from vaecore import command_line
from vaecore.training import vae

write_checkpoint = vae.write_checkpoint

def write_and_interrupt(*arguments):
    write_checkpoint(*arguments)
    vae.write_checkpoint = write_checkpoint  # once
    os.kill(os.getpid(), signal.SIGINT)

vae.write_checkpoint = write_and_interrupt
sys.exit(command_line.main())
"""


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(checkpoint_recipes, "EVERY_MODEL", "--checkpoint-every 1 --resume")
    monkeypatch.setitem(checkpoint_recipes.RECIPES, "tiny", STAGES)


def parameters(vae):
    return np.concatenate([a.ravel() for a in leaves([vae.gen_params, vae.rec_params])])


def test_an_interrupted_run_goes_on_and_ends_where_an_unbroken_one_does(tiny, tmp_path, monkeypatch):
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = checkpoint_recipes.train("tiny", tmp_path / "whole")

    real_run = subprocess.run
    hits = []

    def interrupted(command, **options):
        """`vaecore train` gets a Ctrl-C as soon as it has saved a checkpoint."""
        module = command.index("vaecore.command_line")
        command = [sys.executable, "-c", INTERRUPTED, *command[module + 1 :]]
        # A shell's background job ignores Ctrl-C, and its children would too.
        process = subprocess.Popen(command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        hits.append(process.wait())
        raise subprocess.CalledProcessError(hits[-1], command)

    monkeypatch.setattr(subprocess, "run", interrupted)
    with pytest.raises(subprocess.CalledProcessError):
        checkpoint_recipes.train("tiny", tmp_path / "broken")
    history = json.loads((tmp_path / "broken" / "tiny-1" / "history.json").read_text())
    assert hits == [130] and 1 <= len(history["epoch"]) < 12, "it was stopped on its way"

    monkeypatch.setattr(subprocess, "run", real_run)
    resumed = checkpoint_recipes.train("tiny", tmp_path / "broken")
    assert resumed.epochs == whole.epochs == [12, 3]
    np.testing.assert_array_equal(parameters(resumed.vae), parameters(whole.vae))
    assert resumed.minutes > json.loads((tmp_path / "broken" / "tiny" / "minutes.json").read_text())


@pytest.mark.whole(sample="test_an_interrupted_run_goes_on_and_ends_where_an_unbroken_one_does")
def test_a_finished_run_is_not_trained_again_and_the_stages_hang_together(tiny, tmp_path, capfd):
    first = checkpoint_recipes.train("tiny", tmp_path)
    before = (tmp_path / "tiny" / "checkpoint.npz").stat().st_mtime_ns
    again = checkpoint_recipes.train("tiny", tmp_path)
    assert (tmp_path / "tiny" / "checkpoint.npz").stat().st_mtime_ns == before
    np.testing.assert_array_equal(parameters(first.vae), parameters(again.vae))
    assert first.commands[1].endswith("--start tiny-1/model.npz --out tiny")
    start = VAE.load(tmp_path / "tiny-1" / "model.npz")
    # ADAM moves no parameter farther than about its rate in a step: 3 epochs of 45 steps from there.
    distance = np.abs(parameters(first.vae) - parameters(start)).max()
    assert 0 < distance < 3 * 45 * 0.001 * 1.5


def test_training_runs_where_one_is(tiny, tmp_path, monkeypatch):
    """VAECORE_DATA may be a path from the present folder."""
    places = []

    def run(command, **options):
        places.append(options.get("cwd"))
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(subprocess.CalledProcessError):
        checkpoint_recipes.train("tiny", tmp_path)
    assert places == [None]


def test_every_recipe_is_understood():
    for name, stages in checkpoint_recipes.RECIPES.items():
        assert stages[-1][0] == name
        for _, stage in stages:
            _parser().parse_args(["train", *checkpoint_recipes.EVERY_MODEL.split(), *stage.split()])


def test_the_estimate_of_log_p_goes_on_after_its_last_block(tmp_path, monkeypatch):
    monkeypatch.setattr(make_checkpoints, "WORK", tmp_path)
    monkeypatch.setattr(make_checkpoints, "NUM_SAMPLES", 3)
    monkeypatch.setattr(make_checkpoints, "BLOCK", 4)
    (tmp_path / "beta-1").mkdir()
    vae = VAE.load_shipped("beta-1")
    images = np.random.default_rng(0).integers(2, size=(12, 784)).astype("f4")
    whole = make_checkpoints.log_likelihood("beta-1", vae, images)
    os.remove(tmp_path / "beta-1" / "log_likelihood.npz")

    blocks = []
    real = make_checkpoints.estimate_log_likelihood

    def estimate(vae, block, *rest, **options):
        blocks.append(len(block))
        if len(blocks) == 3:
            raise KeyboardInterrupt
        return real(vae, block, *rest, **options)

    monkeypatch.setattr(make_checkpoints, "estimate_log_likelihood", estimate)
    with pytest.raises(KeyboardInterrupt):
        make_checkpoints.log_likelihood("beta-1", vae, images)
    resumed = make_checkpoints.log_likelihood("beta-1", vae, images)
    assert len(blocks) == 4, "the two blocks that were done were not done again"
    np.testing.assert_array_equal(resumed, whole)
