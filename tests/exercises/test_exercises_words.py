"""What is said of an answer is true: names, evidence, shapes, and where an error came up."""

import math
import re

import numpy as np
import pytest

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.elbo.estimate_statistics import kl_at
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_function
from vaecore.exercises.machinery.repeated_calls import DRAW_FROM
from vaecore.exercises.mnist_lab.lower_bound import vae_lower_bound
from vaecore.foundations.likelihoods import bernoulli_log_prob, gaussian_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.kl import compute_KL

CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]


def said(exercise, function):
    """The verdict, and its message without what is said in front of the evidence."""
    return judge_function(EXERCISES[exercise], function)


# The bound (L-BOUND)


def parts(gen_params, rec_params, data, rng):
    encoder_output = neural_net_predict(rec_params, data)
    mean, log_std = np.split(encoder_output, 2, axis=1)
    z = mean + np.exp(log_std) * rng.standard_normal(mean.shape)
    return encoder_output, mean, log_std, z, neural_net_predict(gen_params, z)


def joint_minus_log_q(gen_params, rec_params, data, rng):
    _, mean, log_std, z, logits = parts(gen_params, rec_params, data, rng)
    log_p = gaussian_log_prob(z, 0 * z, 0 * z)
    return np.mean(bernoulli_log_prob(data, logits) + log_p - gaussian_log_prob(z, mean, log_std))


def test_the_joint_minus_log_q_is_a_bound_too():
    for factor in (1, 5000):
        verdict = said("L-BOUND", lambda *args, c=factor: c * joint_minus_log_q(*args))
        assert verdict.status == "passed", verdict.message
    for factor, name in ((-1, "bound-loss"), (8 / 9, None)):
        verdict = said("L-BOUND", lambda *args, c=factor: c * joint_minus_log_q(*args))
        assert (verdict.status, verdict.misconception) == ("failed", name)
        assert "the mean was" in verdict.message and "-32.7" in verdict.message


def test_a_mistake_of_a_function_that_the_bound_calls_is_told_as_that():
    def with_the_other_kl(*args):
        _, mean, log_std, _, logits = parts(*args)
        reverse = 0.5 * np.sum((1 + mean**2) * np.exp(-2 * log_std) - 1 + 2 * log_std, axis=1)
        return np.mean(bernoulli_log_prob(args[2], logits) - reverse)

    verdict = said("L-BOUND", with_the_other_kl)
    assert (verdict.status, verdict.misconception, verdict.diagnosis) == ("failed", None, "one-change")
    assert "a right computation with a mistake of L-KL in it" in verdict.message


def test_the_width_of_latents_is_told_by_how_often_pixels_are_on():
    def wide(gen_params, n, rng):
        z = 2 * rng.standard_normal((n, gen_params[0][0].shape[0]))
        p = 1 / (1 + np.exp(-neural_net_predict(gen_params, z)))
        return (rng.random(p.shape) < p).astype(float)

    verdict = said("P-2c", wide)
    assert verdict.status == "failed"
    assert re.search(r"the standard deviation of each z_j is (1\.9\d|2\.0\d), not 1", verdict.message)


def test_a_bound_is_explained_by_its_terms_only_where_it_is_made_of_them():
    def sigmoid_twice(*args):
        encoder_output, *_, logits = parts(*args)
        return np.mean(bernoulli_log_prob(args[2], 1 / (1 + np.exp(-logits))) - compute_KL(encoder_output))

    verdict = said("L-BOUND", sigmoid_twice)
    assert verdict.status == "failed" and verdict.misconception is None
    assert "the result was" not in verdict.message
    assert "it gave -32.78, expected -32.7: E = -4.209 less KL = 28.49" in verdict.message
    verdict = said("L-BOUND", lambda *args: -8 * vae_lower_bound(*args))
    assert "-8 E + 8 KL" in verdict.message and "- -" not in verdict.message


