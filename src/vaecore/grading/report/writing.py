"""Writing the report: into the folder `report` beside the grades."""

from pathlib import Path

from vaecore.files.storage import write_atomically
from vaecore.foundations.errors import CheckpointError
from vaecore.grading.report.class_report import class_page, class_table
from vaecore.grading.report.feedback import feedback_page
from vaecore.grading.report.pages import Book
from vaecore.grading.report.platforms import canvas_table, moodle_table
from vaecore.grading.results import all_results, result_path

FOLDER = "report"


def write_report(grades: Path, book: Book, title: str = "") -> list[Path]:
    """Write the report on a folder of grades; return the files, the page for the lecturer first.

    Raises InvalidInputError where there are no grades, CheckpointError where nothing can be written.
    """
    results = all_results(grades)
    assignment = next((str(one["assignment"]) for one in results if one.get("assignment")), "")
    name = title or (f"{assignment}: what came of it" if assignment else "What came of the exercises")
    files = {
        "report.html": class_page(list(results), book, name),
        "report.csv": class_table(list(results)),
        "moodle.csv": moodle_table(list(results)),
        "canvas.csv": canvas_table(list(results), assignment),
    }
    for result in results:
        stem = result_path(Path(), str(result["student"])).stem
        files[f"feedback/{stem}.html"] = feedback_page(result, book)
    folder = grades / FOLDER
    try:
        (folder / "feedback").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"could not make the folder {folder}: {error.strerror}") from error
    for where, content in files.items():
        write_atomically(folder / where, content.encode("utf-8", "replace"))
    return [folder / where for where in files]
