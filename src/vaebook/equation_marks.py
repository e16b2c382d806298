"""Write beside each numbered equation of the built pages that it is checked, with a link to the check.

The checks are the functions that `@checks("eq-...")` registers in tests/equations/; they are read, not run:
`make test` runs them.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

ROOT = Path.cwd()

# What Sphinx makes of a labelled equation: <div class="math ..." id="equation-LABEL"> <span class="eqno">(3)
EQUATION = re.compile(
    r'(<div class="math[^"]*"[^>]*\bid="equation-(eq-[a-z0-9-]+)"[^>]*>\s*<span class="eqno">)'
)


def check_sources(folder: Path) -> dict[str, tuple[str, int]]:
    """Return the file (below the repository) and the line of the first check of each label."""
    sources: dict[str, tuple[str, int]] = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for call in node.decorator_list:
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "checks":
                    for argument in call.args:
                        where = path.relative_to(ROOT).as_posix(), node.lineno
                        sources.setdefault(ast.literal_eval(argument), where)
    return sources


def mark(html: str, sources: dict[str, tuple[str, int]], repository: str) -> str:
    """Return a page with the marks."""

    def marked(match: re.Match[str]) -> str:
        label = match[2]
        if label not in sources:
            return match[0]  # tests/test_equations.py refuses that
        file, line = sources[label]
        return (
            f'{match[1]}<a class="checked-equation" href="{repository}/{file}#L{line}" '
            f'title="A test checks this equation numerically: {file}, line {line}">checked</a> '
        )

    return EQUATION.sub(marked, html)


def mark_equations(pages: Path) -> int:
    """Mark the equations on all pages of the folder; return how many were marked."""
    settings = yaml.safe_load((ROOT / "book" / "_config.yml").read_text(encoding="utf-8"))["repository"]
    repository = f"{settings['url']}/blob/{settings['branch']}"
    sources = check_sources(ROOT / "tests" / "equations")
    count = 0
    for page in sorted(pages.glob("*.html")):
        before = page.read_text(encoding="utf-8")
        after = mark(before, sources, repository)
        if after != before:
            page.write_text(after, encoding="utf-8")
            count += after.count('class="checked-equation"')
    return count
