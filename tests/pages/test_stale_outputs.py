"""When a chapter is executed again: when what its cells can import has changed, and for nothing else."""

from importlib import metadata

import pytest
from sphinx.errors import ExtensionError

from vaebook.execution import stale_outputs
from vaebook.execution.stale_outputs import files_of, hash_of_imports, versions_of


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "a_package"
    folder.mkdir()
    for name in ("__init__.py", "kl.py", "kl.js", "kl.css", "digits.npz"):
        (folder / name).write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    versions_of.cache_clear()
    yield folder
    versions_of.cache_clear()


@pytest.mark.parametrize(("file", "decides"), [("kl.py", True), ("digits.npz", True), ("kl.js", False),
                                               ("kl.css", False), ("new.py", True)])  # fmt: skip
def test_which_files_decide(file, decides, package):
    before = hash_of_imports(["a_package"])
    (package / file).write_text("x")
    assert (hash_of_imports(["a_package"]) != before) is decides


def test_the_data_set_decides(package, monkeypatch, tmp_path):
    before = hash_of_imports(["a_package"])
    monkeypatch.setenv("VAECORE_DATA", str(tmp_path))
    assert hash_of_imports(["a_package"]) != before


def test_versions_of_what_is_needed_decide_and_extras_do_not(package, monkeypatch):
    versions = versions_of(("vaecore", "ipykernel"))
    assert {"vaecore", "numpy", "autograd", "matplotlib", "ipykernel", "ipython"} <= set(versions)
    assert not {"torch", "playwright", "sphinx", "ruff"} & set(versions)
    before = hash_of_imports(["vaecore"])
    versions_of.cache_clear()
    real = metadata.distribution

    class Newer:
        version = "99.0"
        requires = real("numpy").requires

    monkeypatch.setattr(
        stale_outputs.metadata, "distribution", lambda name: Newer() if name == "numpy" else real(name)
    )
    assert hash_of_imports(["vaecore"]) != before


def test_a_package_that_is_not_there_is_named():
    with pytest.raises(ExtensionError, match="import 'no_such_package', and it is not installed"):
        files_of("no_such_package")


def test_the_package_of_the_book_is_looked_at_file_by_file():
    inside = {name for _, name in files_of("vaecore")}
    assert {"kl.py", "shipped/digits.npz", "widgets/page/static_page.py"} <= inside
    assert not {name for name in inside if name.endswith((".js", ".css", ".pyc"))}
