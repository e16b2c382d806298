"""A small book to be built by the machinery of the real one."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser import BOOK, ROOT

HEADER = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

# {title}

"""
CHAPTER = HEADER.format(title="A small book") + """\
```{code-cell} ipython3
import answer
with open("executions.log", "a") as log:
    log.write("x")
print("The answer is", answer.VALUE)
```
"""


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class SmallBook:
    """The machinery and the settings of the book, around one quick page and a package of one line."""

    def __init__(self, root: Path):
        self.root, self.html = root, root / "book" / "_build" / "html"
        shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        for folder in ("assets", "_static"):
            shutil.copytree(BOOK / folder, root / "book" / folder)
        for file in ("_config.yml", "references.bib"):
            shutil.copy(BOOK / file, root / "book" / file)
        shutil.copy(ROOT / "requirements.lock", root)
        (root / "src").mkdir()
        self.set_answer(42)
        self.write(index=CHAPTER)

    def set_answer(self, value: int) -> None:
        (self.root / "src" / "answer.py").write_text(f"VALUE = {value}\n")

    def write(self, **pages: str) -> None:
        for name, text in pages.items():
            (self.root / "book" / f"{name}.md").write_text(text)
        chapters = "".join(f"\n  - file: {name}" for name in pages if name != "index")
        toc = "format: jb-book\nroot: index\n" + (f"chapters:{chapters}\n" if chapters else "")
        (self.root / "book" / "_toc.yml").write_text(toc)

    def build(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, self.root / "tools" / "build_book.py", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src")}
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL
        )

    def build_successfully(self, *arguments: str) -> str:
        built = self.build(*arguments)
        assert built.returncode == 0, built.stdout + built.stderr
        return built.stdout

    def executions(self) -> int:
        return len(read(self.root / "book" / "executions.log"))

    def page(self, name: str = "index") -> str:
        return re.sub(r"<[^>]+>", "", read(self.html / f"{name}.html"))


@pytest.fixture
def small_book(tmp_path) -> SmallBook:
    return SmallBook(tmp_path / "small")
