"""tools/models/first_epochs.py: a recipe begins as recorded, or it is said how far it is off."""

import json

import pytest

from tools.models import checkpoint_recipes, first_epochs

TINY = "--data sample --hidden 8 --latent 2 --batch 500 --rate 0.001 --schedule cosine"
HERE = {"numpy": "2", "OPENBLAS_CORETYPE": "Haswell"}


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(first_epochs, "EVERY_MODEL", "--resume")
    # Long enough that the end comes by the signal, and with a schedule that knows how long it is.
    stages = [("tiny-1", f"{TINY} --epochs 3000"), ("tiny", "")]
    monkeypatch.setitem(checkpoint_recipes.RECIPES, "tiny", stages)


def test_a_recipe_is_run_as_it_stands_and_stopped(tiny):
    two, three = first_epochs.first_epochs("tiny", 2), first_epochs.first_epochs("tiny", 3)
    assert [len(values) for values in two.values()] == [2, 2]
    assert first_epochs.difference(two, three) == 0, "the same bounds each time"
    assert two["bound"][0] < two["bound"][1], "it learns"


def test_a_training_that_ends_early_is_said(tiny, monkeypatch):
    monkeypatch.setitem(checkpoint_recipes.RECIPES, "tiny", [("tiny", f"{TINY} --epochs 1")])
    with pytest.raises(SystemExit, match="tiny: the training ended early, with code 0"):
        first_epochs.first_epochs("tiny", 2)


@pytest.mark.parametrize(
    ("off", "here", "right", "said"),
    [
        (0.0, HERE, True, "the recorded bounds exactly"),
        (1e-6, HERE, False, "differs by 0.000001 nats"),
        (0.4, {**HERE, "numpy": "3"}, True, "at most 0.400 nats of 0.5 allowed (here: numpy 3)"),
        (0.6, {**HERE, "numpy": "3"}, False, "at most 0.600 nats"),
    ],
)
def test_the_last_digit_counts_where_the_arithmetic_is_the_recorded_one(off, here, right, said):
    recorded = {"bounds": {"bound": [-100.0, -90.0]}, "with": HERE}
    verdict, words = first_epochs.verdict("map", recorded, {"bound": [-100.0, -90.0 - off]}, here)
    assert verdict == right
    assert said in words


def test_every_recipe_but_those_that_are_named_is_recorded():
    record = json.loads(first_epochs.RECORD.read_text())
    assert record.keys() == checkpoint_recipes.RECIPES.keys() - set(first_epochs.NOT_RECORDED)
    for name, entry in record.items():
        bounds = entry["bounds"]
        assert [len(values) for values in bounds.values()] == [first_epochs.EPOCHS] * 2, name
        assert entry["with"].keys() == first_epochs.arithmetic().keys()
