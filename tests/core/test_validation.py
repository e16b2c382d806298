"""The checks of arguments: what passes, what is refused, with what error, saying what."""

import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from vaecore import CheckpointError, DataError, DivergenceError, InvalidInputError, VaecoreError
from vaecore.foundations import validation


def test_all_errors_are_vaecore_errors_and_value_or_os_errors():
    assert issubclass(InvalidInputError, ValueError) and issubclass(DivergenceError, ValueError)
    assert issubclass(DataError, OSError) and issubclass(CheckpointError, OSError)
    for error in (InvalidInputError, DivergenceError, DataError, CheckpointError):
        assert issubclass(error, VaecoreError)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_float_arrays_pass_unchanged(dtype):
    array = np.zeros((2, 3), dtype)
    assert validation.float_array(array, "x") is array
    assert validation.batch(array, "x") is array
    assert validation.batch(array, "x", width=3) is array
    assert validation.pixels(array, "x", width=3) is array
    assert validation.binary_pixels(array, "x") is array


def test_lists_of_floats_become_arrays():
    np.testing.assert_array_equal(validation.batch([[0.5, 1.0]], "x"), np.array([[0.5, 1.0]]))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros(3, int), r"x has dtype int64, expected floating-point numbers; convert with [^/]*$"),
        (np.zeros(3, np.uint8), r"x has dtype uint8.*astype\(np.float32\) / 255 \(bytes 0 to 255"),
        (np.zeros(3, bool), "x has dtype bool"),
        (np.zeros(3, complex), "x has dtype complex128"),
        ("pixels", "x has dtype <U6"),
        (None, "x has dtype object"),
        ([[1.0], [1.0, 2.0]], "x is not an array, expected rows of one length"),
    ],
)
def test_other_dtypes_are_refused(bad, message):
    with pytest.raises(InvalidInputError, match=message):
        validation.float_array(bad, "x")


@pytest.mark.parametrize(
    ("shape", "width", "message"),
    [
        ((3,), None, r"x has shape \(3,\), expected two axes \(B, D\); for one row pass x\[None, :\]$"),
        ((), None, r"x has shape \(\), expected two axes \(B, D\)$"),
        ((2, 3, 4), 4, r"x has shape \(2, 3, 4\), expected two axes \(B, 4\)$"),
        ((0, 3), None, r"x has shape \(0, 3\): the batch is empty, expected at least one row"),
        ((3, 0), None, r"x has shape \(3, 0\), expected \(B, D\)"),
        ((3, 2), 784, r"x has shape \(3, 2\), expected \(B, 784\)"),
    ],
)
def test_other_shapes_are_refused(shape, width, message):
    with pytest.raises(InvalidInputError, match=message):
        validation.batch(np.zeros(shape), "x", width)


def test_finite_counts_what_is_not():
    validation.finite(np.array([1e308, -1e308, 0.0]), "x")
    with pytest.raises(InvalidInputError, match=r"x holds 3 value\(s\) that are NaN or infinite"):
        validation.finite(np.array([1.0, np.nan, np.inf, -np.inf]), "x")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.0, 1.00001], r"x runs from 0 to 1.00001, expected pixels in \[0, 1\]"),
        ([-1e-6, 1.0], r"x runs from -1e-06 to 1, expected pixels in \[0, 1\]"),
        ([0.0, 255.0], r"x runs from 0 to 255, expected pixels in \[0, 1\]; divide bytes by 255"),
        ([0.5, np.nan], r"x holds 1 value\(s\) that are NaN"),
        ([0.5, np.inf], r"x holds 1 value\(s\) that are NaN or infinite"),
    ],
)
def test_pixels_outside_0_to_1_are_refused(values, message):
    with pytest.raises(InvalidInputError, match=message):
        validation.pixels(np.array([values]), "x")


def test_grey_pixels_are_refused_where_binary_ones_are_due():
    message = r"x holds grey pixels, expected 0 or 1 only.*binarise\(x, rng\)"
    with pytest.raises(InvalidInputError, match=message):
        validation.binary_pixels(np.array([[0.0, 1.0, 0.999]]), "x")
    with pytest.raises(InvalidInputError, match="x runs from 0 to 2"):
        validation.binary_pixels(np.array([[0.0, 2.0]]), "x")


