"""`make preview`: what is saved is built and served, and nothing is executed for a sentence."""

import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from queue import Queue

from browser import ROOT
from small_book import SmallBook, read


def lines_of(process: subprocess.Popen[str]) -> Queue[str]:
    """What a process prints, line by line, without waiting for its end; "" at the end."""
    lines: Queue[str] = Queue()

    def read_all() -> None:
        with process.stdout:
            for line in process.stdout:
                lines.put(line)
        lines.put("")

    threading.Thread(target=read_all, daemon=True).start()
    return lines


def wait_for(lines: Queue[str], pattern: str) -> re.Match[str]:
    """Wait until a line matches; the end of the output is a failure."""
    seen = []
    while line := lines.get(timeout=900):
        seen.append(line)
        if found := re.search(pattern, line):
            return found
    raise AssertionError(f"no line matches {pattern}:\n{''.join(seen)}")


def test_a_saved_sentence_is_served(small_book: SmallBook):
    settings = read(small_book.root / "book" / "_config.yml")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "tools.serving.preview_book", "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=small_book.root, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        lines = lines_of(process)
        address = wait_for(lines, r"http://127\.0\.0\.1:\d+")[0]

        def page() -> str:
            """The page, once the server listens."""
            while process.poll() is None:
                try:
                    with urllib.request.urlopen(f"{address}/index.html") as answer:
                        return answer.read().decode()
                except urllib.error.URLError:
                    time.sleep(0.1)
            raise AssertionError("the server has ended")

        assert "The answer is" in page() and "A new sentence." not in page()
        index = small_book.root / "book" / "index.md"
        index.write_text(read(index) + "\nA new sentence.\n")
        wait_for(lines, "build succeeded")
        assert "A new sentence." in page()
        assert small_book.executions() == 1
    finally:
        process.terminate()
        process.wait()
        while lines.get(timeout=900):  # to the end, where the pipe is closed
            pass
    assert sorted(path.name for path in (small_book.root / "book").iterdir()) == [
        "_build", "_config.yml", "_static", "_toc.yml", "assets", "index.md", "references.bib",
    ]  # fmt: skip
    assert read(small_book.root / "book" / "_config.yml") == settings
