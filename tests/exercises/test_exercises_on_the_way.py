"""Answers that are right but for a value on the way, or that return one; numbers that are looked for."""

import numpy as np
import pytest

from vaecore import compute_KL
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses.cases import cases_of, close
from vaecore.exercises.machinery.diagnoses.diagnosis import CODES
from vaecore.exercises.machinery.diagnoses.evidence import evidence
from vaecore.exercises.machinery.diagnoses.fitted_number import fitted, rounded
from vaecore.exercises.machinery.diagnoses.size_factors import one_ratio_each, size_factor
from vaecore.exercises.machinery.diagnoses.two_orders import two_orders
from vaecore.exercises.machinery.diagnoses.value_words import ValueWords
from vaecore.exercises.machinery.diagnoses.watched_solution import WatchedSolution
from vaecore.exercises.machinery.exercise import CodeExercise

CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]


def right(name):
    return EXERCISES[name].solution


@pytest.mark.parametrize("exercise", CODE, ids=lambda e: e.id)
def test_a_watched_solution_returns_what_the_solution_does(exercise):
    watched = WatchedSolution(exercise)
    words = ValueWords(exercise, watched)
    more = (np.random.default_rng(0),) if exercise.takes_rng else ()
    for case in cases_of(exercise)[:1]:
        expected = np.asarray(exercise.solution(*case.args.values(), *more), float)
        values = watched.values(case.args)
        assert close(watched.run(case.args), expected) and len(values) >= 3
        assert all(words.name(place) for place in values)


def test_a_value_is_replaced_wherever_it_is_used_or_in_one_use_of_several():
    watched = WatchedSolution(EXERCISES["C8-best-std"])
    args = {"x": np.array([[1.0, 2.0]]), "mean": np.array([[0.0, 0.0]])}
    given = watched.arguments["x"]
    assert watched.run(args, (given,), lambda v: 3 * v) == pytest.approx(9 * watched.run(args))
    assert watched.run(args, (given,), lambda v: v[:, :0]) is None  # nothing is left to be averaged


def kl_with(change):
    def answer(e):
        mean, log_std = np.split(e, 2, axis=1)
        mean, log_std = change(mean, log_std)
        return compute_KL(np.concatenate([mean, log_std], axis=1))

    return answer


def with_less_noise(mean, std, n, rng):
    eps = 0.8 * rng.standard_normal(n)
    return np.mean(-np.log(std) - 0.5 * eps**2 + 0.5 * (mean + std * eps) ** 2)


def average_of_five(e, rng):
    mean, log_std = np.split(e, 2, axis=1)
    return mean + np.exp(log_std) * rng.standard_normal((5, *mean.shape)).mean(axis=0)


def gap_of_small_correlations(covariance):
    std = np.sqrt(np.diag(covariance))
    return 0.25 * (np.sum((covariance / np.outer(std, std)) ** 2) - len(std))


def bound_of_two_sums(log_likelihood, log_prior, log_q):
    return np.logaddexp.reduce(log_likelihood + log_prior) - np.logaddexp.reduce(log_q)


def kl_and_back(p, q):
    kl = right("X-5")
    return 0.5 * (kl(p, q) + kl(q, p))


def step_wrong_beside_epochs(update, updates_per_epoch, beta1=0.9, beta2=0.999):
    step = right("C6-epochs")(update, updates_per_epoch, beta1, beta2)
    return step if update % updates_per_epoch == 0 else step * (1 + 0.3 / (update + 7))


