"""What an answer depends on, where it is still right, and what it does with the functions it is given."""

import numpy as np
import pytest

from vaecore import compute_KL
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses.broken_rules import broken_rules, one_sided, same_order, symmetric
from vaecore.exercises.machinery.diagnoses.cases import Case
from vaecore.exercises.machinery.diagnoses.dependence import dependence
from vaecore.exercises.machinery.diagnoses.other_inputs import other_inputs
from vaecore.exercises.machinery.diagnoses.parts import moved, parts_of
from vaecore.exercises.machinery.diagnoses.where_right import where_right


def right(name):
    return EXERCISES[name].solution


def kl_of_std_units(e):
    mean, log_std = np.split(e, 2, axis=1)
    return 0.5 * np.sum(np.exp(2 * log_std) + (mean / np.exp(log_std)) ** 2 - 1 - 2 * log_std, axis=1)


def kl_interleaved(e):
    mean, log_std = e[:, 0::2], e[:, 1::2]
    return compute_KL(np.concatenate([mean, log_std], axis=1))


def kl_beside_the_first(e):
    kl = compute_KL(e)
    return kl * (1 + 0.1 * np.tanh(kl[0]) ** 3)


def scores_with_baseline(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return (f(z) - np.mean(f(z))) * eps / sigma, slope(z)


def adam_of_short_epochs(grad, theta, num_epochs, batches, *options, **more):
    return right("L-ADAM")(grad, theta, num_epochs, max(1, batches - 1), *options, **more)


def adam_with_smaller_steps(
    grad, theta, num_epochs, batches, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    first = right("L-ADAM")(grad, theta, 1, batches, alpha, beta1, beta2, epsilon)
    if num_epochs == 1:
        return first
    return right("L-ADAM")(grad, first, num_epochs - 1, batches, alpha / 2, beta1, beta2, epsilon)


def interpolation_on_an_arc(vae, a, b, steps):
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.linspace(0, np.pi / 2, steps)[:, None]
    return vae.decode(np.cos(s) * mean[0] + np.sin(s) * mean[1])


def thicker_by_a_unit_vector(vae, images, thick, thin, amount):
    more = vae.encode(thick)[0].mean(axis=0) - vae.encode(thin)[0].mean(axis=0)
    return vae.decode(vae.encode(images)[0] + amount * more / np.linalg.norm(more))


def adam_at_the_start(grad, theta, *rest, **more):
    return right("L-ADAM")(lambda t, batch: grad(theta, batch), theta, *rest, **more)


def samples_interleaved(e, rng):
    mean, log_std = e[:, 0::2], e[:, 1::2]
    return mean + np.exp(log_std) * rng.standard_normal(mean.shape)


def log_mean_over_rows(a):
    return np.logaddexp.reduce(a, axis=1) - np.log(len(a))


def coins_weighted_by_q(p, q):
    return (q * np.log(p / q) if p else 0) + ((1 - q) * np.log((1 - p) / (1 - q)) if p < 1 else 0)


def coins_both_ways(p, q):
    kl = right("X-4")
    return 0.5 * (kl(p, q) + kl(q, p))


def ratio_of_information(information, entropy):
    in_order = np.sort(information, axis=0)
    return np.mean(1 - in_order[-2] / in_order[-1])


@pytest.mark.parametrize(
    ("name", "answer", "code", "words"),
    [
        ("C8-gap", ratio_of_information, "value-returned", "the mean of 1 minus place [-2] of the sorting"),
        ("L-KL", kl_of_std_units, "right-without", "With the means in `encoder_output` set to 0"),
        ("L-KL", kl_interleaved, "other-input", "in which columns 0, 2, 4, ... are the means"),
        (
            "L-KL",
            kl_beside_the_first,
            "mixes-rows",
            "Entry `[1]` of your result changes when only row `[0]` of",
        ),
        ("P-2dc", scores_with_baseline, "value-changed", "what `f` returns is taken less its mean"),
        ("P-2dc", scores_with_baseline, "value-changed", "the second is right, and the first is wrong"),
        ("L-ADAM", adam_of_short_epochs, "calls-counted", "`grad` is called 9 times for 12 updates"),
        (
            "L-ADAM",
            adam_with_smaller_steps,
            "right-up-to",
            "What `grad` gets as `theta` is right up to update 5, and wrong from update 6 on",
        ),
        (
            "L-33",
            interpolation_on_an_arc,
            "wrong-call",
            "What you hand to `decode` is not what belongs there: you hand in [1.6549, -1.5912] in row `[1]`",
        ),
        ("S-ARITH", thicker_by_a_unit_vector, "value-changed", "`direction` is divided by its length"),
        ("L-ADAM", adam_at_the_start, "value-changed", "is replaced by the `theta` that was handed in"),
        ("L-SAMPLE", samples_interleaved, "other-input", "in which columns 0, 2, 4, ... are the means"),
        ("C2-tiny", log_mean_over_rows, "differs-by-size", "the logarithm of the ratio of the number of col"),
        ("X-4", coins_weighted_by_q, "other-input", "each other's place, with the other sign"),
        ("X-7b", lambda z: (np.abs(12 - z), np.abs(2 * z - 10)), "wrong-where", "only where 0 is expected"),
    ],
)
def test_an_answer_is_looked_at_closer(name, answer, code, words):
    result = check(name, answer)
    assert (result.status, result.misconception, result.diagnosis) == ("failed", None, code), result.message
    assert words in result.message


def test_where_some_inputs_raise_an_error_the_others_are_looked_at():
    result = check("X-4", coins_both_ways)
    assert (result.status, result.diagnosis) == ("error", "other-input")
    assert "Where it raises no error: Your result is the mean of the expected one and the" in result.message


def test_inputs_beyond_the_first_ones_are_looked_at_where_these_are_right():
    def by_det(covariance):
        precision = np.linalg.inv(covariance)
        return 0.5 * (np.log(np.prod(np.diag(precision))) - np.log(np.linalg.det(precision)))

    message = check("S-TIGHT", by_det).message
    assert "It is right in 4 of 5 cases" in message and "wrong for: 150 latents" in message


@pytest.fixture
def cases(rng):
    return [
        Case("", {"x": rng.normal(size=shape), "y": rng.normal(size=shape[0])}) for shape in ((3, 4), (5, 2))
    ]


def said(looking, cases, answer, solution):
    results = [[call(case.args) for case in cases] for call in (answer, solution)]
    return {d.code: d.text for d in looking(cases, answer, solution, *results, 1e-6)}


def solution(args):
    return np.sum(args["x"] ** 2, axis=1) + args["y"]


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (lambda a: np.sum(a["x"] ** 2, axis=1), "ignores-input", "does not change when `y` does"),
        (
            lambda a: solution(a) + 2 * a["y"],
            "moves-too-far",
            "When `y` changes, your result moves 3 times as far",
        ),
        (lambda a: solution(a) + a["y"] ** 2, "one-part-wrong", "follows `x` as it should, but not `y`"),
        (lambda a: solution(a) + np.sum(a["y"]), "mixes-rows", "changes when only"),
        (lambda a: solution(a) + a["x"][:, 0], "order-matters", "the order of the columns of `x`"),
    ],
)
def test_the_response_to_a_changed_input_is_compared(answer, code, words, cases):
    found = said(dependence, cases, answer, solution)
    assert words in found[code]


