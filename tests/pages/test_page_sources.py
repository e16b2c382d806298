"""What a page is made from: the exercises of the catalogue, and the widgets' scripts as they are now."""

import re

from small_book import CHAPTER, HEADER, SmallBook, read

EXERCISE = HEADER.format(title="The KL divergence") + """\
```{code-cell} ipython3
import numpy as np
from vaecore.exercises import check, hint, progress, solution
```

% exercise: L-KL
An old text of it.
% end of exercise
"""
WIDGET = CHAPTER + """\

```{code-cell} ipython3
from vaecore.widgets import TwoGaussians
TwoGaussians()
```
"""
# What Python runs at its start: the scripts of all widgets get a comment more.
ANOTHER_SCRIPT = """\
from vaecore.widgets.page import static_page

real = static_page.scripts_and_styles
static_page.scripts_and_styles = lambda: {name: text + "// COMMENT" for name, text in real().items()}
"""


def test_what_is_out_of_step_is_right_on_the_page_and_named_in_the_log(small_book: SmallBook):
    small_book.write(**{"index": CHAPTER, "05_kl": EXERCISE})
    done = small_book.run("jupyter-book", "build", "book", "-W", "-n", "--keep-going")
    assert done.returncode == 0, done.stderr
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert "the exercises in 05_kl.md: out of step (the page has them right); run: make notebooks" in said
    assert "05_kl.ipynb: out of step" in said
    page = read(small_book.html / "05_kl.html")
    assert 'id="ex-l-kl"' in page and "An old text" not in page
    for offered in ("05_kl.md", "05_kl.ipynb"):
        text = read(small_book.html / "_sources" / offered)
        assert "def compute_KL(encoder_output)" in text and "An old text" not in text
    assert read(small_book.root / "book" / "05_kl.md") == EXERCISE
    assert not list((small_book.root / "book").glob("*.ipynb"))


def test_marks_that_do_not_fit_stop_the_build(small_book: SmallBook):
    small_book.write(**{"index": CHAPTER, "05_kl": EXERCISE.replace("% end of exercise", "")})
    done = small_book.run("jupyter-book", "build", "book")
    assert done.returncode != 0
    assert "'% exercise: L-KL' has no line '% end of exercise' after it" in done.stdout + done.stderr


def test_a_changed_script_gets_into_the_page_and_executes_nothing(small_book: SmallBook):
    small_book.write(index=WIDGET)
    small_book.build_successfully()
    before = read(small_book.html / "index.html")
    links = re.findall(r'(?:href|src)="(_static/widgets/[\w.]+)\?v=\w+"', before)
    assert links == [f"_static/widgets/{name}" for name in ("widgets.css", "two_gaussians.css", "mount.js")]
    assert before.count('class="vaecore-widget"') == 1
    start = small_book.root / "start"  # `make book` would take no PYTHONPATH from outside
    start.mkdir()
    (start / "sitecustomize.py").write_text(ANOTHER_SCRIPT.replace("COMMENT", "another"))
    done = small_book.run("jupyter-book", "build", "book", PYTHONPATH=str(start))
    assert done.returncode == 0 and "Executing" not in done.stdout, done.stdout + done.stderr
    assert small_book.executions() == 1
    assert read(small_book.html / "_static" / "widgets" / "two_gaussians.js").endswith("// another")
    after = read(small_book.html / "index.html")
    assert re.findall(r"mount\.js\?v=(\w+)", before) != re.findall(r"mount\.js\?v=(\w+)", after)
    assert re.sub(r"\?v=\w+", "", before) == re.sub(r"\?v=\w+", "", after)
