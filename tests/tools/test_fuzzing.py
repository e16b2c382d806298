"""Spoilt files for everything that reads files: a short run, and whether the long one notices anything."""

import random
import re
import subprocess
import sys

import pytest
from browser import ROOT

from tools.fuzzing import fuzz
from tools.fuzzing.inputs import places_in, spoilt_bytes, spoilt_json
from tools.fuzzing.readers import PASSED, Reader, readers

NAMES = [
    "a VAE's file", "an autoencoder's file", "a checkpoint", "a checkpoint's beginning", "images in IDX",
    "labels in IDX", "a progress file", "what was taken along", "a hand-in", "a reader's notebook",
    "grades for the report", "an assignment", "an answer's message",
]  # fmt: skip


def test_these_are_all_readers(tmp_path):
    assert list(readers(tmp_path)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_no_spoilt_file_does_harm(name):
    """`make fuzz` gives 20,000 of each; these are others."""
    assert fuzz.in_a_process(name, 1, range(60)) == []


def test_the_same_number_gives_the_same_file(tmp_path):
    for reader in readers(tmp_path).values():
        one, again, other = (reader.make(random.Random(seed)) for seed in ("a 1", "a 1", "a 2"))
        assert one == again, reader.name
        others = {reader.make(random.Random(str(seed))) for seed in range(20)}
        assert len({one, other} | others) > 10, reader.name


def test_files_are_spoilt_in_many_ways_and_not_beyond_recognition():
    rng = random.Random(0)
    assert sum(spoilt_bytes(b"a good file", rng) != b"a good file" for _ in range(100)) > 80
    still_json = sum(spoilt_json(PASSED, rng)[:1] == b"{" for _ in range(100))
    assert still_json > 60
    assert len(places_in(PASSED)) == 5


def reader_that(read, refuses=()):
    return Reader("mine", lambda rng: rng.randbytes(4), read, refuses)


def test_what_is_announced_is_no_finding_and_all_else_is():
    def refuse(content, folder):
        raise ValueError("not so")

    assert fuzz.try_one(reader_that(refuse, (ValueError,)), 0, 0) == ""
    assert re.match(r"ValueError at test_fuzzing\.py:\d+.*'not so'", fuzz.try_one(reader_that(refuse), 0, 0))
    assert fuzz.try_one(reader_that(lambda content, folder: sys.exit()), 0, 0).startswith("SystemExit")


def test_more_memory_than_allowed_is_a_finding():
    told = fuzz.try_one(reader_that(lambda content, folder: bytearray(2 * fuzz.MOST_MEMORY)), 0, 0)
    assert told.startswith("MemoryError") or not fuzz.address_space()  # a system that does not say
    assert fuzz.try_one(reader_that(lambda content, folder: bytearray(2**20)), 0, 0) == ""


def test_one_line_is_told_once(tmp_path):
    def fail(content, folder):
        raise KeyError(content)  # other words each time

    (said,) = fuzz.try_many(reader_that(fail), 3, range(50), tmp_path / "at")
    assert "(file 0, seed 3)" in said and (tmp_path / "at").read_text() == "49"


@pytest.mark.parametrize(
    ("does", "said"), [("while True: pass", "it hangs"), ("import os; os.abort()", "it ended Python")]
)
def test_a_hang_and_a_crash_are_findings(does, said):
    code = f"""
from tools.fuzzing import fuzz
def read(content, folder):
    {does}
fuzz.MOST_SECONDS = 1
fuzz.try_one(fuzz.Reader("mine", lambda rng: b"", read, ()), 0, 0)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode != 0
    assert ("Timeout" in ran.stderr) == (said == "it hangs")


def test_an_unknown_reader_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["fuzz", "--only", "tea leaves"])
    with pytest.raises(SystemExit, match="there is no reader 'tea leaves'"):
        fuzz.main()
