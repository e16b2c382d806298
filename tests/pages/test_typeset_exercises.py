"""Formulas in the exercises of a built page: set where they are plain text, left alone everywhere else."""

import pytest

from vaebook.typeset_exercises import typeset

PAGE = """<p>Outside p(x) stays.</p>
<div class="exercise admonition" id="ex-p-1a"><p class="admonition-title">Exercise 3.1 (P-1a: p(x))</p>
<section><p>{text}</p></section>
<div class="cell"><pre>p(x | z) in code</pre></div></div>
<div class="admonition tip"><p>A tip about p(x) stays.</p></div>"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("KL(q || p(z | x)) &gt;= 0", "KL(<i>q</i> ‖ <i>p</i>(<i>z</i> | <i>x</i>)) ≥ 0"),
        ("<code>p</code> is p(z)", "<code>p</code> is <i>p</i>(<i>z</i>)"),
        ('See <a href="x.html">chapter p</a> for p.', 'See <a href="x.html">chapter p</a> for <i>p</i>.'),
        ("as in P-1a, with B points", "as in P-1a, with <i>B</i> points"),
        ("a word &amp; another &lt;b&gt;", "a word &amp; another &lt;<i>b</i>&gt;"),
    ],
)
def test_text_is_set_and_code_and_links_stay(before, after):
    typeset_page = typeset(PAGE.format(text=before)).replace("\u00a0", " ")  # no line breaks in a formula
    assert typeset_page == PAGE.format(text=after)


@pytest.mark.parametrize(
    "finished", ['<span class="math">\\(p(x)\\)</span> of x', "E<sub>q</sub> of x", "<i>p</i>(x)"]
)
def test_what_is_set_already_is_left_alone(finished):
    assert typeset(PAGE.format(text=finished)) == PAGE.format(text=finished)
    once = typeset(PAGE.format(text="q(z | x)"))
    assert typeset(once) == once != PAGE.format(text="q(z | x)")
