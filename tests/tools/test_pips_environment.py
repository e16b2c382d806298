"""What of a user's pip.conf reaches the set-up: where packages come from, never where they go."""

import os
import subprocess
import sys
import zipfile

from tools.setup.pips_environment import environment_of_pip, kept_settings

PIP_CONF = """\
[global]
index-url = http://localhost:9/simple
timeout = 7
target = {elsewhere}
no-deps = true
[install]
timeout = 8
find-links =
    {wheels}
    {more}
root = {elsewhere}
"""


def make_wheel(folder):
    """The smallest package that pip installs."""
    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def test_packages_go_into_the_environment_whatever_pip_conf_says(tmp_path, monkeypatch):
    elsewhere, wheels, more = (tmp_path / name for name in ("elsewhere", "wheels", "more"))
    wheels.mkdir()
    make_wheel(wheels)
    file = tmp_path / ".config" / "pip" / "pip.conf"
    file.parent.mkdir(parents=True)
    file.write_text(PIP_CONF.format(elsewhere=elsewhere, wheels=wheels, more=more))
    for name in [name for name in os.environ if name.startswith(("PIP_", "XDG_CONFIG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_RETRIES", "0")
    environment = environment_of_pip(sys.executable)
    assert environment["PIP_INDEX_URL"] == "http://localhost:9/simple"
    assert environment["PIP_TIMEOUT"] == "8" and environment["PIP_RETRIES"] == "0"
    assert environment["PIP_FIND_LINKS"].split() == [str(wheels), str(more)]
    assert not {"PIP_TARGET", "PIP_ROOT", "PIP_NO_DEPS"} & environment.keys()

    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    command = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "--quiet"]
    subprocess.run([*command, "--no-index", "tiny"], env=environment, check=True)
    assert list(venv.glob("lib/python*/site-packages/tiny.py")) and not elsewhere.exists()


def test_a_pip_conf_that_cannot_be_read_is_pips_to_complain_of(tmp_path, monkeypatch):
    file = tmp_path / "pip.conf"
    file.write_text("no section\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    assert environment_of_pip(sys.executable)["PIP_CONFIG_FILE"] == str(file)


def test_a_variable_is_stronger_than_a_file_and_a_section_than_all():
    listed = ":env:.cert='a'\nglobal.cert='b'\nglobal.proxy='c'\ninstall.proxy='d'\nwheel.proxy='e'\n"
    assert kept_settings(listed) == {"PIP_CERT": "a", "PIP_PROXY": "d"}
