"""Kinds of mistakes that a third set of answers showed: each is told, and nothing untrue is said of it."""

import numpy as np
import pytest
from unseen_answers import ENTRIES

from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses.cases import Case, close
from vaecore.exercises.machinery.diagnoses.dependence import dependence
from vaecore.exercises.machinery.judging import judge_function

ANSWERS = {entry.answer.__name__: entry for entry in ENTRIES}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("coins_reversed_in_bits", "over log 2, that is in bits. The other mistake: This is KL(Q || P)"),
        ("adam_raw_v_and_epsilon_inside", "epsilon stands inside the root"),
        ("adam_raw_v_and_epsilon_inside", "Only one of the two moments is corrected"),
        ("bound_of_probabilities_without_kl", "The KL divergence is missing"),
        ("bound_of_probabilities_without_kl", "Besides, the sigmoid of `logits` is taken"),
        ("dice_quotient_of_logarithms", "where the logarithm of their quotient belongs"),
        ("contraction_with_relu_slope", "is replaced by 1 where `z` is above 0, and by 0 elsewhere"),
        ("new_images_sigmoid_twice", "the sigmoid of a part with `gen_params` and `z` is taken"),
        ("best_guess_as_logarithm", "the expected one as its logarithm"),
        ("kl_of_even_and_odd_columns", "columns 0, 2, 4, ... are the means, and 1, 3, 5, ... the log stds"),
        ("sample_of_even_and_odd_columns", "columns 0, 2, 4, ... are the means"),
        ("identity_with_evidence_without_prior", "`joint`, where it goes into `sum`, is divided by `prior`"),
        ("estimate_with_uniform_noise", "the numbers lie between 1000 and 1000.6, expected between 99"),
        ("bernoulli_with_s_for_both", "`logits` has the other sign, in one of the places where it counts"),
        ("gap_with_the_sign", "the sign of a determinant"),
        ("gradient_of_one_by_roots", "the square root of `weights` is taken (which halves its logarithm)"),
        ("new_digits_rounded", "drawn from the probabilities or cut at a threshold"),
        ("new_digits_cut", "drawn from the probabilities or cut at a threshold"),
    ],
)
def test_the_kind_is_told(name, words):
    entry = ANSWERS[name]
    verdict = judge_function(EXERCISES[entry.exercise], entry.answer)
    assert verdict.status in ("failed", "error") and words in verdict.message, verdict.message


@pytest.fixture
def points(rng):
    return [Case("", {"x": rng.normal(size=(n, 2))}) for n in (3, 4)]


def said_of_order(answer, solution, cases):
    results = [[np.asarray(f(**case.args)) for case in cases] for f in (answer, solution)]
    calls = [lambda args, f=f: np.asarray(f(**args)) for f in (answer, solution)]
    found = dependence(cases, *calls, *results, 1e-6)
    return [d.text for d in found if d.code == "order-matters"]


def test_what_is_said_of_the_order_holds_for_the_expected_result(points):
    """Nothing where it goes with its rows, or minds their order, too; else which of the two it should do."""
    rows, steps = (lambda x: 2 * x), (lambda x: np.cumsum(x, axis=0))
    assert said_of_order(lambda x: 3 * x, rows, points) == []
    assert said_of_order(lambda x: 3 * steps(x), steps, points) == []
    (of_rows,) = said_of_order(steps, rows, points)
    turned = "is turned round, the expected result is turned round too; yours is not."
    assert of_rows == f"When the order of the rows of `x` {turned}"
    total = said_of_order(lambda x: x[0].sum(), lambda x: x.sum(), points)
    assert total == ["Your result depends on the order of the rows of `x`, and it should not."]


def test_moved_points_are_not_told_to_mind_the_order():
    for answer in (ANSWERS["halves_with_points_moved"].answer, ANSWERS["halves_with_points_moved_on"].answer):
        message = check("C8-halves", answer).message
        assert "depends on the order" not in message and "turned round" not in message


@pytest.mark.parametrize("far", [0.0, 5e-7, 2e-6, 9e-5, 2e-4, 1.0, np.nan, np.inf])
def test_two_results_are_close_as_numpy_has_it(far, rng):
    expected = [
        rng.normal(size=5),
        np.zeros(3),
        np.array([1.0, np.nan]),
        np.array([np.inf, 1.0]),
        np.array(2.0),
    ]
    with np.errstate(all="ignore"):
        for b in expected:
            for a in (b + far, b * (1 + far), b - far, np.full(b.shape, far)):
                assert close(a, b) is bool(np.allclose(a, b, rtol=1e-4, atol=1e-6, equal_nan=True)), (a, b)
