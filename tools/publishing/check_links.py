"""Ask every address outside the book that its pages name whether it still answers (`make check-links`).

This is Sphinx's own link check. It needs the open network, and therefore is no part of `make test`.
The chapters are read, not executed. Exit code 1 if an address does not answer; links between the book's
own pages are checked when it is built.
"""

from __future__ import annotations

import json
import subprocess
import sys

import yaml

from tools.building.build_book import BOOK, JUPYTER_BOOK
from tools.setup.own_environment import own_environment

FOLDER = BOOK / "_build" / "links"
SETTINGS = {
    "vaebook_python_in_page": False,
    "linkcheck_anchors": False,  # many hosts write their pages by script
    "linkcheck_timeout": 30,
    "linkcheck_retries": 3,
    "linkcheck_report_timeouts_as_broken": True,
    "linkcheck_ignore": [r"https?://(localhost|127\.0\.0\.1)\b"],
}


def settings_for_links(config: dict) -> dict:
    """The book's settings, with those of the link check; nothing is executed."""
    sphinx = {**config["sphinx"], "config": {**config["sphinx"]["config"], **SETTINGS}}
    return {**config, "execute": {"execute_notebooks": "off"}, "sphinx": sphinx}


def outside(lines: list[str]) -> list[dict]:
    """What the check found out about addresses outside: Sphinx's output.json, an answer a line."""
    answers = [json.loads(line) for line in lines if line.strip()]
    return [answer for answer in answers if answer["uri"].startswith(("http://", "https://"))]


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    (FOLDER / "_config.yml").write_text(yaml.safe_dump(settings_for_links(config)), encoding="utf-8")
    report = FOLDER / "_build" / "html" / "output.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", BOOK, "--all", "--builder", "linkcheck"]
    command += ["--path-output", FOLDER, "--config", FOLDER / "_config.yml"]
    print("Asking the addresses outside the book ...", flush=True)
    ran = subprocess.run(command, env=own_environment(), capture_output=True, text=True)
    if not report.exists():
        print(f"{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}\nerror: nothing was checked.", file=sys.stderr)
        return 1
    answers = outside(report.read_text(encoding="utf-8").splitlines())
    gone = [answer for answer in answers if answer["status"] in ("broken", "timeout")]
    moved = [answer for answer in answers if answer["status"] == "redirected"]
    for words, some in (("does not answer", gone), ("has moved", moved)):
        for answer in some:
            print(f"{answer['filename']}:{answer['lineno']}: {words}: {answer['uri']} {answer['info']}")
    print(f"{len(answers)} addresses outside the book, {len(gone)} of them do not answer.")
    return 1 if gone or not answers else 0


if __name__ == "__main__":
    sys.exit(main())
