"""What the tests of grading share: the copy without solutions, and both ways to run a hand-in."""

import pytest

from vaecore.grading.sandbox import Sandbox, find_sandbox
from vaecore.grading.without_solutions import copy_without_solutions

PLAIN = Sandbox(None, "none", "asked for")


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The folder with the copy of the package that a hand-in gets to see."""
    folder = copy_without_solutions(tmp_path_factory.mktemp("package"))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def found():
    """What the probe has found here: bubblewrap, or why not."""
    return find_sandbox()


@pytest.fixture
def told(record_property, found):
    """told(test's sandbox): the result says which of the two ways ran."""

    def tell(sandbox: Sandbox) -> None:
        said = f"ran in {sandbox.name}" + ("" if found.bwrap else f" ({found.why})")
        record_property("sandbox", said)
        print(said)

    return tell
