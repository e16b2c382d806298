"""Write requirements.lock: one exact version of every package, for all supported Pythons (`make lock`).

The lock is a pip constraints file (`pip install -c requirements.lock ...`): it says which version a
package must have *if* it is installed. It holds names, versions and environment markers only.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.setup.own_environment import own_environment
from tools.setup.pips_environment import environment_of_pip

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".lock-venv"  # uv lives here, so that a lock out of step cannot stand in its own way

HEADER = """\
# Exact versions for every supported Python and system. Made by `make lock`; do not edit.
# A constraints file: pip install -c requirements.lock -e ".[book]"
# PyTorch's GPU packages are left out: its own wheel says which of them it needs.
"""
GPU_PACKAGE = re.compile(r"(nvidia-|cuda-|triton)")
LINE = re.compile(r"[a-z0-9][a-z0-9-]*==[A-Za-z0-9.]+( ; .+)?")


def tool(name: str) -> Path:
    """The program of uv or of a new pip, in an environment of their own that is made the first time."""
    if not (VENV / "bin" / "uv").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], env=own_environment(), check=True)
        install = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--upgrade", "uv", "pip"]
        subprocess.run(install, env=environment_of_pip(VENV / "bin" / "python"), check=True)
    return VENV / "bin" / name


def resolve(*, upgrade: bool) -> list[str]:
    """uv's answer, one `name==version [; marker]` a line; keeps the present versions unless told."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    command = [tool("uv"), "pip", "compile", "pyproject.toml", "--quiet"]
    command += [f"--extra={extra}" for extra in extras]
    command += ["--universal", "--python-version=3.11", "--fork-strategy=fewest"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    # uv prefers the versions that it finds in its output file, and leaves them only where it must.
    output = VENV / "requirements.txt"
    output.write_text(LOCK.read_text() if LOCK.exists() else "")
    command += [f"--output-file={output}", *(["--upgrade"] if upgrade else [])]
    ran = subprocess.run(command, cwd=ROOT, env=own_environment(), stdout=subprocess.DEVNULL)
    if ran.returncode != 0:
        sys.exit("error: uv found no set of versions that fit together; it says why above.")
    lines = output.read_text().splitlines()
    return [line for line in lines if line and not GPU_PACKAGE.match(line)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions of everything")
    lines = resolve(upgrade=parser.parse_args().upgrade)
    for line in lines:
        if not LINE.fullmatch(line):
            sys.exit(f"error: not a plain `name==version ; marker` line: {line}")
    LOCK.write_text(HEADER + "\n".join(lines) + "\n")
    print(f"{LOCK.name}: {len(lines)} packages")


if __name__ == "__main__":
    main()
