"""Walking through nested parameters: the order, the nesting, the copies."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vaecore.foundations.parameters import copy, follow, leaves, pieces, rebuild

nestings = st.recursive(
    st.integers(),
    lambda branch: st.lists(branch, max_size=4) | st.lists(branch, max_size=4).map(tuple),
    max_leaves=20,
)


def test_leaves_come_from_left_to_right_through_lists_and_tuples():
    assert leaves([(1, 2), [3, (4,), []], 5]) == [1, 2, 3, 4, 5]
    assert leaves(7) == [7]
    assert leaves(()) == []


def test_rebuild_keeps_lists_lists_and_tuples_tuples():
    rebuilt = rebuild([("a", ["b"]), "c", ()], [1, 2, 3])
    assert rebuilt == [(1, [2]), 3, ()]
    assert type(rebuilt[0]) is tuple and type(rebuilt[0][1]) is list


@given(nestings)
def test_rebuild_undoes_leaves(nesting):
    assert rebuild(nesting, leaves(nesting)) == nesting
    doubled = [2 * leaf for leaf in leaves(nesting)]
    assert leaves(rebuild(nesting, doubled)) == doubled


def test_copy_has_the_same_values_and_dtypes_but_shares_no_memory():
    params = [(np.arange(6.0).reshape(2, 3), np.zeros(3, np.float32)), np.array(2.0)]
    copied = copy(params)
    assert isinstance(copied, list) and isinstance(copied[0], tuple)
    for old, new in zip(leaves(params), leaves(copied), strict=True):
        assert new.dtype == old.dtype
        np.testing.assert_array_equal(new, old)
        assert not np.shares_memory(new, old)


def test_pieces_are_views_that_cover_everything_once(monkeypatch):
    monkeypatch.setattr("vaecore.foundations.parameters.PIECE", 7)
    a, b = np.arange(24.0).reshape(4, 6), np.zeros((4, 6))
    for x, y in pieces(a, b):
        assert x.size == y.size <= 7
        y += x
    np.testing.assert_array_equal(a, b)
    scattered = np.zeros((6, 4)).T
    (whole,) = pieces(a, scattered)
    assert whole[1] is scattered


def test_an_average_follows_the_parameters():
    average = [np.array([1.0, 2.0]), (np.array([[4.0]]),)]
    params = [np.array([3.0, 2.0]), (np.array([[0.0]]),)]
    follow(average, params, 0.25)
    np.testing.assert_array_equal(average[0], [1.5, 2.0])
    np.testing.assert_array_equal(average[1][0], [[3.0]])
