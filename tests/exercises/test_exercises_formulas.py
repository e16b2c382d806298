"""Formulas typed in plain characters: what the eye gets; and the rules that questions are judged by."""

import html
import json
import re

import pytest
from browser import BOOK
from docutils.nodes import make_id

from vaebook.chapters.exercise_markdown import headings_of
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.chapters import PAGES, anchor_of, linked
from vaecore.exercises.machinery.formulas import GREEK, SYMBOLS, formula, line, paragraphs
from vaecore.exercises.machinery.questions import QuestionExercise
from vaecore.exercises.machinery.rules import judge_by, plain_number

QUESTIONS = [e for e in EXERCISES.values() if isinstance(e, QuestionExercise)]
SPACE = "\u00a0"  # at which no line is broken


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KL(q || p(z)) >= 0", "KL(<i>q</i> ‖ <i>p</i>(<i>z</i>)) ≥ 0"),
        ("E_q[log p(x | z)] - 1", "E<sub><i>q</i></sub>[log <i>p</i>(<i>x</i> | <i>z</i>)] − 1"),
        ("p_theta(x) <= -0.5", "<i>p</i><sub><i>θ</i></sub>(<i>x</i>) ≤ −0.5"),
        ("x_i^2, e^{-x}, (x - y)^2", "<i>x</i><sub><i>i</i></sub><sup>2</sup>, <i>e</i><sup>−<i>x</i></sup>, "
         "(<i>x</i> − <i>y</i>)<sup>2</sup>"),
        ("mean + std * eps", "mean + std · <i>ε</i>"),
        ("|x - x'|^2 = x x'^T", "|<i>x</i> − <i>x</i>′|<sup>2</sup> = <i>x</i> <i>x</i>′<sup><i>T</i></sup>"),
        ("θ_1 = -½ μ², 'a'", "<i>θ</i><sub>1</sub> = −½ <i>μ</i>², &#x27;a&#x27;"),
        ("log sum_z p(z), dz", "log ∑<sub><i>z</i></sub> <i>p</i>(<i>z</i>), d<i>z</i>"),
        ("A *larger* loss of A", "A <em>larger</em> loss of <i>A</i>"),
        ("a weight beta > 1", "a weight <i>β</i> &gt; 1"),
        ("`a_b >= <c>` and encoder_output", "<code>a_b &gt;= &lt;c&gt;</code> and encoder_output"),
        ("Statement b, line by line, the encoder's x's, e.g. well-known", None),
        ("See problem P1 (c).", "See problem P1 (c)."),
        ("one ` alone & <hr>", "one ` alone &amp; &lt;hr&gt;"),
    ],
)  # fmt: skip
def test_a_formula_is_set_for_the_eye(text, expected):
    made = formula(text)
    if expected is None:
        expected = html.escape(text).replace("Statement b", "Statement <b>b</b>")
    assert made.replace(SPACE, " ") == expected


def test_a_line_that_is_a_sentence_stays_in_the_letters_of_the_text():
    for text in ("KL(q || p(z)) = 0, as it cannot be computed", "KL(P || Q)", "log p(x) >= b"):
        assert line(text) == f'<span class="vw-maths">{formula(text)}</span>'
    for text in ("nats per image", "Nothing keeps the stds from shrinking: add a prior p(z)", "mean"):
        assert line(text) == formula(text)


def test_short_brackets_stay_on_one_line():
    assert formula("p(z | x) + log p(x)").count(SPACE) == 3
    assert SPACE not in formula("`f(x, y) + log p`")
    assert SPACE not in formula("f(the first argument is the one that counts)")


@pytest.mark.parametrize("exercise", QUESTIONS, ids=lambda e: e.id)
def test_nothing_gets_lost_or_becomes_markup(exercise):
    """Markup taken away, and signs turned back, it is the text that was typed."""
    rules = json.loads(json.dumps(exercise.rules, allow_nan=False))
    texts = [exercise.question, exercise.title, exercise.reason, exercise.see]
    texts += [m.message for m in exercise.mistakes]
    texts += getattr(exercise, "lines", {}).values()
    back = {sign: typed for typed, sign in SYMBOLS.items()} | {sign: name for name, sign in GREEK.items()}
    back |= {"′": "'", "∑": "sum", "\u0302": "hat"}
    for text in texts:
        made = formula(text)
        assert set(re.findall(r"<(\w+)>", made)) <= {"i", "b", "em", "sub", "sup", "code"}
        bare = html.unescape(re.sub(r"<[^>]+>", "", made)).replace(SPACE, " ")
        typed = [
            "".join(back.get(sign, sign) for sign in words).replace("epsilon", "eps")
            for words in (bare, text)
        ]
        assert re.sub(r"[_^{}`*]", "", typed[0]) == re.sub(r"[_^{}`*]", "", typed[1])
    assert judge_by(rules, exercise.read(None)).status == "not attempted"


def test_paragraphs_and_numbers():
    assert paragraphs("a x\n\nb") == "<p>a <i>x</i></p><p><i>b</i></p>"
    assert [plain_number(v) for v in (1, float("nan"), float("inf"), -float("inf"))] == [
        1, "NaN", "Infinity", "-Infinity"
    ]  # fmt: skip


def test_chapters_are_linked_to_pages_that_exist():
    for page in PAGES.values():
        assert (BOOK / f"{page}.md").is_file()
    assert linked("See chapter 5.", notebook=False) == 'See <a href="05_kl.html">chapter 5</a>.'
    there = linked("See chapter 5 and chapter 3.", notebook=False, targets={3: "src-p-1a"})
    assert 'href="05_kl.html"' in there and 'href="03_elbo.html#src-p-1a"' in there
    heading = linked("See chapter 5, &#x27;Two coins&#x27;.", notebook=False)
    assert heading == 'See <a href="05_kl.html#two-coins">chapter 5, &#x27;Two coins&#x27;</a>.'
    in_italics = linked("chapter 6, &#x27;<i>t</i> counts updates, not epochs&#x27;", notebook=False)
    assert 'href="06_adam.html#t-counts-updates-not-epochs"' in in_italics
    assert 'href="05_kl.ipynb" target="_blank"' in linked("chapter 5, 'Two coins'", notebook=True)
    assert linked("chapter 12, chapters", notebook=False) == "chapter 12, chapters"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.id)
def test_every_answer_is_sent_to_a_heading_that_exists(exercise):
    """All messages end with `see`, whether a mistake has a name, a diagnosis or neither."""
    mentions = re.findall(r"chapter ([1-9])(?:, '([^']+)')?", exercise.see)
    assert mentions
    for number, heading in mentions:
        if heading:
            there = headings_of(BOOK / f"{PAGES[int(number)]}.md")
            assert anchor_of(heading) in [make_id(h) for h in there], (heading, there)
