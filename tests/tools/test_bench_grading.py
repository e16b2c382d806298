"""The class of `make bench-grade` gets the points that it must, and is the same class each time."""

from collections import Counter

from tools.benches.bench_grading import TEN, answers_of_class, graded, wrong_verdicts


def test_a_small_class_is_graded_as_it_must_be():
    """One who has all right, one with mistakes, one who has done half."""
    results, expected, sandbox, clock, used = graded(3, 1)
    assert expected["student-000"] == 10 and expected["student-002"] == 5
    assert 7 <= expected["student-001"] <= 9
    assert wrong_verdicts(results, expected) == []
    assert clock > 0 and used > 0 and sandbox
    results[0]["exercises"][0]["points"] = 0.0
    results[1]["state"] = "never ends"
    assert wrong_verdicts(results, expected) == ["student-000", "student-001"]


def test_the_class_is_mixed_and_the_same_each_time():
    first, second = list(answers_of_class(300)), list(answers_of_class(300))
    assert first == second and len(first) == 300
    points = Counter(points for _, points in first)
    assert points[10] == points[5] == 100 and sum(points[n] for n in (7, 8, 9)) == 100
    assert len(TEN) == 10
