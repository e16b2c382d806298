"""Give spoilt files to everything that reads files, and tell what goes wrong (`make fuzz`).

    python -m tools.fuzzing.fuzz                          20,000 files for each reader
    python -m tools.fuzzing.fuzz --inputs 500 --seed 7    fewer, and others
    python -m tools.fuzzing.fuzz --only "a checkpoint"    one reader

Each reader runs in a process of its own, which may take MOST_MEMORY more than it has at its beginning, and no
more than MOST_SECONDS for one file. The same seed and number give the same file, so that a finding can be had
again: --only NAME --seed S --from N --inputs 1. Exit code 1 if there is a finding.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

from tools.fuzzing.readers import Reader, readers
from tools.setup.own_environment import own_environment

MOST_MEMORY = 512 * 2**20  # bytes beyond what the process has before the first file
MOST_SECONDS = 60
MOST_FINDINGS = 5  # of a reader; the same line counts once


def address_space() -> int:
    """The bytes of this process's address space; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


@contextlib.contextmanager
def limited_memory(most: int = MOST_MEMORY) -> Iterator[None]:
    """Let this process have no more than `most` beyond what it has; where the system can say that."""
    before, now = resource.getrlimit(resource.RLIMIT_AS), address_space()
    if now:
        resource.setrlimit(resource.RLIMIT_AS, (now + most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def try_one(reader: Reader, seed: int, number: int) -> str:
    """What goes wrong with a file, where, and a line to have it again; "" if nothing does."""
    content = reader.make(random.Random(f"{reader.name} {seed} {number}"))
    faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with limited_memory(), contextlib.redirect_stdout(io.StringIO()):
                reader.read(content, Path(folder))
    except reader.refuses:
        return ""
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        ours = [f for f in traceback.extract_tb(error.__traceback__) if "/vaecore/" in f.filename][-1:]
        lines = " from ".join(f"{Path(f.filename).name}:{f.lineno}" for f in [where, *ours])
        return f"{type(error).__name__} at {lines}: {str(error)[:120]!r}"
    finally:
        faulthandler.cancel_dump_traceback_later()
    return ""


def try_many(reader: Reader, seed: int, numbers: range, at: Path) -> list[str]:
    """The findings among these files. at: a file in which the number of the present one stands."""
    found: dict[str, str] = {}
    for number in numbers:
        at.write_text(str(number))
        if said := try_one(reader, seed, number):
            found.setdefault(said.partition(": ")[0], f"{said}  (file {number}, seed {seed})")
            if len(found) >= MOST_FINDINGS:
                break
    return list(found.values())


def in_a_process(name: str, seed: int, numbers: range) -> list[str]:
    """The same, for the reader of this name, in a process of its own; that it dies is a finding too."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder) / "at"
        command = [sys.executable, "-m", "tools.fuzzing.fuzz", "--inside", folder, "--only", name]
        command += ["--seed", str(seed), "--from", str(numbers.start), "--inputs", str(len(numbers))]
        ran = subprocess.run(command, env=own_environment(), capture_output=True, text=True)
        if ran.returncode == 0:
            return json.loads(ran.stdout.splitlines()[-1])
        number = at.read_text() if at.exists() else "none yet"
        how = "hangs" if "Timeout" in ran.stderr else f"ended Python ({ran.returncode})"
        return [f"it {how}: file {number}, seed {seed}\n{ran.stderr[-2000:]}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000, help="files for each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--from", type=int, default=0, dest="first", help="the number of the first file")
    parser.add_argument("--only", metavar="READER", help="by its name")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    numbers = range(options.first, options.first + options.inputs)
    with tempfile.TemporaryDirectory() as folder:
        known = readers(Path(folder))
    if options.only and options.only not in known:
        sys.exit(f"error: there is no reader {options.only!r}; there are: {', '.join(known)}")
    if options.inside:
        found = try_many(known[options.only], options.seed, numbers, options.inside / "at")
        print(json.dumps(found))
        return 0
    findings = 0
    for name in [options.only] if options.only else known:
        found = in_a_process(name, options.seed, numbers)
        findings += len(found)
        print(f"{name:26} {len(numbers):6,} files  {'nothing' if not found else ''}", flush=True)
        for line in found:
            print(f"    {line}", flush=True)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
