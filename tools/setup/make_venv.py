"""Make `.venv`, or bring it into shape, with the extras that a make target needs.

    python3 tools/setup/make_venv.py book lab test

Uses the standard library alone, since it runs before anything is installed. Nothing happens (in well
under 0.1 s) when `.venv` already has the extras and was made from the present dependencies. It is made
afresh when an installation was interrupted, when the checkout was moved, when its Python is gone, or
when another Python was asked for; but only if it carries one of make's own two files, STAMP or UNFINISHED.
A `.venv` without them is somebody's own, and stays as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # when it is run as a file

from tools.setup.children import alone, child, leave_on_sigterm  # noqa: E402
from tools.setup.own_environment import own_environment  # noqa: E402
from tools.setup.pips_environment import environment_of_pip  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "vaecore-stamp.json"  # what a finished installation was made from
QUICKLY = 'import sys; sys.modules.setdefault("rfc3987_syntax", None)\n'
UNFINISHED = VENV / "vaecore-unfinished"  # there from the first file on until the installation is done


def read_pyproject() -> dict:
    with open(ROOT / "pyproject.toml", "rb") as file:
        return tomllib.load(file)


def supported_pythons() -> list[str]:
    """["3.11", ...]: the Pythons that pyproject.toml names one by one, oldest first."""
    lines = read_pyproject()["project"]["classifiers"]
    return [line.rpartition(" ")[2] for line in lines if "Python :: 3." in line]


def dependencies_hash() -> str:
    """A hash over everything that decides what gets installed."""
    pyproject = read_pyproject()
    relevant = {table: pyproject[table] for table in ("build-system", "project")}
    digest = hashlib.sha256(json.dumps(relevant, sort_keys=True).encode())
    digest.update((ROOT / "requirements.lock").read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def reason_to_start_afresh(stamp: dict, required_python: str | None) -> str | None:
    """Why the `.venv` that is there cannot be kept; None if it can."""
    if UNFINISHED.exists():
        return "the last installation was interrupted"
    if not stamp:
        return f"{STAMP.name} in it is damaged"
    if stamp["path"] != str(VENV):
        return f"it was made at {stamp['path']}"
    try:
        answer = subprocess.run(
            [PYTHON, "-c", "import platform; print(platform.python_version())"],
            env=own_environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "its Python does not start any more"
    if answer.stdout.strip() != stamp["python"]:
        return f"its Python is now {answer.stdout.strip()}, no longer {stamp['python']}"
    if required_python not in (None, stamp["python"]):
        return f"it has Python {stamp['python']}, and {required_python} was asked for"
    return None


def refuse_what_is_not_ours() -> None:
    """End with a sentence if `.venv` is a file, a link that leads nowhere, or somebody's own environment."""
    if VENV.is_symlink() and not VENV.exists():
        target = os.readlink(VENV)
        sys.exit(f"error: {VENV} is a link to {target}, which is not there. Make it, or delete the link.")
    if not VENV.exists() or STAMP.exists() or UNFINISHED.exists():
        return
    if not VENV.is_dir():
        sys.exit(f"error: {VENV} is in the way: it is not a virtual environment. Move it elsewhere.")
    if any(VENV.iterdir()):
        what = "was not made by make" if (VENV / "pyvenv.cfg").exists() else "is not a virtual environment"
        sys.exit(
            f"error: {VENV} is in the way: it {what}, and so it is left as it is.\n"
            "       Move it elsewhere, or delete it; then run make again, which makes one of its own."
        )


def clear() -> None:
    """Empty the `.venv` that make has made; interrupted, it is still known as make's."""
    UNFINISHED.touch()
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != UNFINISHED:
            path.unlink()


def create() -> None:
    try:
        import ensurepip  # noqa: F401  (Debian's python3 comes without these two)
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        supported = ", ".join(supported_pythons())
        sys.exit(
            f"error: {sys.executable} (Python {version}) lacks the venv module.\n"
            f"       On Debian and Ubuntu: sudo apt install python{version}-venv\n"
            f"       Or name another Python ({supported}): make PYTHON=/path/to/python3 ..."
        )
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    subprocess.run([sys.executable, "-m", "venv", VENV], env=own_environment(), check=True)