def test_a_likelihood_that_overflows_does_not_speak_of_z():
    def overflows(*args):
        encoder_output, *_, logits = parts(*args)
        s, x = 1 / (1 + np.exp(-logits)), args[2]
        return np.mean(np.sum(x * np.log(s) + (1 - x) * np.log(1 - s), axis=1) - compute_KL(encoder_output))

    verdict = said("L-BOUND", overflows)
    assert verdict.misconception is None
    assert "nan or infinite" in verdict.message and "L-BERN" in verdict.message
    assert "no sample of q" not in verdict.message


def test_where_z_is_no_sample_of_q_its_numbers_are_told():
    def wide(gen_params, rec_params, data, rng):
        encoder_output, mean, log_std, *_ = parts(gen_params, rec_params, data, rng)
        z = mean + 2 * np.exp(log_std) * rng.standard_normal(mean.shape)
        log_prob = bernoulli_log_prob(data, neural_net_predict(gen_params, z))
        return np.mean(log_prob - compute_KL(encoder_output))

    verdict = said("L-BOUND", wide)
    assert verdict.misconception == "bound-not-from-q"
    assert "where q has 0.50 and -0.70, and 0.37 and 2.01" in verdict.message


# Names, and evidence


def test_zero_log_zero_is_said_of_it_alone():
    coins = EXERCISES["X-4"].solution

    def refuses(p, q):
        if p in (0, 1):
            raise IndexError("no such side")
        return coins(p, q)

    for wrong in (refuses, lambda p, q: coins(p, q) if 0 < p < 1 else np.inf):
        assert said("X-4", wrong).misconception is None

    def with_math(p, q):
        return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))

    def guards_heads_only(p, q):
        heads = p * np.log(p / q) if p > 0 else 0.0
        return heads + (1 - p) * np.log((1 - p) / (1 - q))

    for wrong in (with_math, guards_heads_only):
        assert said("X-4", wrong).misconception == "kl-zero-log-zero"


def test_a_floor_is_said_only_where_the_result_is_too_high():
    solution = EXERCISES["C2-tiny"].solution
    shifted = said("C2-tiny", lambda a: solution(a) - 50 * (a.max(axis=1) < -500))
    assert shifted.status == "failed" and shifted.misconception is None


def test_evidence_compares_with_the_right_answer_that_is_nearest():
    """z from -log u is right, and so the derivative is compared with that of this z."""
    verdict = said("S-REP", lambda rate, u: (-np.log(u) / rate, 3 + np.log(u) / rate**2))
    right = np.log([0.1, 0.5, 0.9]) / 4
    assert verdict.misconception is None
    assert f"expected [{', '.join(f'{x:.4f}' for x in right)}]" in verdict.message


def test_a_kl_that_is_computed_from_mean_and_std_is_the_one_that_is_handed_in():
    def own_kl(log_likelihood, mean, std, kl, num_samples, rng):
        assert kl == pytest.approx(0.5 * (mean**2 + std**2 - 1) - np.log(std))
        return np.mean(log_likelihood(rng.normal(mean, std, num_samples))) - kl

    assert said("P-2ac", own_kl).status == "passed"
    assert kl_at(0) == pytest.approx(0.5 * (0.36 - 1) - np.log(0.6))


@pytest.mark.parametrize("exercise", [e for e in CODE if e.takes_rng], ids=lambda e: e.id)
def test_what_a_random_answer_may_draw_from_is_in_the_question(exercise):
    assert DRAW_FROM in exercise.question or "NumPy's global generator" in exercise.question
    names = [m.id for m in exercise.mistakes if m.id.endswith("-fresh-generator")]
    assert len(names) == 1


# Shapes


