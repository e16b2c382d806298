"""Which pins have no wheel: the logic alone, with answers that a registry might give; no network."""

import json
import subprocess
import sys

import pytest

from tools.setup import check_wheels
from tools.setup.check_wheels import SYSTEMS, missing_wheels, pins_for

LINUX, LINUX_ARM, MACOS, WINDOWS = SYSTEMS
LOCK = [
    "numpy==2.4.6",
    "appnope==1.0.0 ; sys_platform == 'darwin'",
    "pywinpty==3.1.2 ; os_name == 'nt'",
    "overrides==7.7.0 ; python_full_version < '3.12'",
    "arm==1.0 ; platform_machine == 'aarch64' or platform_machine == 'arm64'",
]


@pytest.mark.parametrize(
    ("system", "python", "names"),
    [
        (LINUX, "3.11", "numpy overrides"), (LINUX, "3.12", "numpy"), (LINUX_ARM, "3.14", "numpy arm"),
        (MACOS, "3.13", "numpy appnope arm"), (WINDOWS, "3.11", "numpy pywinpty overrides"),
    ],
)  # fmt: skip
def test_markers_are_read_for_the_system_that_is_asked_about(system, python, names):
    """And not for the one that asks."""
    assert [pin.split("==")[0] for pin in pins_for(LOCK, python, system)] == names.split()


def registry(wheels, sdists=()):
    """A pip that knows these pins; it stops at the first that it does not find, as pip does."""
    asked = []

    def ask(pins, python, system):
        asked.append(pins)
        for pin in pins:
            if pin not in (*wheels, *sdists):
                return 1, "", f"WARNING: hm\nERROR: No matching distribution found for {pin}\n"
        named = [(pin, *pin.split("==")) for pin in pins]
        packages = [
            {
                "metadata": {"name": name.replace("-", "_").title(), "version": version},
                "download_info": {"url": f"https://host/{pin}.{'whl' if pin in wheels else 'tar.gz'}"},
            }
            for pin, name, version in named
        ]
        return 0, json.dumps({"install": packages}), ""

    return ask, asked


def test_nothing_is_missing_where_all_are_found():
    ask, asked = registry(["a==1", "b-c==2.1"])
    assert missing_wheels(["a==1", "b-c==2.1"], "3.14", LINUX, ask) == []
    assert len(asked) == 1


def test_every_missing_one_is_found_though_pip_stops_at_the_first():
    ask, asked = registry(["a==1", "c==3"])
    assert missing_wheels(["a==1", "x==1", "c==3", "y==2"], "3.14", LINUX, ask) == ["x==1", "y==2"]
    assert asked[-1] == ["a==1", "c==3"]
    assert missing_wheels(["x==1"], "3.14", LINUX, registry([])[0]) == ["x==1"]  # and then nothing is asked


def test_a_source_archive_is_no_wheel():
    ask, _ = registry(["a==1"], sdists=["s==1"])
    assert missing_wheels(["a==1", "s==1"], "3.14", LINUX, ask) == ["s==1"]


def test_pip_s_other_words_for_it():
    """With a constraint on the same package, pip calls it a conflict."""

    def ask(pins, python, system):
        if "torch==2.13.0" not in pins:
            return registry(["a==1"])[0](pins, python, system)
        return 1, "", "ERROR: Cannot install torch==2.13.0 because these package versions have conflicting"

    assert missing_wheels(["a==1", "torch==2.13.0"], "3.15", LINUX, ask) == ["torch==2.13.0"]


def test_a_registry_that_cannot_be_reached_is_not_a_missing_wheel():
    with pytest.raises(RuntimeError, match=r"exit code 2(.|\n)*no route"):
        missing_wheels(["a==1"], "3.14", LINUX, lambda *a: (2, "", "ERROR: no route to host"))


@pytest.mark.parametrize("missing", [[], ["numpy==2.4.6"]])
def test_the_table_and_the_exit_code(monkeypatch, capsys, missing):
    monkeypatch.setattr(check_wheels, "missing_wheels", lambda pins, python, system: missing)
    monkeypatch.setattr(sys, "argv", ["check_wheels"])
    if missing:
        with pytest.raises(SystemExit, match="error: some pinned packages have no wheel"):
            check_wheels.main()
    else:
        check_wheels.main()
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[0] == "Python" and len(rows) == 4 * len(check_wheels.supported_pythons())
    assert all(("; without: numpy==2.4.6" in row) is bool(missing) for row in rows)
    assert all(any(row.startswith(system.name) for row in rows) for system in SYSTEMS)


def test_pip_is_asked_about_that_system_and_not_to_compile(monkeypatch):
    commands = []

    def run(command, **options):
        commands.append((command, options["env"]))
        return subprocess.CompletedProcess(command, 0, "{}", "")

    monkeypatch.setattr(check_wheels, "tool", lambda name: name)
    monkeypatch.setattr(check_wheels.subprocess, "run", run)
    check_wheels.ask_pip(["a==1"], "3.14", MACOS)
    [(command, environment)] = commands
    assert {"--dry-run", "--only-binary=:all:", "--no-deps", "--python-version=3.14"} <= set(command)
    assert "--platform=macosx_14_0_arm64" in command and command[-1] == "a==1"
    assert environment["PIP_FIND_LINKS"] == ""
