"""Forty hand-ins, as a class hands them in; each with the state, and the points of L-KL, that it must get."""

import io
import json
import zipfile
import zlib
from pathlib import Path

from handed_in import CHECK_KL, IMPORTS, KL, cell, notebook, write

from vaecore.grading.book_version import BOOK_VERSION

COINS = """def coins_kl(p, q):
    return sum(a * np.log(a / b) for a, b in ((p, q), (1 - p, 1 - q)) if a > 0)
"""
CHECK_COINS = 'check("X-4", coins_kl)'
OUR_KIND = {"assignment": "week-5", "version": BOOK_VERSION}
STUB = "def compute_KL(encoder_output):\n    # your code here\n    return None\n"

# How the text of a right answer is changed, and the mistake that this is.
MISTAKES = {
    "kl-sign": ("0.5 *", "-0.5 *"),
    "kl-half": ("0.5 *", ""),
    "kl-log-variance": ("np.exp(2 * log_std) + mean**2 - 1 - 2", "np.exp(log_std) + mean**2 - 1 - 1"),
    "kl-mean": ("np.sum", "np.mean"),
    "kl-batch-sum": (", axis=1)\n", ")\n"),
    "kl-mean-not-squared": ("mean**2", "mean"),
    "kl-minus-one": (" - 1 ", " "),
    "kl-halves-swapped": ("mean, log_std =", "log_std, mean ="),
    "kl-log-dropped": (" - 2 * log_std", ""),
    "kl-log-sign": ("- 2 * log_std", "+ 2 * log_std"),
    "kl-log-of-std": ("- 2 * log_std", "- log_std"),
    "kl-sum-over-points": ("axis=1)\n", "axis=0)\n"),
}  # fmt: skip


def with_mistake(name):
    before, after = MISTAKES[name]
    head, _, tail = KL.rpartition(before)
    return head + after + tail


SCRIPT = "<script>alert(1)</script>"


def at(content, *expected):
    return ({"week-5.ipynb": content}, *expected)


def whole(*cells, **metadata):
    return notebook(IMPORTS, *cells, **{"vaecore": OUR_KIND, **metadata})


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


PERFECT = whole(KL, CHECK_KL, COINS, CHECK_COINS)


# What takes long to make is a function, which is called when the file is written.
def bomb():
    """Return 300 MB of blanks, which are JSON as long as nobody counts."""
    return zipped(**{"week-5.ipynb": b" " * (300 * 2**20)})


def with_outputs_of_50_mb():
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}
    return whole(cell(KL, outputs=[output]), CHECK_KL)