def test_shapes_are_those_of_one_result():
    seen = {
        ("X-7b", lambda z: np.zeros(7)): "expected two arrays of shape (3,)",
        ("P-1a", lambda prior, likelihood, q, x: 0.0): "it returned one number, expected two numbers",
        ("C6-step", lambda theta, *rest: np.zeros((2, 2))): "expected three arrays of shape (2,)",
        ("L-KL", lambda e: np.zeros(17)): "an array of shape (17,), expected an array of shape (3,)",
        ("X-4", lambda p, q: np.zeros(2)): "it returned an array of shape (2,), expected one number",
    }
    for (exercise, function), words in seen.items():
        assert words in said(exercise, function).message, exercise

    calls = []

    def fails_later(prior, likelihood, q, x):
        calls.append(1)
        return (0.0, 0.0) if len(calls) < 5 else np.zeros(3)

    message = said("P-1a", fails_later).message
    assert "200, 2" not in message


# Errors


def test_an_error_comes_with_the_line_and_the_shapes_in_it():
    def compute_KL(encoder_output):
        weights = np.zeros((7, 2))
        return encoder_output @ weights

    message = said("L-KL", compute_KL).message
    assert "in the line `return encoder_output @ weights`" in message
    assert "where `encoder_output` has shape (3, 4) and `weights` has shape (7, 2)." in message
    assert " , " not in message


def test_the_line_is_the_innermost_of_the_student():
    def helper(m):
        return np.linalg.inv(m)

    def gap(covariance):
        return helper(covariance[:1])

    message = said("S-TIGHT", gap).message
    assert "in the line `return np.linalg.inv(m)`, where `m` has shape (1, 2)." in message


@pytest.mark.parametrize(
    ("exercise", "name", "words"),
    [
        ("L-KL", "latent_dim", "Use `encoder_output.shape[1] // 2` in place of `latent_dim`"),
        ("L-KL", "batch_size", "Use `encoder_output.shape[0]` in place of `batch_size`"),
        ("L-BOUND", "batch_size", "Use `data.shape[0]` in place of `batch_size`"),
        ("L-BOUND", "N", "No `N` is needed"),
        ("L-31", "latent_dim", "Use `vae.latent_size` in place of `latent_dim`"),
        ("P-2c", "latent_size", "Use `gen_params[0][0].shape[0]` in place of `latent_size`"),
        ("L-BERN", "D", "Use `targets.shape[1]` in place of `D`"),
        ("L-BOUND", "neural_net_predict", "`from vaecore import neural_net_predict` brings it"),
        ("L-KL", "np", "`import numpy as np` brings it"),
        ("L-KL", "something", "The function knows its arguments, and what it defines itself."),
    ],
)
def test_a_name_from_another_cell_is_told_what_to_use_instead(exercise, name, words):
    scope = {}
    exec(f"def function(*args):\n    return {name}", scope)
    message = said(exercise, scope["function"]).message
    assert f"NameError: name '{name}' is not defined" in message and words in message


def test_weights_that_stay_in_range_are_not_said_to_have_left_it():
    solution = EXERCISES["C8-weights"].solution
    of_five = lambda *logs: solution(*(a[:5] for a in logs))  # noqa: E731
    too_low = lambda *logs: solution(*logs) - 0.1 * (logs[0] < -800)[0]  # noqa: E731
    for wrong in (of_five, too_low):
        verdict = said("C8-weights", wrong)
        assert verdict.status == "failed" and verdict.misconception is None


def test_a_name_must_fit_on_all_inputs_that_show_the_mistake():
    """Only for the first inputs; on one that shows the mistake as well the answer is something else."""
    transposed = lambda p, r: EXERCISES["C2-coin"].solution(p, r).T  # noqa: E731
    assert said("C2-coin", transposed).misconception == "bayes-transposed"
    square_only = lambda p, r: transposed(p, r) if len(p) > 2 else transposed(p, r) + 0.1  # noqa: E731
    assert said("C2-coin", square_only).misconception is None
    sums = lambda a: np.log(np.sum(np.exp(a), axis=1))  # noqa: E731
    assert said("C2-tiny", sums).misconception == "tiny-sum"
    assert said("C2-tiny", lambda a: sums(a) + (a.shape[1] == 5)).misconception is None
