"""A copy of the package without anything that gives an answer away, for the process that runs hand-ins.

What the chapters teach stays: an answer may call it. The exercises, with their solutions, inputs and
mistakes, are left out; in their place stand modules that note what is handed in.
"""

import shutil
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# Of the exercises' machinery the sandbox gets what turns a result into numbers, and no more.
MACHINERY = ("__init__", "answers", "raised_errors", "safe_running")
OF_GRADING = ("__init__.py", "plain_data.py", "inside")
LEFT_OUT = {"exercises", "grading", "__pycache__", "command_line.py", "__main__.py"}


def copy_without_solutions(folder: Path) -> Path:
    """Write the copy into a folder as `vaecore`, and return the folder."""
    copy = folder / "vaecore"

    def leave_out(where: str, names: list[str]) -> list[str]:
        top = Path(where) == PACKAGE
        inner = Path(where) == PACKAGE / "widgets"
        return [
            n for n in names if n == "__pycache__" or (top and n in LEFT_OUT) or (inner and n == "question")
        ]

    shutil.copytree(PACKAGE, copy, ignore=leave_out)
    inside = PACKAGE / "grading" / "inside"
    machinery = copy / "exercises" / "machinery"
    machinery.mkdir(parents=True)
    for name in MACHINERY:
        shutil.copy(PACKAGE / "exercises" / "machinery" / f"{name}.py", machinery)
    shutil.copy(inside / "exercises_stand_in.py", copy / "exercises" / "__init__.py")
    (copy / "widgets" / "question").mkdir()
    shutil.copy(inside / "question_stand_in.py", copy / "widgets" / "question" / "__init__.py")
    (copy / "grading").mkdir()
    for name in OF_GRADING:
        source = PACKAGE / "grading" / name
        if source.is_dir():
            shutil.copytree(source, copy / "grading" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / "grading")
    return folder
