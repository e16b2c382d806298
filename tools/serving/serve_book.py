"""Serve the finished book on localhost (`make serve`)."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HTML = Path(__file__).resolve().parents[2] / "book" / "_build" / "html"


class BookHandler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # show a page as it is after the next build
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: a line for every file of every page helps nobody."""


class BookServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a browser that left early is no error
            super().handle_error(request, client_address)


def open_server(port: int) -> BookServer:
    """A server on the loopback address, at `port` or the next free one."""
    handler = partial(BookHandler, directory=str(HTML))
    for candidate in range(port, min(port + 20, 65536)):
        try:
            return BookServer(("127.0.0.1", candidate), handler)
        except OSError as error:
            reason = error
    sys.exit(f"error: no free port from {port} to {candidate} ({reason}); name another: make serve PORT=9000")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    if not 0 < arguments.port < 65536:
        parser.error(f"a port is a number from 1 to 65535, not {arguments.port}")
    if not (HTML / "index.html").exists():
        sys.exit("error: there is no book yet; run: make book")
    with open_server(arguments.port) as server:
        print(f"The book is at http://127.0.0.1:{server.server_port}/  (Ctrl-C stops)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nstopped")


if __name__ == "__main__":
    main()
