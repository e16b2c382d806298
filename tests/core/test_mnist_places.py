"""MNIST for users without a home, with certificates that are gone, or with a folder of their own."""

import pwd
from pathlib import Path

import pytest
from fake_mnist import random_files, run_mirrors, write_folder

from vaecore.command_line import main
from vaecore.files import data, mnist_files
from vaecore.foundations.errors import DataError

SAMPLE = "Data: the embedded sample of MNIST (4,500 + 500 digits), because "


@pytest.fixture(autouse=True)
def nothing_is_named(monkeypatch):
    for name in ("VAECORE_DATA", "VAECORE_CACHE", "VAECORE_OFFLINE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def homeless(monkeypatch):
    """A user of a container: no HOME, and no entry in the list of users."""
    for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def nobody(user):
        raise KeyError(f"getpwuid(): uid not found: {user}")

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setattr(pwd, "getpwnam", nobody)


def test_without_a_home_there_is_the_sample(homeless, capsys):
    assert data.load_mnist("auto").source == "sample"
    reason = "this user has no home folder in which to keep downloads (VAECORE_CACHE can name another)"
    assert capsys.readouterr().out == f"{SAMPLE}{reason}.\n"
    for ask in (data.fetch_mnist, lambda: data.load_mnist("mnist")):
        with pytest.raises(DataError, match="The full MNIST is not at hand: this user has no home folder"):
            ask()
    assert "Cache: none, for this user has no home folder" in data.describe_data()


@pytest.mark.parametrize("variable", ["VAECORE_DATA", "VAECORE_CACHE"])
def test_a_home_that_nobody_knows_is_named(variable, homeless, monkeypatch):
    monkeypatch.setenv(variable, "~/mnist")
    with pytest.raises(DataError, match=f"{variable} names ~/mnist, and that home folder is not known"):
        data.load_mnist("mnist")
    assert f"{variable} names ~/mnist" in data.describe_data()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_that_are_gone_are_the_reason(variable, monkeypatch, tmp_path, capsys):
    """And not the cache folder, which is well."""
    gone = tmp_path / "company.pem"
    monkeypatch.setenv(variable, str(gone))
    monkeypatch.setenv("VAECORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mnist_files, "MIRRORS", ("https://127.0.0.1:1/one/", "https://127.0.0.1:1/two/"))
    assert data.load_mnist("auto").source == "sample"
    said = capsys.readouterr().out
    what = "train-images-idx3-ubyte.gz could not be downloaded"
    assert said == f"{SAMPLE}{what} ({variable} names {gone}, which is not there).\n"


@pytest.fixture
def own_folder(monkeypatch, tmp_path):
    """A folder with the four files, which VAECORE_DATA names, and mirrors that write down who asks."""
    contents, table = random_files()
    monkeypatch.setattr(mnist_files, "FILES", table)
    monkeypatch.setenv("VAECORE_CACHE", str(tmp_path / "cache"))
    folder = write_folder(tmp_path / "mine", contents)
    monkeypatch.setenv("VAECORE_DATA", str(folder))
    with run_mirrors(contents) as mirrors:
        monkeypatch.setattr(mnist_files, "MIRRORS", mirrors.urls)
        yield folder, mirrors


def test_data_takes_the_folder_that_is_named(own_folder, tmp_path, capsys):
    folder, mirrors = own_folder
    assert data.fetch_mnist() == folder
    assert main(["data"]) == 0
    said = capsys.readouterr().out
    assert f"VAECORE_DATA: {folder}\n" in said and said.count("whole, ") == 4
    assert mirrors.asked == [] and not (tmp_path / "cache").exists()


def test_data_says_what_is_missing_there(own_folder, capsys):
    folder, mirrors = own_folder
    Path(mnist_files.find_file(folder, "t10k-labels-idx1-ubyte")).unlink()
    assert main(["data"]) == 1
    said = capsys.readouterr().err
    assert "t10k-labels-idx1-ubyte.gz is missing" in said and "unset VAECORE_DATA" in said
    assert mirrors.asked == []