def test_of_a_right_answer_no_dependence_is_told(cases):
    assert said(dependence, cases, solution, solution) == {}


def test_a_result_that_jumps_is_not_said_to_ignore_its_input(rng):
    """The place of the largest does not move when the numbers move a little."""
    cases = [Case("", {"x": rng.normal(size=8) * 10}) for _ in range(3)]
    found = said(dependence, cases, lambda a: np.argmax(a["x"]) * 1.0, lambda a: np.sum(a["x"]))
    assert "when `x` does" not in found.get("ignores-input", "")


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (lambda a: solution(a) + a["y"] * 3, "right-without", "With `y` set to 0"),
        (lambda a: solution(a) + (a["y"] < 0), "wrong-where", "exactly where `y` is negative"),
        (lambda a: solution(a) + (np.arange(len(a["y"])) == 0), "wrong-where", "only in its first entry"),
        (lambda a: solution(a) * np.sqrt(len(a["y"])), "right-for-one", "With only one row in `x` and `y`"),
    ],
)
def test_where_it_is_right_is_told(answer, code, words, cases):
    found = said(where_right, cases, answer, solution)
    assert words in found[code], found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: {**a, "x": 2 * a["x"]}, "`x` twice as large, on both inputs"),
        (lambda a: {**a, "y": -a["y"]}, "`y` with the other sign"),
        (lambda a: {**a, "x": a["x"] - a["x"].mean(axis=0)}, "`x` with its mean taken off"),
    ],
)
def test_the_right_result_of_another_input_is_told(change, words, cases):
    def looking(cases, answer, solution, seen, right, rtol):
        return other_inputs(cases, solution, seen, right, rtol)

    found = said(looking, cases, lambda args: solution(change(args)), solution)
    assert words in found["other-input"]


