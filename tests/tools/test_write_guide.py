"""The teaching guide: in step with the catalogue, whole for every chapter, and left out for students."""

import os
import re
import subprocess
import sys

import pytest
import yaml
from browser import BOOK, ROOT

from tools.writing.write_guide import UnknownMisconception, known_of, with_guide
from vaecore.exercises.checking import EXERCISES

GUIDE = (BOOK / "teaching.md").read_text(encoding="utf-8")
CHAPTERS = {int(part[0]): part for part in re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]}


def test_it_is_in_step_with_the_catalogue():
    command = [sys.executable, "-m", "tools.writing.write_guide", "--check"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    checked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("chapter", range(1, 10))
def test_a_chapter_has_all_that_a_lecturer_needs(chapter):
    text = CHAPTERS[chapter]
    title = next(BOOK.glob(f"0{chapter}_*.md")).read_text(encoding="utf-8").split("\n# ")[1].split("\n")[0]
    assert text.startswith(f"{chapter}. {title}\n")
    for part in ("What it is for.", "Plan A", "Plan B", "Ask the room.", "What comes up.", "To hand out",
                 "May be left out."):
        assert text.count(f"**{part}") == 1, part
    assert all(f"[{e.id}](#" in text for e in EXERCISES.values() if e.chapter == chapter)
    assert len(re.findall(r"^\| .* \[\S+\]\(#ex-", text, re.MULTILINE)) >= 4


@pytest.mark.parametrize("chapter", range(1, 10))
def test_both_plans_fill_45_minutes_without_a_gap(chapter):
    plans = re.split(r"^\*\*Plan [AB], .* \(45 minutes\)\.\*\*$", CHAPTERS[chapter], flags=re.MULTILINE)[1:]
    assert len(plans) == 2
    for plan in plans:
        times = [(int(a), int(b)) for a, b in re.findall(r"^- (\d+) to (\d+): .*\[", plan, re.MULTILINE)]
        ends = [0, *(end for _, end in times)]
        assert [start for start, _ in times] == ends[:-1] and ends[-1] == 45
        assert all(start < end for start, end in times)


def test_a_book_without_solutions_leaves_it_out():
    config = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    assert set(config["sphinx"]["config"]["vaebook_gives_away"]) == {"answers", "teaching"}


def test_what_the_catalogue_knows_is_written_anew_and_the_rest_stays():
    text = "Before.\n\n% guide: 5 kl-bits\nold\n\nolder\n% end of guide\n\nAfter.\n"
    new = with_guide(text)
    message = next(m.message for e in EXERCISES.values() for m in e.mistakes if m.id == "kl-bits")
    assert new.startswith("Before.\n\n% guide: 5 kl-bits\n") and new.endswith("\n% end of guide\n\nAfter.\n")
    assert message.split(".")[0] in new and "old" not in new and with_guide(new) == new


def test_an_unknown_misconception_is_refused():
    with pytest.raises(UnknownMisconception, match=r"no exercise of chapter 4 has .* 'kl-bits'"):
        known_of(4, ["kl-bits"])
