"""What is left to `make test-whole` is taken there, and by its own name; and everything else always."""

import subprocess
import sys

import pytest

TESTS = """
import pytest
from sample import sample


@pytest.mark.parametrize("n", sample([1, 2, 3], kept=[2]))
def test_numbers(n):
    pass


@pytest.mark.parametrize(("n", "word"), sample([(1, "a"), (2, "b")], kept=[(1, "a")]))
def test_pairs(n, word):
    pass
"""


@pytest.fixture
def in_small(tmp_path, request):
    """What pytest says that it would run of TESTS, and of more."""

    def collect(arguments: list[str], more: str = "") -> str:
        (tmp_path / "test_it.py").write_text(TESTS + more)
        (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = whole: as in pyproject.toml\n")
        command = [sys.executable, "-m", "pytest", "-p", "sample", "-q", "--collect-only", *arguments]
        fixtures = request.config.rootpath / "tests" / "fixtures"
        environment = {"PYTHONPATH": str(fixtures), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.stdout + done.stderr

    return collect


@pytest.mark.parametrize(
    ("arguments", "taken"),
    [
        (["test_it.py"], ["test_numbers[2]", "test_pairs[1-a]"]),
        (["--whole", "-k", "numbers", "test_it.py"], [f"test_numbers[{n}]" for n in (1, 2, 3)]),
        (["test_it.py::test_pairs"], ["test_pairs[1-a]", "test_pairs[2-b]"]),
    ],
)
def test_what_is_taken(arguments, taken, in_small):
    said = in_small(arguments)
    assert [line.partition("::")[2] for line in said.splitlines() if "::" in line] == taken


def test_what_has_no_sample_is_refused(in_small):
    said = in_small(["test_it.py"], "\n\n@pytest.mark.whole\ndef test_alone():\n    pass\n")
    assert "test_it.py::test_alone: nothing like it is left in `make test`" in said
    said = in_small(
        ["test_it.py"], "\n\n@pytest.mark.whole(sample='test_pairs')\ndef test_alone():\n    pass\n"
    )
    assert said.splitlines()[:2] == ["test_it.py::test_numbers[2]", "test_it.py::test_pairs[1-a]"]
