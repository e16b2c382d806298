"""Run the book's notebooks under other arithmetic, and judge their prose by what they compute there.

    python -m tools.arithmetic.run_chapters                 `make test-arithmetic`: every run of each chapter
    python -m tools.arithmetic.run_chapters 06_adam         one chapter
    python -m tools.arithmetic.run_chapters --only Haswell  the runs whose description has this in it
    python -m tools.arithmetic.run_chapters --list          what would be run

A run differs from the book's own build in one thing: starting weights moved by 1e-6, two threads, Numba, the
matrix products of another processor (OPENBLAS_CORETYPE), or the lowest, the newest or Colab's versions of
the packages. Chapter 6 trains at the edge of what can be trained, and is run with all combinations.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from tools.arithmetic import environments
from tools.arithmetic.kernels import ROOT, Run, end_all, run_notebook
from tools.setup.children import leave_on_sigterm
from vaebook.chapters.twins import find_chapters

BOOK = ROOT / "book"
CLAIMS = ROOT / "tests" / "claims"
ALL_COMBINATIONS = ["06_adam"]
# What a processor must have for OpenBLAS to compute as on these.
CORES = {"Prescott": "pni", "Nehalem": "sse4_2", "Haswell": "avx2", "SkylakeX": "avx512f"}


def cores_here() -> list[str]:
    """Which of CORES this processor can do; none where it does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return [core for core, flag in CORES.items() if flag in flags]


def one_at_a_time() -> list[Run]:
    """The book's own run, those that differ from it in one thing, and what a reader has on Colab."""
    runs = [Run(), Run(moved=1), Run(threads=2), Run(compiled=True)]
    runs += [Run(core=core) for core in cores_here()]
    runs += [Run(versions="lowest"), Run(versions="newest")]
    return [*runs, Run(versions="colab", threads=2, compiled=True)]  # its Numba is on, for everybody


def combinations() -> list[Run]:
    """Every version with every core, one thread and two, with Numba and without, weights moved or not."""
    factors = environments.NAMES, cores_here() or [""], (1, 2), (False, True), (0, 1)
    return [Run(*chosen) for chosen in itertools.product(*factors)]


def plan(chapters: list[str], only: str | None) -> list[tuple[str, Run]]:
    """What is run: a chapter, and how."""
    found = []
    for chapter in chapters:
        runs = combinations() if chapter in ALL_COMBINATIONS else one_at_a_time()
        found += [(chapter, run) for run in runs if only is None or only in str(run)]
    return found


def has_claims(chapter: str) -> bool:
    return (CLAIMS / f"{chapter.partition('_')[2]}.py").exists()


def report(chapter: str, run: Run, python: str) -> bool:
    """Run a chapter, say how it went, and return whether all is well."""
    began = time.monotonic()
    problem = run_notebook(BOOK / f"{chapter}.ipynb", python, run, judge=has_claims(chapter))
    seconds = time.monotonic() - began
    print(f"{'FAILED' if problem else 'ok':6} {chapter}: {run} ({seconds:.0f} s)", flush=True)
    if problem:
        print("    " + problem.replace("\n", "\n    "), flush=True)
    return not problem


def run_all(runs: list[tuple[str, Run, str]], at_once: int) -> list[bool]:
    """Which of the runs went well.  Ctrl-C or SIGTERM ends the kernels too."""
    with ThreadPoolExecutor(at_once) as pool:
        reports = [pool.submit(report, *chosen) for chosen in runs]
        try:
            return [each.result() for each in reports]
        except BaseException:
            running = [each for each in reports if not each.cancel()]
            while wait(running, timeout=0.2).not_done:  # a kernel may just be starting
                end_all()
            raise


def main() -> None:
    leave_on_sigterm()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="such as 06_adam (else: all)")
    parser.add_argument("--only", metavar="TEXT", help="only the runs whose description has this in it")
    parser.add_argument("--list", action="store_true", help="name the runs, and run nothing")
    chosen = parser.parse_args()
    known = [path.stem for path in find_chapters(BOOK)]
    if unknown := set(chosen.chapters) - set(known):
        sys.exit(f"error: there is no notebook {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    planned = plan(chosen.chapters or known, chosen.only)
    if chosen.list:
        print(*(f"{chapter}: {run}" for chapter, run in planned), f"{len(planned)} runs", sep="\n")
        return
    if not planned:
        sys.exit(f"error: no run has {chosen.only!r} in its description; --list shows them")
    if not cores_here():
        print(f"{platform.machine()}: no other processor's matrix products can be asked for here.")
    pythons = {name: environments.make(name) for name in {run.versions: None for _, run in planned}}
    for name in [name for name, python in pythons.items() if python is None]:
        print(f"left out: {name} versions need Python {environments.COLAB_PYTHON}, which is not here.")
    broken = set()
    for name, core in sorted({(run.versions, run.core) for _, run in planned if run.core}):
        if (python := pythons[name]) and not environments.multiplies(python, core):
            broken.add((name, core))
            print(f"left out: the NumPy of the {name} versions crashes in a product as on {core}.")
    possible = [
        (chapter, run, python)
        for chapter, run in planned
        if (python := pythons[run.versions]) and (run.versions, run.core) not in broken
    ]
    passed: list[bool] = []
    for threads in (1, 2):  # threads that wait for a processor are ten times slower: as many as there are
        runs = [(chapter, run, python) for chapter, run, python in possible if run.threads == threads]
        passed += run_all(runs, at_once=max(1, (os.cpu_count() or 1) // threads))
    print(f"{passed.count(True)} of {len(planned)} runs passed, {len(planned) - len(possible)} left out")
    sys.exit(0 if all(passed) and possible else 1)


if __name__ == "__main__":
    main()
