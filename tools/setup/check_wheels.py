"""Ask the registry whether every pinned package has a wheel for every supported Python and system.

    python -m tools.setup.check_wheels          every Python that pyproject.toml names
    python -m tools.setup.check_wheels 3.15     another one: could it be supported yet?

A new pip is asked, with `--dry-run`: it downloads no package, and it reads its own settings, so that the
registry is the one that a reader installs from. A package without a wheel would have to be compiled on the
reader's machine. Prints a table; exit code 1 if a wheel is missing. That a wheel is there does not say
that it works: that is what tests are for.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tools.setup.lock_requirements import LOCK, tool
from tools.setup.make_venv import supported_pythons
from tools.setup.own_environment import own_environment


def linux_tags(machine: str) -> tuple[str, ...]:
    """The tags of Debian 12 and Ubuntu 22.04: what was built for glibc 2.35 or an older one."""
    old = [f"{name}_{machine}" for name in ("manylinux2014", "manylinux2010", "manylinux1")]
    return (*(f"manylinux_2_{minor}_{machine}" for minor in range(35, 4, -1)), *old)


@dataclass(frozen=True)
class System:
    """A system, in pip's words (`tags`) and in those of the lock's markers."""

    name: str
    tags: tuple[str, ...]
    markers: dict[str, str]


LINUX = {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"}
MACOS = {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin"}
WINDOWS = {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"}
SYSTEMS = (
    System("Linux x86-64", linux_tags("x86_64"), {**LINUX, "platform_machine": "x86_64"}),
    System("Linux arm64", linux_tags("aarch64"), {**LINUX, "platform_machine": "aarch64"}),
    System("macOS arm64", ("macosx_14_0_arm64",), {**MACOS, "platform_machine": "arm64"}),
    System("Windows x86-64", ("win_amd64",), {**WINDOWS, "platform_machine": "AMD64"}),
)
NO_WHEEL = re.compile(
    r"ERROR: (?:No matching distribution found for|Cannot install) ([A-Za-z0-9._-]+==[A-Za-z0-9.]+)"
)


def pins_for(lines: list[str], python: str, system: System) -> list[str]:
    """The `name==version` of a lock file that are installed with this Python on this system."""
    environment = {
        "python_version": python, "python_full_version": f"{python}.0", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "extra": "", **system.markers,
    }  # fmt: skip
    pins = []
    for line in lines:
        pin, _, marker = line.partition(" ; ")
        if not marker or Marker(marker).evaluate(environment):
            pins.append(pin)
    return pins


def ask_pip(pins: list[str], python: str, system: System) -> tuple[int, str, str]:
    """Exit code, report (JSON) and complaints of one dry run of pip."""
    command = [tool("pip"), "install", "--dry-run", "--quiet", "--report=-", "--no-deps"]
    command += ["--ignore-installed", "--only-binary=:all:", "--target=not-written"]
    command += [f"--python-version={python}", "--implementation=cp"]
    command += [f"--platform={tag}" for tag in system.tags]
    # Wheels in a folder of this machine say nothing about the registry.
    environment = own_environment(PIP_FIND_LINKS="", PIP_DISABLE_PIP_VERSION_CHECK="1")
    asked = subprocess.run([*command, *pins], env=environment, capture_output=True, text=True)
    return asked.returncode, asked.stdout, asked.stderr


def missing_wheels(
    pins: list[str], python: str, system: System,
    ask: Callable[[list[str], str, System], tuple[int, str, str]] = ask_pip,
) -> list[str]:
    """The pins that have no wheel there. RuntimeError if pip fails for another reason.

    pip stops at the first that it does not find; so it is asked again without that one.
    """  # fmt: skip
    missing: list[str] = []
    while rest := [pin for pin in pins if pin not in missing]:
        exit_code, report, complaints = ask(rest, python, system)
        if exit_code == 0:
            found = {
                f"{canonicalize_name(package['metadata']['name'])}=={package['metadata']['version'].split('+')[0]}"
                for package in json.loads(report)["install"]
                if package["download_info"]["url"].endswith(".whl")
            }
            return sorted({*missing, *(pin for pin in rest if pin not in found)})
        named = NO_WHEEL.search(complaints)
        if named is None or named[1] not in rest:
            raise RuntimeError(f"pip could not say (exit code {exit_code}):\n{complaints}")
        missing.append(named[1])
    return sorted(missing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pythons", nargs="*", metavar="python", help="like 3.14; else the supported ones")
    pythons = parser.parse_args().pythons or supported_pythons()
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    complete = True
    print(f"{'':15} {'Python':7} pinned packages with a wheel", flush=True)
    for system in SYSTEMS:
        for python in pythons:
            pins = pins_for(lines, python, system)
            try:
                missing = missing_wheels(pins, python, system)
            except RuntimeError as error:
                sys.exit(f"error: {error}")
            complete = complete and not missing
            without = f"; without: {', '.join(missing)}" if missing else ""
            print(
                f"{system.name:15} {python:7} {len(pins) - len(missing)} of {len(pins)}{without}", flush=True
            )
    if not complete:
        sys.exit("error: some pinned packages have no wheel; readers would have to compile them.")


if __name__ == "__main__":
    main()
