"""The environment in which set-up, build and tests run: built up from the names below, not handed through.

    .venv/bin/python -I tools/setup/own_environment.py MODULE [ARGUMENT ...]    runs `python -m MODULE` in it

What a user has set for other work (PYTHONPATH, PYTHONOPTIMIZE, PIP_TARGET, MATPLOTLIBRC, JUPYTER_PATH, ...)
would decide what is installed, or what a page shows; so nothing is kept of which it is not said here why.
The chapters' cells get far less of it: src/vaebook/execution/kernels.py.

Uses the standard library alone, since it runs before anything is installed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NoReturn

KEPT = frozenset("""
PATH HOME USER LOGNAME SHELL TMPDIR TEMP TMP LANG TERM COLUMNS NO_COLOR
XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_CACHE_HOME
LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH NIX_LD NIX_LD_LIBRARY_PATH
SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT NUMBER_OF_PROCESSORS USERPROFILE APPDATA LOCALAPPDATA
DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS BROWSER
XDG_CURRENT_DESKTOP XDG_DATA_DIRS WSL_INTEROP WSL_DISTRO_NAME
HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
NODE_EXTRA_CA_CERTS NETRC
PIP_CONFIG_FILE PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX PIP_TRUSTED_HOST PIP_CONSTRAINT
PIP_CERT PIP_CLIENT_CERT PIP_PROXY PIP_TIMEOUT PIP_DEFAULT_TIMEOUT PIP_RETRIES PIP_KEYRING_PROVIDER
PIP_CACHE_DIR PIP_NO_CACHE_DIR
PYENV_ROOT PYENV_VERSION
CI READTHEDOCS GITLAB_CI GITHUB_ACTIONS
TESTS_OF_THE_BOOK BUILD_ID JENKINS_NODE_COOKIE
""".split())  # fmt: skip
# In this order: what a process and its messages need; where pip's own settings lie; libraries of the system;
# Windows; where a browser opens; the way through a network; where pip fetches from, and never what it does
# with that; which Pythons pyenv offers; that a build service builds; by what the tests, and Jenkins, find the
# processes that a run has left behind.
KEPT_BEGINNINGS = (
    "LC_",
    "VAECORE_", "VAEBOOK_",  # the book's own settings
    "GITHUB_", "CI_", "READTHEDOCS_",  # where the copy that is built is published
    "PLAYWRIGHT_",  # where its browsers are
)  # fmt: skip
SET = {
    "PYTHONUTF8": "1",  # whatever the locale: paths and texts are UTF-8
    "PYTHONNOUSERSITE": "1",
    "MATPLOTLIBRC": os.devnull,  # no matplotlibrc of the home folder's
    "PIP_USER": "0",  # also where a pip.conf says otherwise
    "PIP_REQUIRE_VIRTUALENV": "0",
}


def own_environment(present: Mapping[str, str] = os.environ, **more: str) -> dict[str, str]:
    """What is kept of the present environment, what is always set, and `more`."""
    kept = {
        name: value
        for name, value in present.items()
        if name.upper() in KEPT or name.startswith(KEPT_BEGINNINGS)
    }
    return {**kept, **SET, **more}


def main() -> NoReturn:
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} MODULE [ARGUMENT ...]")
    os.execve(sys.executable, [sys.executable, "-m", *sys.argv[1:]], own_environment())


if __name__ == "__main__":
    main()
