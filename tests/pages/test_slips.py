"""The page of slips: where it gives the name that a checker has for one, the checker knows that name."""

import re

from browser import BOOK

from vaecore.exercises import catalogue

SLIPS = (BOOK / "slips.md").read_text(encoding="utf-8")
NAMED = re.findall(r"^- \*\*Its name\*\*: (.*)\.$", SLIPS, re.M)
KNOWN = {e.id: e.misconceptions for e in catalogue()}


def test_every_name_is_one_of_that_exercise():
    pairs = re.findall(r"`([\w-]+)` \(([\w-]+)\)", " ".join(NAMED))
    assert len(NAMED) >= 13 and len(pairs) >= len(NAMED)
    for name, exercise in pairs:
        assert name in KNOWN[exercise], (name, exercise)


def test_a_list_of_names_has_nothing_else_in_it():
    for words in NAMED:
        assert re.fullmatch(r"`[\w-]+` \([\w-]+\)(, `[\w-]+` \([\w-]+\))*", words), words
