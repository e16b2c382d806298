"""The files of Pyodide that a page's Python is made of: names and SHA-256 sums.

Pyodide is CPython compiled to WebAssembly, with NumPy.  The sums of wheels are those of its own lock file,
`pyodide-lock.json`, which comes with the npm package `pyodide` of the same version, as do the four files of
the core.  Where the bytes come from does not matter then.
"""

from __future__ import annotations

VERSION = "0.27.7"
PYTHON = "3.12.7"

#: The interpreter and its standard library.
CORE = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
NUMPY = {
    "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl":
        "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
}  # fmt: skip
FILES = CORE | NUMPY

#: What is loaded before the first check, and a list of it as Pyodide reads it.
PACKAGES = ("numpy",)
LOCK = {
    "info": {
        "abi_version": "2024_0", "arch": "wasm32", "platform": "emscripten_3_1_58", "python": PYTHON,
        "version": VERSION,
    },
    "packages": {
        "numpy": {
            "depends": [], "file_name": next(iter(NUMPY)), "imports": ["numpy"], "install_dir": "site",
            "name": "numpy", "package_type": "package", "sha256": next(iter(NUMPY.values())),
            "unvendored_tests": True, "version": "2.0.2",
        },
    },
}  # fmt: skip
