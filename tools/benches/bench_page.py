"""How soon Python is ready on a page, and how fast it judges (`make bench-page`).

Of each browser, over http and from the folder: from the click on *Check* until the first verdict, with an
empty cache and again on the next visit; then the median of right answers, and of wrong ones that no list
names; then a step of chapter 7's training in a cell of the page, beside the same step in this Python.
Over http the server compresses, as those do that books are published on; the line is the machine's own.
A busy machine makes all of it slow: the load is printed beside the figures.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.benches.bench_widgets import CompressingHandler, compressed
from tools.benches.page_weight import FLAGS, HTML
from tools.serving import serve_book
from tools.setup import ensure_browsers

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

NAME = "L-KL"
PAGE = "05_kl.html"
HOLDER = f'.python-exercise[data-exercise="{NAME}"]'
WORK = "(holder, text) => { holder.vaebook.editor.write(text); return holder.vaebook.work('check') }"
RIGHT = """def compute_KL(e):
    mean, log_std = np.split(e, 2, axis=1)
    return 0.5 * np.sum(np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std, axis=1)
"""
UNLISTED = RIGHT.replace("0.5 *", "0.37 *")
TIMES = 15
TRAINING = """
import time
import numpy as np
from vaecore import load_mnist, train
images = load_mnist("sample").train_images[:2000]
def seconds():
    start = time.perf_counter()
    train(images, np.random.default_rng(1), epochs=1, batch_size=200, progress=False)
    return time.perf_counter() - start
seconds()
milliseconds = 1e3 * seconds() / (len(images) / 200)
"""
IN_A_CELL = """async (source) => {
    let said = "";
    const request = { call: "cell", source, name: "bench" };
    const answer = await vaebookPython.ask(request, { onPart: (part) => (said += part.text) });
    if (answer.kind !== "done") throw new Error(answer.text);
    return Number(said);
}"""


def verdict(page: Page, text: str) -> float:
    """Seconds from the click until the verdict on this answer is shown."""
    holder = page.locator(HOLDER)
    start = time.perf_counter()
    holder.evaluate(WORK, text)
    assert holder.locator(".pe-said .vae-exercise").count() == 1
    return time.perf_counter() - start


def visit(context: BrowserContext, address: str) -> dict[str, float]:
    """What one visit shows: seconds until the first verdict, and of later ones."""
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.goto(address)
    page.locator(HOLDER).scroll_into_view_if_needed()
    page.wait_for_selector(f'{HOLDER}[data-state="alive"]')
    first = verdict(page, RIGHT)
    right = statistics.median(verdict(page, RIGHT) for _ in range(TIMES))
    unlisted = statistics.median(verdict(page, UNLISTED) for _ in range(3))
    page.close()
    return {"first": first, "right": right, "unlisted": unlisted}


def measure(playwright: Playwright, engine: str, path: str, address: str) -> list[dict[str, float]]:
    options: dict[str, Any] = {"executable_path": path}
    if engine == "firefox":
        options["channel"] = "moz-firefox"
    else:
        options["args"] = FLAGS
    browser = getattr(playwright, engine).launch(**options)
    context = browser.new_context()
    visits = [visit(context, address) for _ in range(2)]
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.goto(address)
    visits[1]["step"] = page.evaluate(IN_A_CELL, f"{TRAINING}print(milliseconds)")
    browser.close()
    return visits


def main() -> int:
    from playwright.sync_api import sync_playwright

    scripts = sorted((HTML / "_static" / "python").glob("*.*.js"))
    if not scripts:
        print("error: the book was built without Python in the page.", file=sys.stderr)
        return 1
    text = (HTML / "_static" / "python" / "files.js").read_text(encoding="utf-8")
    files = json.loads(text.removeprefix("vaebookPython.configure(").removesuffix(");\n"))
    for what, names in (("Python", files["core"]), ("Matplotlib", files["extras"]["matplotlib"])):
        parts = [HTML / "_static" / "python" / name for file in names for name, _ in files["files"][file]]
        lying = sum(path.stat().st_size for path in parts)
        sent = sum(len(compressed(path.read_bytes())) for path in parts)
        print(f"{what}: {lying / 1e6:.1f} MB, {sent / 1e6:.1f} MB compressed")
    native: dict[str, Any] = {}
    exec(TRAINING, native)
    print(f"a training step in this Python: {native['milliseconds']:.0f} ms")
    print("load", " ".join(f"{number:.1f}" for number in os.getloadavg()), "on", os.cpu_count(), "cores")
    handler = partial(CompressingHandler, directory=str(HTML))
    with serve_book.BookServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for engine, names in (("chromium", ensure_browsers.CHROMIUM), ("firefox", ensure_browsers.FIREFOX)):
            path = ensure_browsers.find(names)
            for base in (f"http://127.0.0.1:{server.server_port}/", f"{Path(HTML).as_uri()}/"):
                cold, warm = measure(playwright, engine, str(path), base + PAGE)
                print(
                    f"{engine:9} {base.partition(':')[0]:5} first verdict {cold['first']:.1f} s, on the next "
                    f"visit {warm['first']:.1f} s; right {1e3 * warm['right']:.0f} ms, "
                    f"unlisted {warm['unlisted']:.2f} s; training step {warm['step']:.0f} ms"
                )
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
