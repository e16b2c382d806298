"""What is said on a console that lacks signs: spelled out, in its own encoding, and nothing is raised."""

import io
import sys

import pytest

from vaecore.foundations.console import say

SAID = {
    "ascii": "+ sigma^2 \\u2264 1/2 \\u2603 \\U0001f412 \\xe9\n",
    "cp1252": "+ sigma² \\u2264 ½ \\u2603 \\U0001f412 é\n",
    "cp932": "+ σ^2 \\u2264 1/2 \\u2603 \\U0001f412 \\xe9\n",
    "latin-1": "+ sigma² \\u2264 ½ \\u2603 \\U0001f412 é\n",
    "utf-8": "✓ σ² ≤ ½ ☃ 🐒 é\n",
}


@pytest.mark.parametrize("encoding", SAID)
def test_any_text_can_be_said(encoding, monkeypatch):
    raw = io.BytesIO()  # as strict as Python's own output
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    say("✓ σ² ≤ ½ ☃ \N{MONKEY} é")
    assert raw.getvalue().decode(encoding) == SAID[encoding]


def test_an_output_that_has_no_encoding_gets_it_as_it_is(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    say("✓")
    assert sys.stdout.getvalue() == "✓\n"
    monkeypatch.setattr(sys, "stdout", None)  # Python without a console, as pythonw starts it
    say("✓")
