"""The environment in which set-up runs pip: from where it may fetch, and nothing else of a user's settings.

A pip.conf may say where packages come from (an index, a proxy, a certificate), and that holds here too. It
may also say where they go (target, prefix, root, user) or which ones are taken (no-binary, pre): that would
put `.venv` together otherwise. So pip is asked what its files and variables say, gets of it as variables
what own_environment.py keeps, and reads no file.

Uses the standard library alone, since it runs before anything is installed.
"""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

from tools.setup.own_environment import KEPT, own_environment

SECTIONS = ("global", "install", ":env:")  # of pip's settings, the stronger later


def environment_of_pip(python: str | Path) -> dict[str, str]:
    """The environment for `python -m pip install`.

    A pip whose settings cannot be read gets them as they are: it says itself what is wrong with them.
    """
    clean = own_environment()
    asked = subprocess.run([python, "-m", "pip", "config", "list"], env=clean, capture_output=True, text=True)
    if asked.returncode != 0:
        return clean
    return {**clean, **kept_settings(asked.stdout), "PIP_CONFIG_FILE": os.devnull}


def kept_settings(listed: str) -> dict[str, str]:
    """The kept ones of pip's settings as variables.  listed: what `pip config list` prints."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        variable = "PIP_" + key.upper().replace("-", "_")
        if section in found and variable in KEPT:
            found[section][variable] = ast.literal_eval(value)
    return {variable: value for section in SECTIONS for variable, value in found[section].items()}