def hand_ins():
    """Return student -> (files, state, status of L-KL, status of X-4); None: it is not judged."""
    passed, failed, none = "passed", "failed", "not attempted"
    r = {
        "perfect": at(PERFECT, "graded", passed, passed),
        "perfect with an article, Łukasz Ω": at(PERFECT, "graded", passed, passed),
        "half done": at(whole(KL, CHECK_KL, "coins_kl = None", CHECK_COINS), "graded", passed, none),
        "nothing done": at(whole(STUB, CHECK_KL), "graded", none, none),
        "wrong file name": ({"final FINAL (2).ipynb": PERFECT}, "graded", passed, passed),
        "wrong ending": ({"week-5.ipynb.txt": PERFECT}, "graded", passed, passed),
        "cell of the check deleted": at(whole(KL, COINS), "graded", passed, passed),
        "check deleted, and the name imported later": at(
            whole(KL, f"from vaecore import compute_KL\n{COINS}", CHECK_COINS), "graded", passed, passed
        ),
        "nothing written, and the name imported": at(
            whole(f"from vaecore import compute_KL\n{COINS}", CHECK_COINS), "graded", none, passed
        ),
        "cell of the answer deleted": at(whole(CHECK_KL, COINS, CHECK_COINS), "graded", none, passed),
        "cells moved": at(whole(COINS, CHECK_COINS, KL, CHECK_KL), "graded", passed, passed),
        "check before the answer": at(whole(CHECK_KL, KL), "graded", passed, none),
        "cells duplicated": at(whole(KL, CHECK_KL, STUB, CHECK_KL, KL, CHECK_KL), "graded", passed, none),
        "stub behind the answer": at(whole(KL, CHECK_KL, STUB, CHECK_KL), "graded", passed, none),
        "never ends": at(whole(KL, CHECK_KL, "while True:\n    pass"), "never ends", passed, none),
        "never ends before": at(whole("while 1: pass", KL, CHECK_KL), "never ends", passed, none),
        "an error in a cell": at(whole("1 / 0", KL, CHECK_KL), "graded", passed, none),
        "a cell that is no Python": at(whole("def f(:", KL, CHECK_KL), "graded", passed, none),
        "outputs of 50 MB": at(with_outputs_of_50_mb, "graded", passed, none),
        "a script in an output": at(whole(cell(KL, outputs=[
            {"output_type": "display_data", "data": {"text/html": SCRIPT}, "metadata": {}}
        ]), CHECK_KL), "graded", passed, none),
        "another kernel": at(whole(
            "x <- 1", kernelspec={"name": "ir", "language": "R", "display_name": "R"}
        ), "another kernel", None, None),
        "a kernel of another name": at(whole(
            KL, CHECK_KL, kernelspec={"name": "vae", "language": "python", "display_name": "vae"}
        ), "graded", passed, none),
        "another version": at(whole(
            KL, CHECK_KL, vaecore={"assignment": "week-5", "version": "0.0.1"}
        ), "another version", None, None),
        "another assignment": at(whole(
            KL, CHECK_KL, vaecore={"assignment": "week-4", "version": BOOK_VERSION}
        ), "another version", None, None),
        "Windows": at(json.dumps(json.loads(PERFECT), indent=1).replace("\n", "\r\n")
                     .replace("\\n", "\\r\\n"), "graded", passed, passed),
        "two copies": ({"week-5.ipynb": PERFECT, "week-5 (1).ipynb": PERFECT}, "graded", passed, passed),
        "two that differ": ({
            "week-5.ipynb": whole(KL, CHECK_KL), "old.ipynb": whole(STUB, CHECK_KL, COINS, CHECK_COINS)
        }, "graded", passed, passed),
        "an empty file": at("", "empty file", None, None),
        "no file": ({}, "no notebook", None, None),
        "a PDF": ({"week-5.pdf": "%PDF-1.7"}, "not a notebook", None, None),
        "not JSON": at(PERFECT[: len(PERFECT) // 2], "not a notebook", None, None),
        "JSON, and no notebook": at('{"cells": 3}', "not a notebook", None, None),
        "deep JSON": at("[" * 10**6, "not a notebook", None, None),
        "a zip": ({"week-5.zip": zipped(**{"a/week-5.ipynb": PERFECT})}, "graded", passed, passed),
        "a zip that leads out": ({"z.zip": zipped(**{"../../../a.ipynb": PERFECT})}, "graded", *[passed] * 2),
        "a zip bomb": ({"week-5.zip": bomb}, "too large", None, None),
        "a damaged zip": ({"z.zip": zipped(**{"a.ipynb": PERFECT})[:200]}, "not a notebook", None, None),
        "a bomb as a notebook": at(zlib.compress(b" " * 10**7), "not a notebook", None, None),
        "another task's notebook": at(whole("print('hello')"), "nothing handed in", none, none),
        "a chapter, taken along from its page": ({"05_kl.ipynb": chapter()}, "graded", passed, none),
    }  # fmt: skip
    for name in MISTAKES:
        r[name] = (
            {"week-5.ipynb": whole(with_mistake(name), CHECK_KL, COINS, CHECK_COINS)},
            "graded",
            failed,
            passed,
        )
    return r


def chapter():
    """Return the chapter's own notebook with an answer in its cell, as "Take my work along" writes it."""
    book = Path(__file__).resolve().parents[2] / "book" / "05_kl.ipynb"
    content = json.loads(book.read_text(encoding="utf-8"))
    for one in content["cells"]:
        source = "".join(one["source"])
        if one["cell_type"] == "code" and source.startswith("def compute_KL("):
            one["source"] = KL.splitlines(keepends=True)
    return json.dumps(content, indent=1)


def write_class(folder: Path):
    """Write them all: a folder for each student."""
    for student, (files, *_) in hand_ins().items():
        (folder / student).mkdir(parents=True)
        for name, content in files.items():
            write(folder / student / name, content() if callable(content) else content)
