"""How fast the widgets of the built book are, how soon and how light its pages (`make bench-widgets`).

An update: a widget's first slider is set, and told so by an "input" event, as a hand does at the beginning of
a frame.  By the page's own clock, "drawn" is when the widget's code is done, its canvases are drawn and the
page is laid out; what the widget would leave for the next frame is done at once, and counts.  "Frame" is when
the browser has also painted the page and handed the frame on.
First picture: an empty cache, and a line of 10 Mbit/s with 40 ms latency from a server that compresses; from
the request for the page, opened at its first widget (by a link to it, or at the top where the widget is in
the first screen), until that widget is alive and a frame is drawn.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import threading
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from tools.benches import page_weight
from tools.serving import serve_book
from tools.setup import ensure_browsers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HTML = page_weight.HTML
UPDATES, WARM_UP = 240, 20
TARGETS = {1: 8.0, 4: 16.7}  # milliseconds for the 95th percentile, at this CPU throttle
PEER_BYTES, PEER_SECONDS = 936_000, 4.2  # VAE Explainer, measured in the same way
LINE = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}

# Moves the first slider of widget i to and fro; of each update [ms until drawn, ms until the frame].
MOVE = """async ([i, updates]) => {
  const holder = document.querySelectorAll('.vaecore-widget')[i];
  const slider = [...holder.querySelectorAll('input[type=range]')].find(e => e.checkVisibility());
  if (!slider) return null;
  holder.scrollIntoView({block: 'center'});
  const inFrame = window.requestAnimationFrame;
  const [low, high] = [slider.min || 0, slider.max || 100].map(Number), times = [];
  for (let k = 0; k < updates; k++) {
    times.push(await new Promise(done => inFrame(() => {
      const start = performance.now();
      const later = [];
      window.requestAnimationFrame = callback => later.push(callback);
      slider.value = low + Math.abs((10 * k / updates) % 2 - 1) * (high - low);
      slider.dispatchEvent(new Event('input', {bubbles: true}));
      window.requestAnimationFrame = inFrame;
      for (const callback of later) callback(performance.now());
      holder.getBoundingClientRect();
      const drawn = performance.now() - start;
      // The browser now paints; after that comes the next task.
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => done([drawn, performance.now() - start]);
      port2.postMessage(0);
    })));
  }
  return times;
}"""

# Seconds since the page was asked for; null after a minute.
ALIVE = """() => new Promise(done => {
  const look = () => {
    if (performance.now() > 60_000) return done(null);
    if (document.querySelector('.vaecore-widget[data-state]'))
      requestAnimationFrame(() => setTimeout(() => done(performance.now() / 1000)));
    else setTimeout(look, 5);
  };
  look();
})"""
ANCHOR = """() => {
  const widget = document.querySelector('.vaecore-widget');
  scrollTo(0, 0);
  return widget && widget.getBoundingClientRect().top > innerHeight ? `#${widget.id};` : '';
}"""
# The weights that came with the first updates are there.
ARRIVED = """i => !document.querySelectorAll('.vaecore-widget')[i].vaecoreModel?.onItsWay"""
NAMES = "() => [...document.querySelectorAll('.vaecore-widget')].map(widget => widget.dataset.widget)"


class CompressingHandler(serve_book.BookHandler):
    """Sends texts compressed, as the servers do that books are published on."""

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        kind = self.guess_type(str(file))
        content = file.read_bytes() if file.is_file() else b""
        smaller = compressed(content)
        if not content or len(smaller) >= len(content):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(smaller)))
        self.end_headers()
        self.wfile.write(smaller)


@cache
def compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9)


def updates(page: Page, i: int, throttle: int) -> list[list[float]] | None:
    """What MOVE measures of the widget i of a page; None if it has no slider."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    page.evaluate(MOVE, [i, WARM_UP])
    page.wait_for_function(ARRIVED, arg=i)
    times = page.evaluate(MOVE, [i, UPDATES])
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return times


def percentile(times: list[float]) -> float:
    """The 95th."""
    return statistics.quantiles(times, n=20)[-1]


def first_picture(browser: Browser, address: str) -> float:
    """Seconds until the first widget of a page is alive, over a slow line with an empty cache.

    Raises RuntimeError if it is not within a minute.
    """
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    page.goto(address, wait_until="commit")
    seconds = page.evaluate(ALIVE)
    page.context.close()
    if seconds is None:
        raise RuntimeError(f"no widget was alive on {address} within a minute: see what the page says")
    return seconds


def bench(browser: Browser, html: Path, server: str) -> None:
    """Print both tables."""
    names = {}
    print(f"{UPDATES} updates each, in ms; targets for p95: {TARGETS[1]:g}, at 4x {TARGETS[4]:g}\n")
    print(f"{'':<44}{'as it is':^26}{'4x throttle':^26}")
    print(f"{'widget':<22}{'page':<22}" + f"{'median':>8}{'p95':>8}{'frame':>8}  " * 2)
    for file in sorted(html.glob("*.html")):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(server + file.name)
        names[file.stem] = page.evaluate(NAMES)
        if names[file.stem]:
            page_weight.read_to_the_end(page)
        for i, widget in enumerate(names[file.stem]):
            row = ""
            for throttle, target in TARGETS.items():
                times = updates(page, i, throttle)
                if times is None:
                    row = "  (no slider)"
                    break
                drawn, frame = zip(*times, strict=True)
                p95 = percentile(drawn)
                mark = " " if p95 < target else "!"
                row += f"{statistics.median(drawn):>8.2f}{p95:>8.2f}{mark}{statistics.median(frame):>7.2f}  "
            print(f"{widget:<22}{file.stem:<22}{row}", flush=True)
        page.close()
    print(f"\nThe peer: {PEER_BYTES / 1000:g} KB, first picture after {PEER_SECONDS:g} s at 10 Mbit/s\n")
    print(f"{'page':<26}{'KB':>8}{'first picture, s':>18}  opened at")
    for name, widgets in names.items():
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        weight = sum(page_weight.weigh(page, html, name).values())
        anchor = page.evaluate(ANCHOR)
        page.close()
        row = f"{name:<26}{weight / 1000:>8.0f}{' ' if weight < PEER_BYTES else '!'}"
        if widgets:
            seconds = [first_picture(browser, f"{server}{name}.html{anchor}") for _ in range(3)]
            middle = statistics.median(seconds)
            row += f"{middle:>17.2f}{' ' if middle < PEER_SECONDS else '!'} {anchor or 'the top'}"
        print(row, flush=True)
    print("\n! = target missed.  Frame: the median.  First picture: the middle of three.")


def main() -> None:
    from playwright.sync_api import sync_playwright

    if not (HTML / "index.html").exists():
        sys.exit("error: the book is not built; run make book first")
    handler = partial(CompressingHandler, directory=str(HTML))
    with serve_book.BookServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        browser = playwright.chromium.launch(
            executable_path=ensure_browsers.find(ensure_browsers.CHROMIUM), args=page_weight.FLAGS
        )
        try:
            bench(browser, HTML, f"http://127.0.0.1:{server.server_port}/")
        finally:
            browser.close()
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    main()