@pytest.mark.parametrize(
    ("name", "answer", "code", "words"),
    [
        (
            "L-KL",
            kl_with(lambda m, s: (m, np.maximum(s, -0.4))),
            "value-changed",
            "log stds in `encoder_output` is -0.4 in",
        ),
        (
            "L-KL",
            kl_with(lambda m, s: (m, 0 * s + s.mean())),
            "value-changed",
            "the same everywhere, its mean",
        ),
        (
            "S-SIGMA",
            lambda x, f: right("S-SIGMA")(np.round(x), np.round(f)),
            "value-changed",
            "`x` and `f` is rou",
        ),
        ("X-5", lambda p, q: right("X-5")(p, q + 1e-3), "value-changed", "`q` is made larger by 0.001"),
        ("C5-sampled-kl", with_less_noise, "value-changed", "`eps` is 0.8 times as large"),
        (
            "X-5",
            lambda p, q: 0.5 * np.abs(p - q).sum(),
            "value-returned",
            "the absolute value of the difference",
        ),
        (
            "C8-best-std",
            lambda x, m: np.median(np.abs(x - m)),
            "value-returned",
            "the median of the absolute",
        ),
        (
            "C8-weights",
            bound_of_two_sums,
            "value-returned",
            "log of the sum of exponentials down each column",
        ),
        (
            "C8-weights",
            lambda a, b, c: right("C8-weights")(a[:2], b[:2], c[:2]),
            "other-input",
            "the first 2 rows",
        ),
        (
            "L-BERN",
            lambda t, a: right("L-BERN")(t[:, :-1], a[:, :-1]),
            "other-input",
            "all but the last column",
        ),
        (
            "X-4",
            lambda p, q: 0.5 * (right("X-4")(p, q) + right("X-4")(q, p)),
            "other-input",
            "is the mean of the",
        ),
        (
            "C8-best-std",
            lambda x, m: right("C8-best-std")(x, m) * np.sqrt(len(x)),
            "differs-by-size",
            "the square ro",
        ),
        ("L-SAMPLE", average_of_five, "spread", "5 draws were averaged"),
        ("C6-epochs", step_wrong_beside_epochs, "right-sometimes", "is a multiple of `updates_per_epoch`"),
    ],
)
def test_a_value_on_the_way_is_found(name, answer, code, words):
    result = check(name, answer)
    assert result.misconception is None and words in result.message, result.message
    assert result.diagnosis == code and code in CODES


def test_two_arguments_that_never_meet_are_told():
    def apart(mean_q, std_q, mean_p, std_p):
        kl = right("C5-two-gaussians")
        return kl(mean_q, std_q, 0.0, 1.0) - kl(mean_p, std_p, 0.0, 1.0)

    message = check("C5-two-gaussians", apart).message
    assert "change places, your result changes its sign and nothing else" in message


def test_an_approximation_is_told_as_one():
    result = check("S-TIGHT", gap_of_small_correlations)
    assert result.diagnosis == "approximation" and "outside its diagonal" in result.message


def test_a_number_is_found_and_has_no_more_digits_than_it_takes():
    value = np.array([0.3, -1.2, 2.0])

    def result(c):
        return np.tanh(c * value)

    seen = np.tanh(1.37 * value)
    found = next(fitted(result, seen, value, 1.0, 1e-6))
    assert rounded(found, lambda c: close(result(c), seen, 1e-6)) == 1.37
    assert not list(fitted(result, np.array([1.0, 2.0, -3.0]), value, 1.0, 1e-6))


def test_a_factor_is_told_by_the_size_it_is_made_of():
    sizes = {"the number of rows": np.array([2.0, 5.0, 9.0])}
    results = [np.array([1.0, 3.0]), np.array([2.0]), np.array([4.0, 5.0])]
    smaller = [r / np.sqrt(n) for r, n in zip(results, (2, 5, 9), strict=True)]
    ratios = one_ratio_each(smaller, results, 1e-9)
    assert size_factor(ratios, sizes, 1e-9) == "over the square root of the number of rows"
    assert size_factor([2.0, 2.0, 2.0], sizes, 1e-9) == "" == size_factor([1.0, 2.0, 4.4], sizes, 1e-9)
    assert one_ratio_each([np.array([1.0, 2.0])], [np.array([1.0, 3.0])], 1e-9) == []


def test_what_is_too_little_or_right_is_no_evidence():
    exercise = EXERCISES["S-SIGMA"]
    cases = cases_of(exercise)[:1]

    def solution(args):
        return np.asarray(exercise.solution(*args.values()))

    known = evidence(cases, lambda args: solution(args) + 1.0, solution, 1e-4)
    assert known is not None and not two_orders(known, solution)
    assert evidence(cases, lambda args: np.asarray(1.0), solution, 1e-4) is None  # one number, whatever comes
    assert evidence(cases, lambda args: np.asarray(np.nan), solution, 1e-4) is None