@pytest.mark.parametrize(
    ("seen", "right", "words"),
    [
        ([[0.5, 0.35]], [[0.5, 0.5]], "add up to 0.85"),
        ([[2.0, -0.25]], [[2.0, 1.0]], "is negative (-0.25)"),
        ([[-2.0, 0.25]], [[-2.0, -1.0]], "is above 0 (0.25)"),
        ([np.linspace(0, 1.5, 20)], [np.linspace(0, 1, 20)], "is above 1 (1.5)"),
        ([[0.5, 1.5]], [[0.5, 0.75]], ""),  # a few numbers may be below 1 by chance
        ([[0.5, 1.5]], [[2.5, 1.5]], ""),
    ],
)
def test_a_rule_of_all_expected_results_that_is_broken_is_told(seen, right, words):
    found = broken_rules([np.array(s) for s in seen], [np.array(r) for r in right])
    assert [words in one.text for one in found] == ([True] if words else [])


def test_the_weakest_words_are_true_too(rng):
    right = [rng.normal(size=4), rng.normal(size=3)]
    assert "too large in all of its numbers" in one_sided([r + 1 for r in right], right, 1e-4)[0].text
    assert one_sided([right[0] + 1, right[1] - 1], right, 1e-4) == []
    assert "their order is right" in same_order([np.exp(r) for r in right], right)[0].text
    assert same_order([-r for r in right], right) == []


def test_arguments_that_can_change_places_are_told(rng):
    cases = [Case("", {"p": rng.random(3), "q": rng.random(3)}) for _ in range(2)]
    for answer, count in ((lambda a: np.sum(a["p"] * a["q"]), 1), (lambda a: np.sum(a["p"] - 2 * a["q"]), 0)):
        results = [[call(c.args) for c in cases] for call in (answer, lambda a: np.sum(a["p"] - a["q"]))]
        found = symmetric(cases, answer, lambda a: np.sum(a["p"] - a["q"]), *results)
        assert len(found) == count


def test_moved_inputs_are_of_the_same_kind(rng):
    probabilities = moved(np.array([[0.2, 0.8], [0.5, 0.5]]), rng)
    assert np.allclose(probabilities.sum(axis=1), 1) and np.all(probabilities > 0)
    assert set(moved(np.array([0.0, 1.0, 1.0]), rng)) <= {0.0, 1.0}
    covariance = moved(np.array([[2.0, 0.3], [0.3, 1.0]]), rng)
    assert np.array_equal(covariance, covariance.T) and np.all(np.linalg.eigvalsh(covariance) > 0)
    assert [p.name for p in parts_of([Case("", {"encoder_output": np.ones((2, 4)), "n": 3})])] == [
        "the means in `encoder_output`",
        "the log stds in `encoder_output`",
    ]


def test_what_holds_on_all_inputs_but_one_is_told_of_wrong_ones_alone():
    def last_batch_first(grad, theta, num_epochs, batches, *options, **more):
        return right("L-ADAM")(
            lambda t, b: grad(t, batches - 1 - b), theta, num_epochs, batches, *options, **more
        )

    message = check("L-ADAM", last_batch_first).message
    assert "gets batch 3, not 0" in message and "1 times" not in message
    overflows = check("L-BERN", lambda t, x: 2 * np.maximum(right("L-BERN")(t, x), -100))
    assert "times 2, on 3 of 4 inputs" in overflows.message