def install(extras: list[str], lock: int | None = None) -> None:
    UNFINISHED.touch()
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    command += ["-c", "requirements.lock", "-e", f".[{','.join(extras)}]"]
    with child(command, environment_of_pip(PYTHON), lock, cwd=ROOT) as pip:
        exit_code = pip.wait()
    if exit_code != 0:
        if exit_code == 1 and STAMP.exists():
            UNFINISHED.unlink()  # pip gave up by itself and left the old packages as they were
        sys.exit(
            "error: the packages could not be installed; pip says why above.\n"
            "       If there is no network, or a proxy is missing, mend that and run make again."
        )


def make_path_relative() -> None:
    """Let `.venv` find `src` from where it is itself.

    An installation that can be edited leaves the absolute path in a .pth file, which Python reads in the
    encoding of the locale: under LC_ALL=C it would not start in a folder whose name has an accent.
    """
    source = str(ROOT / "src")
    for file in VENV.glob("lib/python*/site-packages/*.pth"):
        if file.read_text(encoding="utf-8", errors="replace").strip() == source:
            file.write_text(os.path.relpath(source, file.parent) + "\n", encoding="utf-8")


def start_quickly() -> None:
    """Keep rfc3987_syntax from being imported in .venv.

    JupyterLab brings it. Where jsonschema finds it, each process that reads a notebook first compiles 38
    grammars, for two seconds; without it, how an international address is spelt stays unchecked.
    """
    for packages in VENV.glob("lib/python*/site-packages"):
        file = packages / "start_quickly.pth"
        if not file.exists() or file.read_text(encoding="utf-8") != QUICKLY:
            file.write_text(QUICKLY, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extras", nargs="+", help="extras of pyproject.toml that must be installed")
    parser.add_argument("--exact-python", action="store_true", help="keep .venv only if it has this Python")
    arguments = parser.parse_args()

    leave_on_sigterm()
    with alone(ROOT / "pyproject.toml") as lock:  # two makes at once: the second waits and finds it done
        version = ".".join(map(str, sys.version_info[:3]))
        stamp = read_stamp()
        refuse_what_is_not_ours()
        if STAMP.exists() or UNFINISHED.exists():
            make_path_relative()  # an older make has not
            start_quickly()
            reason = reason_to_start_afresh(stamp, version if arguments.exact_python else None)
            if reason and VENV.is_symlink():  # perhaps to the environment of another checkout
                sys.exit(
                    f"error: {VENV} is a link to {os.readlink(VENV)}, and cannot be used: {reason}.\n"
                    "       What it leads to is left as it is. Delete the link, and run make again."
                )
            if reason:
                print(f"Making .venv afresh, because {reason}.", flush=True)
                clear()
                stamp = {}
        wanted = sorted({*stamp.get("extras", []), *arguments.extras})
        inputs = dependencies_hash()
        if stamp and stamp["inputs"] == inputs and stamp["extras"] == wanted:
            return
        if not stamp:
            print(f"Making .venv with Python {version} ...", flush=True)
            create()
        print(
            f"Installing vaecore[{','.join(wanted)}] into .venv (a few minutes the first time) ...",
            flush=True,
        )
        install(wanted, lock)
        make_path_relative()
        start_quickly()
        stamp = {
            "path": str(VENV),
            "python": stamp.get("python", version),
            "inputs": inputs,
            "extras": wanted,
        }
        STAMP.write_text(json.dumps(stamp, indent=1) + "\n")
        UNFINISHED.unlink()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; the next make starts .venv afresh")
    except OSError as error:
        sys.exit(
            f"error: {error.filename or VENV}: {error.strerror or error}.\n"
            f"       make keeps its environment in {VENV}, and must be able to write there.\n"
            "       Make room, or copy the checkout to a folder that you may write to, and run make there."
        )
