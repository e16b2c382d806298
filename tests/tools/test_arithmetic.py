"""The chapters under other arithmetic: what a run changes, what it notices, and which runs there are."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from tools.arithmetic import environments, kernels, run_chapters
from tools.arithmetic.kernels import Run, run_notebook

WEIGHTS = """\
from vaecore import VAE, init_network
from vaecore.gaussian_decoder import init_gaussian_network
import numpy as np, os
drawn = init_network([3, 4], np.random.default_rng(0))[0]
again = init_network([3, 4], np.random.default_rng(0))[0]
hidden = init_gaussian_network(3, 4, 2, np.random.default_rng(0))[0]
shipped = VAE.load_shipped("map").gen_params[0]
found = [np.asarray(a, float).tolist() for a in (drawn[0], drawn[1], again[0], hidden[0], shipped[0])]
import json; json.dump([found, {k: os.environ.get(k) for k in WANTED}], open(OUT, "w"))
"""


def notebook(folder: Path, *cells: str) -> Path:
    path = folder / "06_adam.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
    return path


def weights_of(folder: Path, run: Run) -> tuple[list, dict]:
    out = folder / "weights.json"
    names = [*run.variables(), "VAECORE_DATA", "PYTHONPATH"]
    path = notebook(folder, f"OUT, WANTED = {str(out)!r}, {names!r}", WEIGHTS)
    assert run_notebook(path, sys.executable, run, judge=False) == ""
    return json.loads(out.read_text())


def test_starting_weights_are_moved_and_nothing_else(tmp_path, monkeypatch):
    import numpy as np

    monkeypatch.setenv("VAECORE_DATA", "/somewhere/else")
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    plain, variables = weights_of(tmp_path, Run(core="Haswell", threads=2, compiled=True))
    assert variables["OPENBLAS_CORETYPE"] == "Haswell" and variables["OPENBLAS_NUM_THREADS"] == "2"
    assert variables["VAECORE_COMPILED"] == "1"
    assert variables["VAECORE_DATA"] is variables["PYTHONPATH"] is None
    moved, variables = weights_of(tmp_path, Run(moved=1))
    assert variables["VAECORE_COMPILED"] == "0" and variables["OPENBLAS_NUM_THREADS"] == "1"
    for index in (0, 2, 3, 4):  # drawn, drawn again, drawn by another function, loaded
        np.testing.assert_allclose(np.abs(np.subtract(moved[index], plain[index])), 1e-6, rtol=0.1)
    assert moved[1] == plain[1]  # biases
    assert moved[0] == moved[2]  # what starts alike still does


def test_a_run_notices_a_cell_that_raises_a_sentence_that_is_false_and_a_heavy_notebook(tmp_path):
    fails = notebook(tmp_path, "steps = 1", "1 / 0")
    assert "ZeroDivisionError" in run_notebook(fails, sys.executable, Run(), judge=False)
    empty = notebook(tmp_path, "steps = 1")
    problem = run_notebook(empty, sys.executable, Run())
    assert problem.startswith("06_adam says what did not come out here:") and "With 0.105" in problem
    heavy = notebook(tmp_path, "print('x' * 3_000_000)")
    assert "more than 3,000,000" in run_notebook(heavy, sys.executable, Run(), judge=False)


def test_a_kernel_ends_with_its_run(tmp_path):
    path = notebook(tmp_path, f"import os; print(os.getpid(), file=open({str(tmp_path / 'pid')!r}, 'w'))")
    assert run_notebook(path, sys.executable, Run(), judge=False) == ""
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


STOPPED = f"""
import sys
sys.path.insert(0, {str(kernels.ROOT)!r})
from pathlib import Path
from tools.arithmetic import kernels, run_chapters
from tools.setup.children import leave_on_sigterm
run_chapters.BOOK, run_chapters.has_claims = Path(sys.argv[1]), lambda chapter: False
leave_on_sigterm()
run_chapters.run_all([("06_adam", kernels.Run(), sys.executable)] * 3, at_once=2)
"""


def test_told_to_stop_it_leaves_no_kernel(tmp_path):
    pids = tmp_path / "pids"
    notebook(tmp_path, f"import os, time; print(os.getpid(), file=open({str(pids)!r}, 'a')); time.sleep(1e6)")
    with subprocess.Popen([sys.executable, "-c", STOPPED, tmp_path], stdout=subprocess.PIPE) as parent:
        deadline = time.monotonic() + 600
        while not pids.exists() or len(pids.read_text().split()) < 2:
            assert time.monotonic() < deadline and parent.poll() is None
            time.sleep(0.05)
        parent.terminate()
        said = parent.communicate(timeout=600)[0].decode()
    assert parent.returncode == 128 + signal.SIGTERM and said.count("its kernel died") == 2
    assert len(pids.read_text().split()) == 2  # the third run has not begun
    assert not any(psutil.pid_exists(int(pid)) for pid in pids.read_text().split())


def test_chapter_6_meets_all_combinations_and_the_others_one_change_at_a_time(monkeypatch):
    monkeypatch.setattr(run_chapters, "cores_here", lambda: ["Prescott", "Haswell"])
    runs = [run for chapter, run in run_chapters.plan(["06_adam"], None)]
    assert len(set(runs)) == len(runs) == 4 * 2 * 2 * 2 * 2
    for chapter, run in run_chapters.plan(["05_kl"], None):
        different = [name for name, value in vars(run).items() if value != getattr(Run(), name)]
        assert chapter == "05_kl" and (len(different) <= 1 or run.versions == "colab")
    assert Run(versions="colab", threads=2, compiled=True) in run_chapters.one_at_a_time()
    found = {str(run) for _, run in run_chapters.plan(["05_kl"], None)}
    assert len(found) == 9 and all(any(name in text for text in found) for name in environments.NAMES)
    assert [str(run) for _, run in run_chapters.plan(["05_kl"], "Haswell")] == [str(Run(core="Haswell"))]


@pytest.mark.parametrize(
    ("flags", "cores"),
    [
        ("fpu pni sse4_2", ["Prescott", "Nehalem"]),
        ("pni sse4_2 avx2 avx512f", ["Prescott", "Nehalem", "Haswell", "SkylakeX"]),
        ("", []),
    ],
)
def test_a_core_is_asked_for_where_the_processor_has_its_instructions(flags, cores, monkeypatch):
    text = f"processor\t: 0\nflags\t\t: {flags}\n" if flags else "Hardware: none of these\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    assert run_chapters.cores_here() == cores


def test_colab_has_the_versions_that_it_had_and_a_numba_below_our_bound(monkeypatch):
    made = []
    monkeypatch.setattr(environments, "pythons_here", lambda: [("3.11", "/11"), ("3.13", "/13")])
    monkeypatch.setattr(
        environments.other_environments, "environment", lambda *arguments: made.append(arguments) or "program"
    )
    assert environments.make("colab") == "program"
    [(name, python, wanted, constraints)] = made
    assert (name, python, constraints) == ("chapters-colab", "/13", "")
    assert {"numpy==2.1.*", "ipywidgets==7.7.1", "numba==0.61.*"} <= set(wanted)
    assert sum(line.startswith("numba") for line in wanted) == 1
    monkeypatch.setattr(environments, "pythons_here", lambda: [("3.11", "/11")])
    assert environments.make("colab") is None
    assert environments.make("locked") == sys.executable


def test_a_numpy_that_crashes_on_a_core_is_left_out_and_said(monkeypatch, capsys, tmp_path):
    """As NumPy 2.5.5 does on Prescott: no chapter is to blame for it."""
    crashes = tmp_path / "python"
    crashes.write_text("#!/bin/sh\n[ \"$OPENBLAS_CORETYPE\" = Prescott ] && kill -SEGV $$\nexit 0\n")
    crashes.chmod(0o755)
    monkeypatch.setattr(environments, "make", lambda name: str(crashes))
    monkeypatch.setattr(run_chapters, "cores_here", lambda: ["Prescott", "Haswell"])
    monkeypatch.setattr(run_chapters, "run_all", lambda runs, at_once: [True] * len(runs))
    monkeypatch.setattr(sys, "argv", ["run_chapters", "05_kl"])
    with pytest.raises(SystemExit) as ended:
        run_chapters.main()
    said = capsys.readouterr().out
    assert ended.value.code == 0 and "8 of 9 runs passed, 1 left out" in said
    assert "the NumPy of the locked versions crashes in a product as on Prescott" in said
    assert environments.multiplies(sys.executable, "")


def test_whether_a_page_has_claims():
    assert run_chapters.has_claims("06_adam") and not run_chapters.has_claims("index")
    assert kernels.LARGEST == 3_000_000
