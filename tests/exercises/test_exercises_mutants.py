"""Wrong answers that nobody listed: a program changes the solutions; none passes that changes a result."""

import ast

import pytest
from right_answers import SAME

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses.variants import tree_of, variants_of
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_by_name

CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]


def mutants_of(exercise):
    """Yield the changed line and the changed function."""
    before = set(ast.unparse(tree_of(exercise)).splitlines())
    for variant in variants_of(exercise, more=False):
        text = ast.unparse(variant.code)
        line = next((x.strip() for x in text.splitlines() if x not in before), "")
        if line:
            yield line, variant.function(exercise)


@pytest.mark.spread
@pytest.mark.parametrize("exercise", CODE, ids=lambda e: e.id)
def test_no_mutant_passes_unless_it_computes_the_same(exercise, record_property, request):
    """Every third one, and those that compute the same; all of them in `make test-whole`."""
    tried = named = 0
    passed = set()
    same = SAME.get(exercise.id, {})
    whole = request.config.getoption("whole")
    for number, (line, function) in enumerate(mutants_of(exercise)):
        if number % 3 and line not in same and not whole:
            continue
        tried += 1
        verdict = judge_by_name(exercise, function)
        named += verdict.misconception is not None
        assert verdict.status != "not attempted", line
        if verdict.status == "passed":
            passed.add(line)
    record_property("mutants", tried)
    print(f"{exercise.id}: {tried} mutants, {named} with a name, {len(same)} the same")
    assert tried >= 2
    assert not passed - set(same), passed - set(same)
    assert set(same) <= passed, "no longer passes: take it out of SAME"
