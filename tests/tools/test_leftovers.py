"""Runs of pytest inside this one. Interrupted, they leave no process; one that a test forgets is ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from browser import ROOT
from leftovers import PATIENCE
from sample import sample

NAME = "VAEBOOK_RUN_INSIDE_A_RUN"  # handed on, as the book's settings are; not the plugin's own mark
BUSY = """
import pathlib, sys, urllib.request
from notebook_server import jupyterlab

def test_has_a_browser_and_a_kernel_at_work(chromium, tmp_path):
    page = chromium.new_page()
    with jupyterlab(sys.executable, tmp_path, tmp_path) as (address, token):
        urllib.request.urlopen(urllib.request.Request(
            f"{address}api/kernels", b"{}", {"Authorization": f"token {token}"}))
        pathlib.Path("ready").touch()
        page.wait_for_function("() => false", timeout=0)
"""
FORGETFUL = """
import subprocess, sys

def test_forgets_a_process():
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1e6)"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
"""


def start(folder: Path, test: str, *arguments: str) -> subprocess.Popen[str]:
    (folder / "test_inside.py").write_text(test)
    plugins = ["-p", "leftovers", "-p", "fonts", "-p", "browser"]
    command = [sys.executable, "-m", "pytest", *plugins, *arguments]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "fixtures")])
    return subprocess.Popen(
        command, cwd=folder, env={**os.environ, NAME: str(folder), "PYTHONPATH": path}, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def processes_of(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(NAME) == str(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def wait_until_all_are_gone(folder: Path) -> None:
    for _ in range(5):  # a process may have started another while it was being ended
        psutil.wait_procs(processes_of(folder), PATIENCE)
    assert processes_of(folder) == []


def control_c(run: subprocess.Popen[str]) -> None:
    """In a terminal it reaches the whole group."""
    os.killpg(run.pid, signal.SIGINT)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("workers", "interrupt"),
    [
        (1, control_c),
        pytest.param(0, subprocess.Popen.terminate, marks=pytest.mark.whole),
        pytest.param(1, subprocess.Popen.terminate, marks=pytest.mark.whole),
        pytest.param(1, subprocess.Popen.kill, marks=pytest.mark.whole),
    ],
    ids=["Ctrl-C", "SIGTERM-one-process", "SIGTERM", "SIGKILL"],
)
def test_an_interrupted_run_leaves_no_process(
    workers: int, interrupt: Callable[[subprocess.Popen[str]], None], tmp_path: Path
):
    with start(tmp_path, BUSY, f"-n{workers}") as run:
        while not (tmp_path / "ready").exists():
            assert run.poll() is None, run.stdout.read()
            time.sleep(0.05)
        commands = " ".join(" ".join(process.cmdline()) for process in processes_of(tmp_path))
        for at_work in ("chromium", "jupyterlab", "ipykernel", "leftovers"):
            assert at_work in commands.lower()
        interrupt(run)
        run.communicate()
    assert run.returncode != 0
    wait_until_all_are_gone(tmp_path)


@pytest.mark.parametrize("workers", sample([0, 1], kept=[1]))
def test_a_process_that_a_test_forgets_is_ended_and_the_test_named(workers, tmp_path):
    (tmp_path / "conftest.py").write_text("import leftovers\nleftovers.PATIENCE = 0.1\n")
    with start(tmp_path, FORGETFUL, f"-n{workers}") as run:
        printed, _ = run.communicate()
    assert run.returncode == 1, printed
    assert "1 passed" in printed and "processes left behind" in printed
    assert "started in test_inside.py::test_forgets_a_process (call): " in printed
    wait_until_all_are_gone(tmp_path)


def test_a_run_that_leaves_nothing_passes(tmp_path):
    with start(tmp_path, "def test(): pass") as run:
        printed, _ = run.communicate()
    assert run.returncode == 0 and "left behind" not in printed
    wait_until_all_are_gone(tmp_path)
