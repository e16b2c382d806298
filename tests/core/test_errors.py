"""The errors: one small hierarchy, every class also a ValueError or an OSError."""

import inspect

import pytest

import vaecore
from vaecore import VaecoreError
from vaecore.foundations import errors

ERRORS = [value for value in vars(errors).values() if inspect.isclass(value) and value is not VaecoreError]


def test_every_error_can_be_imported_from_the_package():
    assert len(ERRORS) >= 4
    for error in [*ERRORS, VaecoreError]:
        assert getattr(vaecore, error.__name__) is error


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_caught_by_those_who_do_not_know_the_package(error):
    assert issubclass(error, VaecoreError)
    assert issubclass(error, ValueError) != issubclass(error, OSError)
    with pytest.raises((ValueError, OSError), match=r"^what was wrong$"):
        raise error("what was wrong")
    with pytest.raises(VaecoreError):
        raise error("what was wrong")


@pytest.mark.parametrize("error", [*ERRORS, VaecoreError])
def test_an_error_says_what_it_is_for(error):
    assert len(inspect.getdoc(error)) > 30
    assert error.__doc__ != ValueError.__doc__
