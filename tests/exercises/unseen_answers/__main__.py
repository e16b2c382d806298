"""Judge all wrong functions of the set, write `results.txt`, print its figures (--messages: messages)."""

import sys

from unseen_answers import ENTRIES
from unseen_answers.results import TABLE, came_of, figures, read_table
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.judging import judge_function

before, rows = read_table(), {}
only = [word for word in sys.argv[1:] if not word.startswith("--")]  # exercises; by default all
for entry in (entry for entry in ENTRIES if entry.mistake):
    if only and entry.exercise not in only and entry.name in before:
        rows[entry.name] = before[entry.name]
        continue
    verdict = judge_function(EXERCISES[entry.exercise], entry.answer)
    came, told = came_of(verdict), before.get(entry.name, ("", "?"))
    rows[entry.name] = (came, told[1] if told[0] == came else "?")
    if "--messages" in sys.argv and rows[entry.name][1] == "?":
        print(f"## {entry.name} [{came}]\n({entry.mistake})\n{verdict.message}\n")
TABLE.write_text("".join(f"{name} {came} {told}\n" for name, (came, told) in rows.items()), encoding="utf-8")
for which in dict.fromkeys(e.set for e in ENTRIES):
    names = [e.name for e in ENTRIES if e.mistake and e.set == which]
    print(which, figures({name: rows[name] for name in names}))
