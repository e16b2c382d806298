"""What came of each wrong function, as `results.txt` has it: name, what came of it, whether it is told.

"told" is a judgement: whether an assistant, who read the message beside the question, without the catalogue,
could tell the true mistake: "yes", "partly", "no", or "untrue" where the message says something false.  No
reader outside this project was asked.

    python -m unseen_answers      in this folder's parent: judges all, and writes the table anew

A judgement is kept where the same came of an answer as before; else "?" stands there until it is read again.
"""

from pathlib import Path

TABLE = Path(__file__).with_name("results.txt")


def came_of(verdict) -> str:
    """Return a verdict in one word."""
    if verdict.status == "passed":
        return "passed"
    return verdict.misconception or (f".{verdict.diagnosis}" if verdict.diagnosis else "nothing")


def read_table() -> dict[str, tuple[str, str]]:
    """Return name -> what came of it, and whether it can be told."""
    rows = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()] if TABLE.exists() else []
    return {name: (came, told) for name, came, told in rows}


def figures(table: dict[str, tuple[str, str]]) -> dict[str, int]:
    """Return how many wrong answers were named, diagnosed, passed, ... and told."""
    came = [c for c, _ in table.values()]
    told = [t for _, t in table.values()]
    return {
        "answers": len(came),
        "passed": came.count("passed"),
        "diagnosis": sum(c.startswith(".") for c in came),
        "nothing": came.count("nothing"),
        "named": sum(c not in ("passed", "nothing") and not c.startswith(".") for c in came),
        **{f"told: {word}": told.count(word) for word in ("yes", "partly", "no", "untrue", "?")},
    }
