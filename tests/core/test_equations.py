"""Every numbered equation of the book has a check, every check an equation; and all checks pass."""

import inspect
import re

import pytest
from browser import BOOK
from equations.registry import all_checks

CHECKS = all_checks()
LABEL = re.compile(r"^\s*\$\$ \((eq-[a-z0-9-]+)\)\s*$|^:label: (eq-[a-z0-9-]+)\s*$", re.M)


def labels_in_the_book() -> dict[str, str]:
    """The label of each numbered equation, and the page that it is on."""
    found: dict[str, str] = {}
    for path in sorted(BOOK.glob("*.md")):
        for match in LABEL.finditer(path.read_text(encoding="utf-8")):
            label = match[1] or match[2]
            assert label not in found, f"{label} is in {found[label]} and in {path.name}"
            found[label] = path.name
    return found


LABELS = labels_in_the_book()


def test_every_equation_has_a_check():
    assert sorted(set(LABELS) - set(CHECKS)) == []


def test_every_check_has_an_equation():
    assert sorted(set(CHECKS) - set(LABELS)) == []


def test_all_labels_are_found():
    """A label that the pattern above overlooks would go unchecked."""
    for path in BOOK.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\{eq\}`(?:[^`<]*<)?(eq-[a-z0-9-]+)", text)) <= set(LABELS), path.name
        labelled = len(re.findall(r"^\s*\$\$ \(", text, re.M))
        assert labelled == sum(page == path.name for page in LABELS.values())


def test_every_check_says_what_it_does():
    for label, functions in CHECKS.items():
        for function in functions:
            assert inspect.getdoc(function), f"the check {function.__name__} of {label} has no docstring"


ONCE = {
    f"{check.__module__.removeprefix('equations.')}.{check.__name__}": check
    for functions in CHECKS.values()
    for check in functions
}


@pytest.mark.parametrize("name", ONCE)
def test_the_equation_holds(name):
    ONCE[name]()
