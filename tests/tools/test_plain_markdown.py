"""What a notebook shows instead of directives and roles, which Colab and VS Code do not know."""

import pytest
from pybtex.database import parse_string

from vaebook.chapters.plain_markdown import Index, cited_alone, read_index, to_plain_markdown

BIBLIOGRAPHY = """
@inproceedings{kingma2014, author={Kingma, Diederik P. and Welling, Max}, year={2014},
  title={Auto-Encoding {V}ariational {B}ayes}, booktitle={ICLR}}
@article{burda2016, author={Burda, Yuri and Grosse, Roger and Salakhutdinov, Ruslan}, year={2016},
  title={IWAE}, journal={ICLR}}
"""


@pytest.fixture
def index() -> Index:
    return Index(
        titles={"07_mnist_lab": "The MNIST lab", "about": "About"},
        labels={"ex-kl": "exercise “The KL divergence”", "part-two": "Part two"},
        notebooks={"07_mnist_lab"},
        chapters=["07_mnist_lab", "about"],
        references=dict(parse_string(BIBLIOGRAPHY, "bibtex").entries),
    )


CONVERSIONS = {
    "text stays": ("# Title\n\nSome *text* with `code`.", "# Title\n\nSome *text* with `code`."),
    "code stays": ("```python\n{eq}`x`\n```", "```python\n{eq}`x`\n```"),
    "colours of formulas": (
        "So $\\q{\\hat{z}}^2$ and\n\n```{math}\n\\kl{\\mathrm{KL}\\{a\\}}\n```",
        "So ${\\hat{z}}^2$ and\n\n$$\n{\\mathrm{KL}\\{a\\}}\n$$",
    ),
    "exercise": (
        "```{exercise-start} Sampling\n:label: ex-a\n```\n\nComplete it.\n\n```{exercise-end}\n```",
        "**Exercise: Sampling**\n\nComplete it.",
    ),
    "exercise with a name": ("```{exercise} L-KL: The KL\n\nGo.\n```", "**Exercise L-KL: The KL**\n\nGo."),
    "exercise in one piece": ("```{exercise}\n:label: ex-b\n\nShow it.\n```", "**Exercise**\n\nShow it."),
    "solution": (
        "```{solution} ex-kl\n:class: dropdown\n\nIt is {eq}`eq-kl`.\n```",
        "<details>\n<summary>Solution</summary>\n\nIt is (kl).\n\n</details>",
    ),
    "solution with cells": (
        "```{solution-start} ex-kl\n:class: dropdown\n```\n\nSo.\n\n```{solution-end}\n```",
        "**Solution** (folded below)\n\nSo.",
    ),
    "admonition": ("```{note}\nMind *this*.\n```", "> **Note.** Mind *this*."),
    "admonition with colons": (":::{warning}\nTwo\nlines.\n:::", "> **Warning.** Two\n> lines."),
    "titled admonition": ("```{admonition} Why?\nBecause.\n```", "> **Why?**\n>\n> Because."),
    "folded admonition": (
        "```{admonition} Why?\n:class: dropdown\nBecause.\n```",
        "<details>\n<summary>Why?</summary>\n\nBecause.\n\n</details>",
    ),
    "labelled equation": ("$$\nx = 1.\n$$ (eq-lower-bound)", "$$\nx = 1.\n\\tag{lower-bound}\n$$"),
    "labelled equation on one line": ("$$ x = 1 $$ (eq-one)", "$$ x = 1 \\tag{one} $$"),
    "math directive": ("```{math}\n:label: eq-kl\nx = 1\n```", "$$\nx = 1\n\\tag{kl}\n$$"),
    "inline math": ("Let {math}`x`.", "Let $x$."),
    "equation reference": ("See {eq}`eq-lower-bound`.", "See (lower-bound)."),
    "exercise reference": ("See {ref}`ex-kl`.", "See exercise “The KL divergence”."),
    "reference with a text": ("See {ref}`the second part <part-two>`.", "See the second part."),
    "label as link": ("See [](part-two) and [that](#ex-kl).", "See Part two and that."),
    "page with a notebook": ("Read [this](07_mnist_lab.md#adam).", "Read [this](07_mnist_lab.ipynb)."),
    "page without one": ("Read {doc}`about`.", "Read [About](about.md)."),
    "citation": ("Noise {cite}`kingma2014`.", "Noise (Kingma and Welling, 2014)."),
    "two citations": (
        "{cite}`kingma2014,burda2016`",
        "(Kingma and Welling, 2014; Burda et al., 2016)",
    ),
    "citation in the text": ("{cite:t}`burda2016` show", "Burda et al. (2016) show"),
    "contents": (
        "```{tableofcontents}\n```",
        "- [The MNIST lab](07_mnist_lab.ipynb)\n- [About](about.md)",
    ),
    "figure": (
        "```{figure} a.png\n:alt: A curve.\nThe *bound*.\n```",
        "![A curve.](a.png)\n\n*The *bound*.*",
    ),
    "label is dropped": ("(part-two)=\n## Part two", "## Part two"),
    "comment is dropped": ("% not for readers\nText.", "Text."),
    "unknown stays legible": ("```{mystery} x\nText.\n```", "```{mystery} x\nText.\n```"),
    "nested": (
        "````{note}\nSee:\n\n```{math}\nx\n```\n````",
        "<blockquote>\n\n**Note.** See:\n\n$$\nx\n$$\n\n</blockquote>",
    ),
}


@pytest.mark.parametrize("name", CONVERSIONS)
def test_conversion(name, index):
    source, plain = CONVERSIONS[name]
    assert to_plain_markdown(source, index) == plain


def test_the_bibliography_has_what_the_chapter_cites_and_no_more(index):
    chapter = "Text {cite}`burda2016`.\n\n```{bibliography}\n```"
    plain = to_plain_markdown(chapter, cited_alone(index, chapter))
    assert "- Burda et al. (2016). *IWAE*. ICLR." in plain
    assert "Kingma" not in plain


def test_braces_of_bibtex_are_not_shown(index):
    assert "Auto-Encoding Variational Bayes" in to_plain_markdown("```{bibliography}\n```", index)


def test_a_citation_of_nothing_is_an_error(index):
    with pytest.raises(ValueError, match=r"not in references\.bib: nobody1999"):
        cited_alone(index, "{cite}`nobody1999`")


def test_the_index_knows_titles_and_labels_of_all_pages(tmp_path):
    (tmp_path / "one.md").write_text(
        "# One\n\n(part-two)=\n## Part two\n\n```{exercise-start} Climb\n:label: ex-climb\n```\n"
    )
    (tmp_path / "two.md").write_text("# Two\n\n```{figure} a.png\n:name: fig-a\n```\n")
    (tmp_path / "_toc.yml").write_text("root: index\nchapters:\n  - file: one\n  - file: two\n")
    index = read_index(tmp_path, [tmp_path / "one.md"])
    assert index.chapters == ["one", "two"]
    assert index.titles == {"one": "One", "two": "Two"}
    assert index.labels == {"part-two": "Part two", "ex-climb": "exercise “Climb”", "fig-a": "the figure"}
    assert index.notebooks == {"one"}
    assert to_plain_markdown("{ref}`part-two` of [](two.md)", index) == "Part two of [Two](two.md)"
