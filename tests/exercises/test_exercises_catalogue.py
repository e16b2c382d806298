"""Every exercise, against all that is known of it: right answers pass, wrong ones get their own name."""

import re

import numpy as np
import pytest
from right_answers import RIGHT
from sample import sample

from vaecore.exercises import catalogue, hint, solution
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import BEGIN, END, YOURS, CodeExercise
from vaecore.exercises.machinery.judging import judge_function

# The fixed names: they are promised, and never change.
FIXED = {
    "L-SAMPLE": "sample-no-noise sample-no-mean sample-variance sample-log-variance sample-log-std "
    "sample-uniform-noise sample-shared-over-batch sample-shared-over-dimensions sample-global-batch-size "
    "sample-randn-tuple",
    "L-BERN": "bern-sign bern-mean bern-batch-sum bern-overflow bern-probabilities bern-targets-flipped "
    "bern-only-ones",
    "L-KL": "kl-sign kl-half kl-log-variance kl-mean kl-batch-sum kl-reverse kl-log-mean kl-bits "
    "kl-mean-not-squared kl-minus-one kl-halves-swapped",
    "L-BOUND": "bound-kl-added bound-loss bound-sum bound-likelihood-only bound-kl-only bound-no-sampling "
    "bound-scaled-likelihood",
    "L-ADAM": "adam-no-correction adam-descent adam-betas-swapped adam-t-per-epoch adam-moments-reset "
    "adam-eps-inside-root adam-second-moment-of-mean",
    "X-4": "kl-arguments-swapped kl-sign kl-bits kl-zero-log-zero kl-one-sided",
    "X-5": "kl-arguments-swapped kl-sign kl-bits kl-zero-log-zero",
    "X-7a": "x7-variance-for-std x7-relu-forgotten",
    "X-7b": "x7-variance-for-std x7-relu-forgotten",
    "L-33": "interpolation-pixels interpolation-end-point interpolation-sampled",
}
SIGNATURES = {
    "L-SAMPLE": "(encoder_output, rng)",
    "L-BERN": "(targets, logits)",
    "L-KL": "(encoder_output)",
    "L-BOUND": "(gen_params, rec_params, data, rng)",
    "L-ADAM": "(grad, theta, num_epochs, batches_per_epoch, alpha=0.001, "
    "beta1=0.9, beta2=0.999, epsilon=1e-08)",
    "X-4": "(p, q)",
    "X-5": "(p, q)",
    "X-7a": "(x, eps)",
    "X-7b": "(z)",
    "L-33": "(vae, image_a, image_b, steps)",
}
CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]
DRAWING = [e for e in CODE if e.takes_rng]
WRITTEN = [e for e in EXERCISES.values() if not isinstance(e, CodeExercise)]
WRONG = [(e, m, i) for e in EXERCISES.values() for m in e.mistakes for i in range(len(m.wrong))]


def judge(exercise, answer):
    return judge_function(exercise, answer) if isinstance(exercise, CodeExercise) else exercise.judge(answer)


@pytest.mark.parametrize("exercise", CODE, ids=lambda e: e.id)
def test_the_solution_passes_and_so_do_other_right_answers(exercise):
    assert len(RIGHT[exercise.id]) >= 2
    for function in (exercise.solution, *exercise.also_right, *RIGHT[exercise.id]):
        verdict = judge_function(exercise, function)
        assert (verdict.status, verdict.misconception) == ("passed", None), (function.__name__, verdict)


@pytest.mark.parametrize("exercise", CODE, ids=lambda e: e.id)
def test_the_stub_comes_from_the_solution_runs_and_is_not_attempted(exercise):
    assert YOURS in exercise.stub
    assert BEGIN not in exercise.solution_text + exercise.stub
    assert END not in exercise.solution_text + exercise.stub
    names = dict(vars(__import__(exercise.solution.__module__, fromlist=["x"])))
    for text, expected in ((exercise.stub, "not attempted"), (exercise.solution_text, "passed")):
        exec(text, names)
        assert judge_function(exercise, names[exercise.solution.__name__]).status == expected


