"""From strokes to a picture like MNIST's: what is redrawn along its middle is encoded near the original."""

import numpy as np
import pytest
from centre_lines import centre_lines
from widget_pages import shipped

from vaecore import load_mnist
from vaecore.widgets.one_digit.drawing import LETTER, MIDDLE, drawn


def centre(picture):
    at = np.arange(28) + 0.5
    ink = picture.reshape(28, 28)
    return np.array([ink.sum(axis=0) @ at, ink.sum(axis=1) @ at]) / ink.sum()


def moved(strokes, factor, shift):
    return [(np.reshape(stroke, (-1, 2)) * factor + shift).ravel().tolist() for stroke in strokes]


def test_no_strokes_are_no_ink_and_a_dot_is_a_dot():
    assert not drawn([]).any() and not drawn([[]]).any()
    dot = drawn([[0.9, 0.1]])
    np.testing.assert_allclose(dot.sum(), np.pi * 1.25**2, rtol=0.05)  # the area of the pen
    np.testing.assert_allclose(centre(dot), MIDDLE, atol=0.05)


def test_the_ink_fills_the_box_and_is_centred_by_its_mass(rng):
    for _ in range(20):
        strokes = [rng.uniform(0.2, 0.8, 2 * rng.integers(2, 8)).tolist() for _ in range(2)]
        picture = drawn(strokes)
        rows, columns = np.nonzero(picture.reshape(28, 28))
        longer = max(np.ptp(rows), np.ptp(columns)) + 1
        assert 19 <= longer <= 22  # 20, cut by pixels, and by the edge where the mass is to one side
        np.testing.assert_allclose(centre(picture), MIDDLE, atol=0.3)
        assert set(np.unique(picture * 16)) <= set(range(17)) and picture.max() == 1


def test_where_and_how_large_one_draws_makes_no_difference():
    whole = drawn(LETTER)
    for factor, shift in ((0.5, [0, 0.4]), (0.4, [0.6, 0.1]), (1, [0.15, 0.1])):
        assert np.abs(drawn(moved(LETTER, factor, shift)) - whole).max() <= 2 / 16
    speck = drawn(moved(LETTER, 0.05, [0.5, 0.5]))
    rows, _ = np.nonzero(speck.reshape(28, 28))
    assert np.ptp(rows) < 10  # of what is enlarged, four times is enough


@pytest.fixture(scope="module")
def originals():
    data = load_mnist("sample")
    return data.test_images[::4], data.test_labels[::4]


def test_mnists_own_digits_are_as_the_docstring_says(originals):
    images, _ = originals
    np.testing.assert_allclose(np.mean([centre(image) for image in images], axis=0), MIDDLE, atol=0.1)
    ink = [drawn(centre_lines(image)).mean() for image in images]
    np.testing.assert_allclose(np.mean(ink), images.mean(), rtol=0.05)  # as thick


def test_redrawn_digits_are_encoded_near_the_originals(originals):
    """Traced along the middle of their strokes.  (Coin flips of its pixels move a digit by 0.06.)"""
    images, labels = originals
    redrawn = np.array([drawn(centre_lines(image)) for image in images])
    codes = [shipped("map").encode((x > 0.5).astype(np.float32))[0] for x in (images, redrawn)]
    distance = np.linalg.norm(codes[0] - codes[1], axis=1)
    apart = np.linalg.norm(codes[0][:, None] - codes[0][None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.median(distance) < 0.2 and np.mean(distance < 0.5) > 0.8, np.median(distance)
    assert np.median(distance) < np.median(apart[np.isfinite(apart)]) / 8
    nearest = np.linalg.norm(codes[1][:, None] - codes[0][None], axis=2).argmin(axis=1)
    same = np.mean(labels[nearest] == labels)
    assert same > 0.8, same
