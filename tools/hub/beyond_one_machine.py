"""What 30, 300, 3,000 and 30,000 students need, computed from what was measured (`make beyond`).

    python -m tools.hub.beyond_one_machine            writes deploy/BEYOND_ONE_MACHINE.md
    python -m tools.hub.beyond_one_machine --check    says whether the page is what this would write

The figures come from deploy/measured.json: those of a class on a hub by `make test-hub ARGS=--keep`, those of
the pages by `--pages`, which needs the built book.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "deploy" / "measured.json"
PAGE = ROOT / "deploy" / "BEYOND_ONE_MACHINE.md"
TEXT = Path(__file__).with_name("beyond.md")
HEAD = "| students | at once | memory | cores | nodes | homes |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
CLASSES = (30, 300, 3_000, 30_000)
AT_ONCE = 0.2  # of a course that works when it likes; in a lesson it is everybody
ARRIVALS = 300  # seconds in which a lesson begins
BUSY = 0.7  # of the processors' time; above that people wait for one another
SPARE = 1.2  # memory for the system, the hub and who opens a second chapter
NODE_MEMORY, NODE_CORES = 64e9, 16
HOME = 100e6  # bytes that a student may write: copies, answers, models
LINE = 1e9 / 8  # bytes a second of a node that fetches the image
MINUTES_TO_READ = 5  # in which a lesson opens the same page


@dataclass(frozen=True)
class Needs:
    """What a class needs; bytes, seconds, whole nodes."""

    students: int
    at_once: int
    page_rate: float  # bytes a second of the static host, when a lesson opens its page
    memory: float
    cores: int  # so that a lesson may begin in five minutes
    nodes: int
    storage: float
    pull: float  # seconds until a new node has the image


def needs(students: int, share: float, measured: dict[str, Any]) -> Needs:
    """What so many students need, of whom this share is at work at once."""
    at_once = math.ceil(students * share)
    memory = at_once * measured["memory"] * SPARE
    cores = math.ceil(at_once * measured["cpu"] / ARRIVALS / BUSY)
    return Needs(
        students=students,
        at_once=at_once,
        page_rate=students * measured["largest_page"] / (60 * MINUTES_TO_READ),
        memory=memory,
        cores=cores,
        nodes=max(math.ceil(memory / NODE_MEMORY), math.ceil(cores / NODE_CORES)),
        storage=students * HOME,
        pull=measured["image"] / LINE,
    )


def size(value: float) -> str:
    """A number of bytes in words, in powers of ten."""
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if value >= unit:
            number = value / unit
            return f"{number:,.1f} {name}" if number < 10 else f"{number:,.0f} {name}"
    return f"{value:.0f} bytes"


def row(need: Needs) -> str:
    cells = (
        f"{need.students:,}", f"{need.at_once:,}", size(need.memory), f"{need.cores:,}", f"{need.nodes:,}",
        size(need.storage),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def rate(need: Needs, measured: dict[str, Any]) -> str:
    """What a static host has to send for a class."""
    read, run = (size(need.students * measured[what]) for what in ("all_pages", "python"))
    return f"| {need.students:,} | {need.page_rate * 8 / 1e6:,.1f} Mbit/s | {read} | {run} |"


def written(measured: dict[str, Any]) -> str:
    """The page: beyond.md with its numbers."""
    lessons, courses = ([needs(n, share, measured) for n in CLASSES] for share in (1, AT_ONCE))
    words = {
        "page": size(measured["largest_page"]), "pages": size(measured["all_pages"]),
        "python": size(measured["python"]), "minutes": MINUTES_TO_READ,
        "rates": "\n".join(rate(need, measured) for need in lessons),
        "tried": measured["students"], "within": f"{measured['arrivals'] / 60:g}",
        "with_cores": measured["cores"], "failed": measured["failed"] or "none",
        "memory": size(measured["memory"]), "cpu": f"{measured['cpu']:.0f}",
        "quick_half": f"{measured['quick'][0]:.2f}", "quick_most": f"{measured['quick'][1]:.2f}",
        "arrivals": ARRIVALS // 60, "head": HEAD, "lessons": "\n".join(map(row, lessons)),
        "courses": "\n".join(map(row, courses)), "share": f"{AT_ONCE:.0%}", "spare": SPARE,
        "busy": f"{BUSY:.0%}", "node_cores": NODE_CORES, "node_memory": size(NODE_MEMORY),
        "home": size(HOME), "image": size(measured["image"]), "pull": f"{lessons[0].pull:.0f}",
        "memory_30": size(lessons[0].memory), "memory_300": size(lessons[1].memory),
        "login_half": f"{measured['login'][0]:.0f}", "login_last": f"{measured['login'][2]:.0f}",
        "cores_300": lessons[1].cores, "nodes_300": lessons[1].nodes, "homes_30000": size(lessons[3].storage),
    }  # fmt: skip
    return TEXT.read_text(encoding="utf-8").format_map(words)


def measure_pages() -> dict[str, int]:
    """The bytes of the built pages, of all and of the largest, and of the pages' Python."""
    from playwright.sync_api import sync_playwright

    from tools.benches.page_weight import FLAGS, HTML, weigh
    from tools.setup import ensure_browsers

    files: dict[str, int] = {}
    largest = 0
    with sync_playwright() as playwright:
        path = ensure_browsers.find(ensure_browsers.CHROMIUM)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for file in sorted(HTML.glob("*.html")):
            page = browser.new_page()
            sizes = weigh(page, HTML, file.stem)
            page.close()
            largest = max(largest, sum(sizes.values()))
            files |= sizes
        browser.close()
    python = sum(path.stat().st_size for path in (HTML / "_static" / "python").rglob("*") if path.is_file())
    return {"largest_page": largest, "all_pages": sum(files.values()), "python": python}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if out of step")
    parser.add_argument("--pages", action="store_true", help="measure the built pages first")
    chosen = parser.parse_args()
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    if chosen.pages:
        measured |= measure_pages()
        MEASURED.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    text = written(measured)
    if not chosen.check:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"error: {PAGE.name} is out of step with measured.json; run make beyond.")


if __name__ == "__main__":
    main()