@pytest.mark.parametrize(("exercise", "mistake", "i"), WRONG, ids=lambda x: getattr(x, "id", x))
def test_a_wrong_answer_gets_exactly_its_own_name(exercise, mistake, i):
    verdict = judge(exercise, mistake.wrong[i])
    assert (verdict.status, verdict.misconception) == ("failed", mistake.id), verdict.message
    assert mistake.message in verdict.message
    assert "nan nan" not in verdict.message


@pytest.mark.spread
@pytest.mark.parametrize("exercise", sample(DRAWING, kept=DRAWING[::2]), ids=lambda e: e.id)
def test_names_do_not_depend_on_the_seed(exercise, streams):
    """Other streams of noise: the verdict on every answer stays."""
    from vaecore.exercises.machinery.judging import judge_readings

    for seed in streams:
        with np.errstate(all="ignore"):
            assert judge_readings(exercise, exercise.observe(exercise.solution, seed)[0]).status == "passed"
            for mistake in exercise.mistakes:
                for wrong in mistake.wrong:
                    verdict = judge_readings(exercise, exercise.observe(wrong, seed)[0])
                    assert verdict.misconception == mistake.id, (seed, verdict)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.id)
def test_there_are_enough_mistakes_hints_and_words(exercise):
    ids = [m.id for m in exercise.mistakes]
    assert len(set(ids)) == len(ids) >= 5
    assert set(FIXED.get(exercise.id, "").split()) <= set(ids)
    assert all(m.wrong for m in exercise.mistakes)
    assert len(exercise.hints) >= 2
    assert all(
        len(text) > 10
        for text in (exercise.title, exercise.question, exercise.reason, exercise.see, *exercise.hints)
    )
    assert re.search(r"chapter \d, '[^']+'", exercise.see), "the words of a heading, to which a message leads"


def test_the_catalogue_lists_them_all_with_the_promised_signatures():
    entries = {e.id: e for e in catalogue()}
    assert set(FIXED) <= set(entries) and len(entries) == len(EXERCISES)
    for name, signature in SIGNATURES.items():
        assert entries[name].signature.endswith(signature)
        assert "(" not in entries[name].signature.removesuffix(signature)
    assert entries["L-KL"].kind == "code" and entries["L-KL"].chapter == 5
    assert "kl-sign" in entries["L-KL"].misconceptions and "input-changed" in entries["L-KL"].misconceptions
    assert {e.kind for e in entries.values()} == {"code", "value", "choice", "order", "identity"}
    assert "kl-sign" in catalogue()._repr_html_()


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda e: e.id)
def test_questions_take_the_right_answer_and_survive_any_other(exercise):
    right = {
        "choice": lambda e: "".join(x for x, s in e.statements.items() if s.true),
        "order": lambda e: e.order,
        "value": lambda e: e.value,
    }[exercise.kind](exercise)
    for answer in (right, list(right), tuple(right)):
        assert exercise.judge(answer).status == "passed"
    assert exercise.judge(None).status == "not attempted"
    for answer in (
        0,
        1.5,
        "?",
        [],
        {},
        print,
        object(),
        [[1], [2, 3]],
        "x" * 1000,
        np.nan,
        b"ab",
        [None, 1],
        iter("ab"),
    ):
        verdict = exercise.judge(answer)
        assert verdict.status in ("failed", "error") and verdict.message


def test_letters_are_taken_in_any_form():
    x_1 = EXERCISES["X-1"]
    for answer in ("bce", "b, c, e", "E C B", ["b", "C", "e"], {"b", "c", "e"}, ("e", "b", "c")):
        assert x_1.judge(answer).status == "passed"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.id)
def test_hints_step_and_the_solution_has_its_reason(exercise):
    from vaecore.exercises import checking

    checking._hints_given.clear()
    texts = [hint(exercise.id).text for _ in range(len(exercise.hints) + 1)]
    assert texts == [*exercise.hints, exercise.hints[-1]]
    note = solution(exercise.id)
    assert exercise.reason in str(note) and note.code == exercise.solution_text
