"""The loop of every training, with lessons that are no training: what it hands on, counts and keeps."""

import numpy as np
import pytest

from vaecore import Adam, DivergenceError, InvalidInputError
from vaecore.training.epochs import LoopState, run_epochs, show_to
from vaecore.training.settings import LoopSettings

IMAGES = np.arange(14.0).reshape(7, 2)


def settings(**changed):
    numbers = {"epochs": 3, "batch_size": 3, "learning_rate": 0.5, "schedule": "constant"}
    return LoopSettings(layers=[2, 1], **{**numbers, **changed})


def new_state():
    return LoopState([np.zeros(1)], Adam(0.1), np.random.default_rng(5), {"epoch": [], "score": []})


def run(state, learn=lambda batch: 0.0, evaluate=dict, after_epoch=lambda: None, checkpoint=None, **changed):
    return run_epochs(
        IMAGES, settings(**changed), state, objective="score", learn=learn, evaluate=evaluate,
        after_epoch=after_epoch, checkpoint=checkpoint, progress=False,
    )  # fmt: skip


def test_every_image_comes_once_an_epoch_in_an_order_that_the_generator_decides():
    batches = []
    assert not run(new_state(), lambda batch: batches.append(batch) or 0.0)
    assert [len(batch) for batch in batches] == [3, 3, 1] * 3
    rng = np.random.default_rng(5)
    for epoch in (batches[:3], batches[3:6], batches[6:]):
        np.testing.assert_array_equal(np.concatenate(epoch), IMAGES[rng.permutation(7)])


def test_the_history_has_the_mean_over_the_batches_and_what_evaluation_adds():
    state, said = new_state(), iter(range(100))
    seen = []
    run(state, lambda batch: next(said), lambda: {"extra": 10.0 * state.epochs_done},
        lambda: seen.append(state.epochs_done))  # fmt: skip
    assert state.history == {"epoch": [1, 2, 3], "score": [1, 4, 7], "extra": [0, 10, 20]}
    assert seen == [1, 2, 3]


def test_the_learning_rate_is_set_for_each_step():
    state, rates = new_state(), []

    def learn(batch):
        rates.append(state.adam.learning_rate)
        state.adam.t += 1
        return 0.0

    run(state, learn, schedule="cosine")
    expected = settings(schedule="cosine")
    assert rates == [expected.rate_of_step(step, batches=3) for step in range(1, 10)]


def test_it_goes_on_where_the_state_is_and_stops_where_nothing_is_left():
    state = new_state()
    run(state, epochs=2)
    run(state, epochs=3)
    assert state.history["epoch"] == [1, 2, 3]
    run(state, lambda batch: pytest.fail("there is no epoch left"), epochs=3)


@pytest.mark.parametrize("where", ["learn", "evaluate", "after_epoch"])
def test_ctrl_c_leaves_whole_columns(where):
    def stop(*_):
        if state.epochs_done == (2 if where == "after_epoch" else 1):
            raise KeyboardInterrupt
        return {"extra": 1.0} if where == "evaluate" else 0.0

    state = new_state()
    assert run(state, **{where: stop})
    assert {len(column) for column in state.history.values()} == {2 if where == "after_epoch" else 1}


@pytest.mark.parametrize("where", ["learn", "evaluate"])
def test_a_refused_number_is_divergence_and_names_the_file_that_is_still_good(tmp_path, where):
    def refuse(*_):
        raise InvalidInputError("the bound is NaN")

    said = r"diverged in epoch 1, after 0 steps \(the bound is NaN\); use a smaller learning_rate than 0.5$"
    with pytest.raises(DivergenceError, match=said):
        run(new_state(), checkpoint=tmp_path / "run.npz", **{where: refuse})
    (tmp_path / "run.npz").touch()
    with pytest.raises(DivergenceError, match=r"0\.5; the last good state is still in .*run\.npz$"):
        run(new_state(), checkpoint=tmp_path / "run.npz", **{where: refuse})


def test_an_error_of_the_reader_s_own_function_is_not_called_divergence():
    def wrong():
        raise InvalidInputError("my own")

    with pytest.raises(InvalidInputError, match="my own"):
        run(new_state(), after_epoch=wrong)


class Sees:
    """A witness that hands over a history of `epochs`, if there is one, and writes down what it sees."""

    def __init__(self, epochs=0):
        self.epochs, self.seen = epochs, []

    def begins(self, images, settings, state):
        state.history = {"epoch": list(range(1, self.epochs + 1))} if self.epochs else state.history
        return self.epochs > 0

    def sees(self, settings, state):
        self.seen.append(state.epochs_done)


@pytest.fixture
def watched_by():
    yield show_to
    show_to(None)


def test_a_witness_sees_each_epoch_of_what_writes_no_checkpoint(watched_by):
    witness = Sees()
    watched_by(witness)
    run(new_state())
    assert witness.seen == [1, 2, 3]
    run(new_state(), checkpoint="run.npz")
    assert witness.seen == [1, 2, 3]


@pytest.mark.parametrize(("epochs", "interrupted"), [(2, True), (3, False)])
def test_what_a_witness_hands_over_is_shown_once_and_not_gone_on_with(watched_by, epochs, interrupted):
    shown, learnt = [], []
    watched_by(Sees(epochs))
    assert run(new_state(), learnt.append, after_epoch=lambda: shown.append(1)) == interrupted
    assert shown == [1] and learnt == []
