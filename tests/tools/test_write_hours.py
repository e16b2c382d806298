"""How long the chapters take: the rule, what it counts, and that the pages have it."""

import os
import re
import subprocess
import sys

from browser import ROOT

from tools.writing.write_hours import Size, chapters, lines_of_code, size_of, table, with_hours
from vaecore.exercises.checking import EXERCISES

PAGE = """\
---
title: none of these words counts
---

# A chapter

(a-label)=
One two three, $a + b$ four {eq}`eq-none`.

```{code-cell} ipython3
---
mystnb:
  image:
    alt: not counted
---
x = 1

y = 2
```

```{code-cell} ipython3
:tags: [hide-input]
z = 3
```

$$
a = b
$$ (eq-some-label)

% exercise: L-KL
words of an exercise and $$ c $$ do not count
% end of exercise
"""


def test_what_is_counted():
    size = size_of(9, PAGE)
    assert (size.words, size.formulas, size.code_lines) == (8, 1, 3)  # the formula in the line is a word
    assert size.exercise_minutes > 0 and size_of(99, PAGE).exercise_minutes == 0
    assert lines_of_code("```{code-cell} ipython3\n:tags: [a]\nx = 1\n\n# why\n```") == 2


def test_the_rule():
    """120 words, a formula, 15 lines of code: a minute each; to 5 minutes."""
    assert Size(1200, 5, 75, 0).reading == 20
    assert Size(1200, 5, 75, 24).with_exercises == 45
    assert Size(0, 2, 0, 2).with_exercises == 0


def test_the_pages_are_in_step():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tools.writing.write_hours", "--check"]
    checked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_chapter_says_its_time_once_and_the_welcome_page_has_all():
    sizes = chapters(ROOT / "book")
    assert len(sizes) == 9
    for page in sizes:
        assert page.read_text(encoding="utf-8").count("**Time:**") == 1
    welcome = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    assert table(sizes) in welcome


def test_the_readme_says_the_same():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    totals = table(chapters(ROOT / "book")).splitlines()[-1]
    hours = re.fullmatch(r"\| all \| (\d+) hours \| (\d+) hours \|", totals)
    assert hours and f"About {hours[1]} hours to read, {hours[2]} with all exercises" in readme
    assert f"{len(EXERCISES)} [exercises](book/exercises.md)" in readme


def test_an_old_time_is_replaced_and_nothing_else(tmp_path):
    page = tmp_path / "05_kl.md"
    text = f"{PAGE}\n**Time:** a moment.\n\nThe end.\n"
    page.write_text(text)
    new = with_hours(page, text, {page: Size(1200, 0, 0, 30)})
    line = "**Time:** about 10 minutes to read, 40 with the exercises"
    assert next(row for row in new.splitlines() if row not in text.splitlines()).startswith(line)
    assert new.replace(new.split("**Time:**")[1].split("\n")[0], " a moment.") == text
