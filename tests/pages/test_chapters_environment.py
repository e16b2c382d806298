"""What a chapter's cells get of the environment of whoever builds the book, and where: next to nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_book import HEADER, SmallBook

from vaebook.execution import kernels, stale_outputs
from vaebook.execution.kernels import Folders, environment_of_the_chapters

FOLDERS = Folders(Path("/book/home"), Path("/book/weights"), Path("/book/ipython"))
ALWAYS = {
    "HOME", "USERPROFILE", "VAECORE_WIDGETS", "VAECORE_CACHE", "VAECORE_OFFLINE", "VAECORE_COMPILED",
    "IPYTHONDIR", "JUPYTER_PREFER_ENV_PATH", "PYTHONHASHSEED", "PYTHONUTF8", "PYTHONNOUSERSITE",
    "OPENBLAS_NUM_THREADS", "TZ",
}  # fmt: skip
SETTINGS = {
    "PYTHONPATH": "/x", "PYTHONSTARTUP": "/x/start.py", "PYTHONOPTIMIZE": "2", "PYTHONSAFEPATH": "1",
    "PYTHONWARNINGS": "error", "PYTHONHOME": "/x", "MATPLOTLIBRC": "/x", "MPLCONFIGDIR": "/x",
    "MPLBACKEND": "pdf", "JUPYTER_PATH": "/x", "JUPYTER_CONFIG_DIR": "/x", "JUPYTER_PLATFORM_DIRS": "1",
    "IPYTHONDIR": "/x", "XDG_CONFIG_HOME": "/x", "LC_ALL": "ja_JP.SJIS", "LANG": "xx", "TZ": "Asia/Tokyo",
    "OMP_NUM_THREADS": "7", "OPENBLAS_CORETYPE": "Prescott", "NUMBA_DISABLE_JIT": "1",
    "VAECORE_COMPILED": "1", "SOURCE_DATE_EPOCH": "0", "HOME": "/x",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_mnist(monkeypatch):
    monkeypatch.delenv("VAECORE_DATA", raising=False)


def test_nothing_that_a_user_has_set_gets_through():
    bare = environment_of_the_chapters({"PATH": "/bin"}, FOLDERS)
    assert set(bare) == {"PATH", *ALWAYS}
    assert environment_of_the_chapters({"PATH": "/bin", **SETTINGS}, FOLDERS) == bare
    assert bare["HOME"] == "/book/home" and bare["VAECORE_COMPILED"] == "0" and bare["TZ"] == "UTC"


def test_what_a_process_needs_gets_through():
    needed = {"PATH": "/nix/bin", "LD_LIBRARY_PATH": "/nix/lib", "TMPDIR": "/scratch", "SYSTEMROOT": "C:"}
    assert needed.items() <= environment_of_the_chapters(needed, FOLDERS).items()


def test_the_data_and_the_packages_that_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("VAECORE_DATA", str(tmp_path))
    environment = environment_of_the_chapters({}, FOLDERS, ["/here", "/there"])
    assert environment["VAECORE_DATA"] == str(tmp_path) and "VAECORE_CACHE" not in environment
    assert environment["PYTHONPATH"].split(os.pathsep) == ["/here", "/there"]


@pytest.mark.parametrize("change", ["a setting", "the kernel's settings", "a library", "the machine"])
def test_what_may_decide_an_output_is_in_the_hash(change, monkeypatch):
    before = stale_outputs.hash_of_imports([])
    if change == "a setting":
        monkeypatch.setitem(kernels.DECISIVE, "OPENBLAS_NUM_THREADS", "2")
    elif change == "the kernel's settings":
        monkeypatch.setattr(kernels, "KERNEL_SETTINGS", "c.IPKernelApp.matplotlib = 'svg'")
    elif change == "a library":
        monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/another-blas")
    else:
        monkeypatch.setattr(stale_outputs.platform, "machine", lambda: "riscv64")
    assert stale_outputs.hash_of_imports([]) != before


def test_what_decides_nothing_is_not(monkeypatch):
    before = stale_outputs.hash_of_imports([])
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    assert stale_outputs.hash_of_imports([]) == before


def test_a_plain_build_without_docstrings_is_refused():
    """The pages of the reference would be empty; `make book` takes no such setting to begin with."""
    command = [sys.executable, "-OO", "-c", "import vaebook.settings; vaebook.settings.setup(None)"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0 and "started without docstrings (PYTHONOPTIMIZE=2 or -OO)" in done.stderr


FIGURE = HEADER.format(title="A small book") + """\
```{code-cell} ipython3
import locale, os, sys, time, warnings
import answer, numpy
from matplotlib import pyplot
print("The answer is", answer.VALUE, "with NumPy", numpy.__version__, time.tzname[0])
print("Optimised:", sys.flags.optimize, "started:", "started" in globals(), locale.getpreferredencoding())
warnings.warn("this is let go", ResourceWarning)
```

```{code-cell} ipython3
---
mystnb:
  image:
    alt: A line, from the lower left to the upper right corner.
---
figure, axes = pyplot.subplots(figsize=(1, 1))
axes.plot([0, 1], [0, 1])
axes.set_title("$x_1$")
print("Background:", figure.get_facecolor())
```
"""


def settings_of_somebody(home: Path) -> dict[str, str]:
    """A home folder full of settings, each of which would spoil the book, and variables that lead to it."""
    ipython, rc = home / ".ipython" / "profile_default" / "startup", home / ".config" / "matplotlib"
    for folder in (ipython, rc, home / "packages" / "numpy", home / "jupyter" / "kernels" / "python3"):
        folder.mkdir(parents=True)
    (home / "packages" / "numpy" / "__init__.py").write_text("raise ImportError('another NumPy')")
    (ipython / "start.py").write_text("started = True")
    (home / "start.py").write_text("started = True")
    (rc / "matplotlibrc").write_text("text.usetex: True\nfigure.facecolor: black\n")
    kernel = '{"argv": ["false"], "display_name": "theirs", "language": "python"}'
    (home / "jupyter" / "kernels" / "python3" / "kernel.json").write_text(kernel)
    return {
        "HOME": str(home), "PYTHONPATH": str(home / "packages"), "PYTHONSTARTUP": str(home / "start.py"),
        "MATPLOTLIBRC": str(rc), "MPLCONFIGDIR": str(rc), "JUPYTER_PATH": str(home / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"), "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONOPTIMIZE": "2", "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "error", "LC_ALL": "C",
        "TZ": "Asia/Tokyo", "XDG_CONFIG_HOME": str(home / ".config"),
    }  # fmt: skip


def test_a_book_built_by_somebody_with_settings(small_book: SmallBook, tmp_path):
    """As `make book` begins; a small book, in a folder with an accent."""
    small_book.move(tmp_path / "café au lait")
    small_book.write(index=FIGURE)
    settings = settings_of_somebody(tmp_path / "home")
    built = small_book.run_as_make_does("tools.building.build_book", **settings)
    assert built.returncode == 0, built.stdout + built.stderr
    page = small_book.page()
    assert "The answer is 42 with NumPy 2." in page and " UTC\n" in page
    assert "Optimised: 0 started: False utf-8" in page.replace("UTF-8", "utf-8")
    assert "Background: (1.0, 1.0, 1.0, 1.0)" in page
