"""An answer that computes what the solution would with one thing changed, or two, is told which."""

import numpy as np
import pytest

from vaecore import bernoulli_log_prob, compute_KL
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses.cases import Calls, all_close, cases_of, usable
from vaecore.exercises.machinery.diagnoses.explaining import findings
from vaecore.exercises.machinery.diagnoses.variant_words import Words
from vaecore.exercises.machinery.diagnoses.variants import changed, tree_of, variants_of
from vaecore.exercises.machinery.exercise import CodeExercise

CODE = [exercise for exercise in EXERCISES.values() if isinstance(exercise, CodeExercise)]


def contraction(weights, biases, x, slope=lambda z: 1 - z**2, with_biases=True):
    z = np.tanh(x @ weights + (biases if with_biases else 0))
    return np.sum(slope(z) ** 2 * np.sum(weights**2, axis=0), axis=1)


def loss(prior, likelihood, q, data, weight):
    log_likelihood = np.log(likelihood[:, data].T)
    return np.sum(q * np.log(q / prior), axis=1) - weight * np.sum(q * log_likelihood, axis=1)


def reversed_kl_in_bits(e):
    mean, log_std = np.split(e, 2, axis=1)
    return 0.5 * np.sum((1 + mean**2) * np.exp(-2 * log_std) - 1 + 2 * log_std, axis=1) / np.log(2)


def kl_of_log_variance(e):
    mean, log_std = np.split(e, 2, axis=1)
    return 0.5 * np.sum(np.exp(log_std) + mean**2 - 1 - log_std)


@pytest.mark.parametrize(
    ("name", "answer", "code", "words"),
    [
        ("X-1c", lambda *args: contraction(*args, with_biases=False), "one-change", "`biases` is missing"),
        ("X-1c", lambda w, b, x: contraction(w, b, x, lambda z: 1 - z), "one-change", "`z` is not squared"),
        ("X-1c", lambda w, b, x: -contraction(w, b, x, lambda z: 1 - z), "two-mistakes", "the other sign"),
        ("X-3c", lambda *args: loss(*args, weight=0.5), "term-weighted", "`log_likelihood` counts 0.5 times"),
        ("L-KL", kl_of_log_variance, "two-mistakes", "log std is read as log variance"),
        ("L-KL", kl_of_log_variance, "two-mistakes", "summed to one number"),
        ("L-BERN", lambda t, x: -np.mean(bernoulli_log_prob(t, x)), "two-mistakes", "averaged to one number"),
        ("L-KL", reversed_kl_in_bits, "two-mistakes", "in bits"),
        ("L-KL", lambda e: compute_KL(e) * 3, "differs-by-factor", "times 3"),
    ],
)
def test_one_change_is_told_in_the_words_of_the_question(name, answer, code, words):
    result = check(name, answer)
    assert (result.status, result.misconception, result.diagnosis) == ("failed", None, code), result.message
    assert words in result.message


@pytest.mark.parametrize("exercise", CODE, ids=lambda e: e.id)
def test_what_is_said_of_a_variant_is_a_clause_and_no_line_of_the_solution(exercise):
    words = Words(exercise)
    lines = [line.strip() for line in exercise.solution_text.splitlines() if "=" in line or "return" in line]
    made = 0
    for variant in variants_of(exercise):
        clause = words.about(variant.places[0], variant.edits[0])
        made += 1
        assert 10 < len(clause) < 300 and "{" not in clause and "``" not in clause, clause
        assert clause.count("`") % 2 == 0 and not clause.endswith("."), clause
        assert not any(line in clause for line in lines), clause
    assert made >= 5


@pytest.mark.parametrize("name", ["S-SIGMA", "X-5", "C2-coin", "S-TIGHT", "C8-gap"])
def test_what_is_told_of_a_variant_computes_the_same(name):
    """Each sentence that is said of one is that of a variant with the same numbers."""
    exercise = EXERCISES[name]
    words, cases = Words(exercise), cases_of(exercise)
    variants = list(variants_of(exercise))
    results = [[Calls(exercise, v.function(exercise))(c.args) for c in cases] for v in variants]
    said = 0
    for variant, seen in zip(variants[::3], results[::3], strict=True):
        found = findings(exercise, variant.function(exercise)) if usable(*seen) else []
        told = [d for d in found if d.code == "one-change"]
        said += len(told)
        for one in told:
            same = [
                words.about(v.places[0], v.edits[0])
                for v, r in zip(variants, results, strict=True)
                if usable(*r) and all_close(r, seen, exercise.rtol)
            ]
            assert any(f"{clause}." in one.text for clause in same), one.text
    assert said >= 2


def test_two_changes_are_run_before_they_are_told():
    exercise = EXERCISES["L-KL"]
    words = Words(exercise)
    by_clause = {words.about(v.places[0], v.edits[0]): v for v in variants_of(exercise)}
    first = by_clause["`mean` has the power 3 in place of another"]
    second = by_clause["1 is missing, which should be subtracted"]
    both = tuple(zip(first.places + second.places, first.edits + second.edits, strict=True))
    function = changed(tree_of(exercise), both).function(exercise)
    result = check("L-KL", function)
    assert result.diagnosis == "two-mistakes", result.message
    assert "`mean` has the power 3" in result.message and "The -1 of each term is missing" in result.message