def test_gaussian_parameters_need_an_even_width_and_finite_numbers():
    array = np.zeros((2, 6))
    assert validation.gaussian_parameters(array) is array
    message = r"encoder_output has shape \(2, 5\), expected an even width 2L"
    with pytest.raises(InvalidInputError, match=message):
        validation.gaussian_parameters(np.zeros((2, 5)))
    with pytest.raises(InvalidInputError, match="encoder_output holds 12 value"):
        validation.gaussian_parameters(np.full((2, 6), np.nan))


def test_only_a_generator_is_a_generator(rng):
    assert validation.generator(rng) is rng
    for bad in (1, None, np.random, np.random.RandomState(0), rng.bit_generator):
        message = rf"rng is of type {type(bad).__name__}, expected a numpy.random.Generator; make one with"
        with pytest.raises(InvalidInputError, match=message):
            validation.generator(bad)


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(7)])
def test_whole_numbers_pass_as_ints(value):
    result = validation.whole_number(value, "n")
    assert type(result) is int and result == value


@pytest.mark.parametrize("bad", [0, -1, 1.0, "3", None, True, np.True_, np.float64(2), math.nan])
def test_other_numbers_are_not_whole(bad):
    with pytest.raises(InvalidInputError, match=r"n is .*, expected a whole number of at least 1"):
        validation.whole_number(bad, "n")


def test_whole_number_at_least():
    assert validation.whole_number(0, "t", at_least=0) == 0
    with pytest.raises(InvalidInputError, match="steps is 1, expected a whole number of at least 2"):
        validation.whole_number(1, "steps", at_least=2)


@pytest.mark.parametrize("value", [0, 0.5, np.float32(0.5), np.int8(0)])
def test_numbers_pass_as_floats(value):
    result = validation.number(value, "a", at_least=0, below=1)
    assert type(result) is float and result == value


@pytest.mark.parametrize(
    ("bad", "limits", "message"),
    [
        (0, {"above": 0}, "a is 0, expected a finite number greater than 0"),
        (-1.0, {"at_least": 0}, "a is -1.0, expected a finite number at least 0"),
        (1.0, {"at_least": 0, "below": 1}, "a is 1.0, expected a finite number at least 0 and less than 1"),
        (math.nan, {}, "a is nan, expected a finite number$"),
        (math.inf, {"above": 0}, "a is inf"),
        (True, {}, "a is True"),
        (np.True_, {}, "a is np.True_"),
        ("0.5", {}, "a is '0.5'"),
        (None, {}, "a is None"),
        (1j, {}, "a is 1j"),
        (np.array([0.5]), {}, r"a is array\(\[0.5\]\)"),
    ],
)
def test_numbers_out_of_range_are_refused(bad, limits, message):
    with pytest.raises(InvalidInputError, match=message):
        validation.number(bad, "a", **limits)


def test_network_passes_lists_tuples_and_autograds_boxes_of_them():
    params = [(np.ones((3, 2)), np.ones(2)), (np.ones((2, 1)), np.ones(1))]
    assert validation.network(params) is params
    assert validation.network(tuple(params))

    def objective(params):  # autograd hands over a box of the list
        (weights, _), _ = validation.network(params)
        return anp.sum(weights**2)

    np.testing.assert_array_equal(autograd.grad(objective)(params)[0][0], 2 * params[0][0])


def test_the_checks_see_through_a_gradients_boxes():
    def objective(x):
        validation.binary_pixels(x, "x", width=2)
        with pytest.raises(InvalidInputError, match=r"x has shape \(1, 2\), expected \(B, 3\)"):
            validation.batch(x, "x", width=3)
        with pytest.raises(InvalidInputError, match="x runs from 0 to 2"):
            validation.pixels(2 * x, "x")
        with pytest.raises(InvalidInputError, match="x holds 1 value"):
            validation.finite(x + np.array([[np.nan, 0.0]]), "x")
        return anp.sum(x)

    autograd.grad(objective)(np.array([[0.0, 1.0]]))
