"""Run tests in environments beside .venv: on other Pythons, and with the lowest versions allowed.

    python -m tools.setup.other_environments pythons    `make test-pythons`
    python -m tools.setup.other_environments lowest     `make test-lowest`

`pythons` runs everything that opens no browser (pytest's `-m "not browser"`) on each supported Python that
this machine has, with the versions of requirements.lock. `lowest` runs the core's tests on the oldest of
them, with the lowest version of each package that pyproject.toml names and what fits to these. Each has an
environment of its own in .venvs/, which is kept. Further arguments go on to pytest.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.setup import lock_requirements, make_venv
from tools.setup.own_environment import own_environment
from tools.setup.pips_environment import environment_of_pip

ROOT = make_venv.ROOT
FOLDER = ROOT / ".venvs"
PYTEST = ["-m", "pytest", "-p", "no:cacheprovider", "--numprocesses=auto", "--dist=loadgroup"]
VERSION = 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])'


def candidates(version: str) -> Iterator[str]:
    """Where a Python of this version may be: this one, on the PATH, in pyenv."""
    yield sys.executable
    found = shutil.which(f"python{version}")
    if found:
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))
    yield from sorted(str(path) for path in pyenv.glob(f"versions/{version}.*/bin/python"))


def find_python(version: str) -> str | None:
    """A Python of this version that can make environments, or None."""
    for python in candidates(version):
        try:
            answer = subprocess.run(
                [python, "-c", VERSION], env=own_environment(), capture_output=True, text=True
            )
        except OSError:
            continue
        if answer.stdout.strip() == version:
            return python
    return None


def resolve(python: str, resolution: str, extras: list[str]) -> str:
    """The text of a constraints file: what uv finds for pyproject.toml with these extras.

    resolution: "lowest-direct", the lowest versions that it allows and what fits to these, or "highest".
    """
    command = [lock_requirements.tool("uv"), "pip", "compile", "pyproject.toml", "--quiet"]
    command += [f"--extra={extra}" for extra in extras]
    command += [f"--resolution={resolution}", f"--python-version={python}", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    resolved = subprocess.run(
        command, cwd=ROOT, env=own_environment(), stdout=subprocess.PIPE, text=True
    )
    if resolved.returncode != 0:
        sys.exit(f"error: uv found no set of versions ({resolution}) that fit together; it says why above.")
    lines = resolved.stdout.splitlines()
    return "\n".join(line for line in lines if not lock_requirements.GPU_PACKAGE.match(line)) + "\n"


def lowest_versions(python: str) -> str:
    """The lowest versions with which the core's tests run."""
    return resolve(python, "lowest-direct", ["test"])


def requirements(extras: list[str], without: str | None) -> list[str]:
    """What pyproject.toml asks for with these extras, one requirement an item."""
    project = make_venv.read_pyproject()["project"]
    groups = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    wanted = [line for group in groups for line in group]
    return [line for line in wanted if re.match(r"[A-Za-z0-9-]+", line)[0] != without]


def environment(name: str, python: str, wanted: list[str], constraints: str) -> Path:
    """The Python of .venvs/`name`, with these requirements installed."""
    folder, program = FOLDER / name, FOLDER / name / "bin" / "python"
    stamp = folder / "vaecore-stamp"
    inputs = hashlib.sha256("\n".join([python, *wanted, constraints]).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == inputs:
        return program
    print(f"Making .venvs/{name} (a few minutes) ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", folder], env=own_environment(), check=True)
    (folder / "constraints.txt").write_text(constraints)
    pip = [program, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    clean = environment_of_pip(program)
    for what in (["-c", folder / "constraints.txt", *wanted], ["--no-deps", "-e", "."]):
        if subprocess.run([*pip, *what], cwd=ROOT, env=clean).returncode != 0:
            sys.exit(f"error: the packages for {name} could not be installed; pip says why above.")
    stamp.write_text(inputs)
    return program


def importers(package: str) -> list[str]:
    """The test files that import `package`, or another file of the tests that does."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))}
    names, found, before = {package}, set(), -1
    while len(found) > before:
        before = len(found)
        line = re.compile(rf"^\s*(import|from) ({'|'.join(map(re.escape, sorted(names)))})\b", re.MULTILINE)
        found |= {path for path, text in texts.items() if line.search(text)}
        packages = {path.parent.name for path in found if (path.parent / "__init__.py").exists()}
        names |= packages | {path.stem for path in found if not (path.parent / "__init__.py").exists()}
    return [str(path.relative_to(ROOT)) for path in sorted(found)]


def test_pythons(without: str | None, others: bool, arguments: list[str]) -> bool:
    """Whether the tests that need no browser pass on every supported Python that is here.

    With `others`, .venv's own Python is passed over: `make test` has run them there.
    """
    lock, extras = lock_requirements.LOCK.read_text(encoding="utf-8"), ["book", "lab", "test"]
    ignored = importers(without) if without else []
    if ignored:
        print(f"Left out, since they import {without}: {' '.join(ignored)}", flush=True)
    outcomes = {}
    own = make_venv.read_stamp().get("python", "").rpartition(".")[0] if others else None
    for version in make_venv.supported_pythons():
        python = find_python(version)
        if version == own:
            outcomes[version] = "left to make test"
        elif python is None:
            outcomes[version] = "not on this machine"
        else:
            program = environment(version, python, requirements(extras, without), lock)
            print(f"Python {version}:", flush=True)
            command = [program, *PYTEST, "-m", "not browser", *(f"--ignore={path}" for path in ignored)]
            passed = subprocess.run([*command, *arguments], cwd=ROOT, env=own_environment()).returncode == 0
            outcomes[version] = "passed" if passed else "FAILED"
    for version, outcome in outcomes.items():
        print(f"Python {version}: {outcome}")
    return "FAILED" not in outcomes.values() and (others or "passed" in outcomes.values())


def test_lowest(arguments: list[str]) -> bool:
    """Whether the core's tests pass with the lowest versions, on the oldest Python that is here."""
    version, python = next(
        ((version, python) for version in make_venv.supported_pythons() if (python := find_python(version))),
        (None, None),
    )
    if python is None:
        sys.exit(f"error: no Python of {', '.join(make_venv.supported_pythons())} found.")
    program = environment("lowest", python, requirements(["test"], None), lowest_versions(version))
    print(f"Python {version}, with the versions in .venvs/lowest/constraints.txt:", flush=True)
    # Old packages call what the newest of those that they need will take away some day: nothing of ours.
    command = [program, *PYTEST, "-W", "ignore::DeprecationWarning", "tests/core", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own_environment()).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("what", choices=["pythons", "lowest"])
    parser.add_argument("--without", metavar="PACKAGE", help="(pythons) leave out what needs this package")
    parser.add_argument("--others", action="store_true", help="(pythons) all but the one that .venv has")
    chosen, rest = parser.parse_known_args()
    if chosen.what == "pythons":
        passed = test_pythons(chosen.without, chosen.others, rest)
    else:
        passed = test_lowest(rest)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
