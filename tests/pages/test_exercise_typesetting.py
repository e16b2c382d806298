"""Formulas in the exercises of a page: set where they are plain text, left alone everywhere else."""

import re

import pytest
from docutils import nodes

from vaebook.pages.exercise_typesetting import set_paragraph


def html_of(paragraph: nodes.paragraph) -> str:
    """A paragraph as HTML, roughly: raw nodes as they are, the rest by its name."""
    def one(node):
        if isinstance(node, nodes.Text | nodes.raw):
            return node.astext()
        name = {"literal": "code", "reference": "a", "paragraph": "p"}.get(node.tagname, node.tagname)
        return f"<{name}>{''.join(one(child) for child in node.children)}</{name}>"

    return one(paragraph).replace("\u00a0", " ")  # no line breaks in a formula


TEXT = nodes.Text


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([TEXT("KL(q || p(z | x)) >= 0")], "KL(<i>q</i> ‖ <i>p</i>(<i>z</i> | <i>x</i>)) ≥ 0"),
        ([nodes.literal("", "p"), TEXT(" is p(z)")], "<code>p</code> is <i>p</i>(<i>z</i>)"),
        (
            [TEXT("See "), nodes.reference("", "chapter p"), TEXT(" for p.")],
            "See <a>chapter p</a> for <i>p</i>.",
        ),
        ([TEXT("as in P-1a, with B points")], "as in P-1a, with <i>B</i> points"),
        ([TEXT("a word & another <b>")], "a word &amp; another &lt;<i>b</i>&gt;"),
    ],
)
def test_text_is_set_and_code_and_links_stay(parts, expected):
    paragraph = nodes.paragraph("", "", *parts)
    set_paragraph(paragraph)
    assert html_of(paragraph) == f"<p>{expected}</p>"


@pytest.mark.parametrize("finished", [nodes.math, nodes.subscript, nodes.emphasis])
def test_what_is_set_already_is_left_alone(finished):
    paragraph = nodes.paragraph("", "", TEXT("E of x is "), finished("", "p(x)"))
    before = paragraph.deepcopy()
    set_paragraph(paragraph)
    assert str(paragraph) == str(before)
    once = nodes.paragraph("", "", TEXT("q(z | x)"))
    set_paragraph(once)
    assert (twice := once.deepcopy()) is not once and set_paragraph(twice) is None
    assert str(twice) == str(once) != "<paragraph>q(z | x)</paragraph>"


def test_in_the_book_exercises_hints_and_solutions_are_set_and_nothing_else(built_book):
    page = (built_book / "05_kl.html").read_text(encoding="utf-8")
    boxes = re.findall(r'<div class="[^"]*\b(exercise|hint|solution)\b[^"]*admonition[^>]*>', page)
    assert {"exercise", "hint", "solution"} == set(boxes)
    exercise = page[page.index('id="ex-l-kl"') :]
    assert "<i>encoder" not in exercise and "<i>q</i> = N(" in exercise.split("</section>")[0]
    before = page.split("<article")[1].split('class="exercise')[0]
    assert "q" in before and "<i>q</i>" not in re.sub(r"<script.*?</script>", "", before, flags=re.S)
