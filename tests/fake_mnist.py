"""Files made like MNIST's, in a folder or on mirrors on this machine: what the tests of the data share."""

import contextlib
import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from vaecore import data, mnist_files

NAMES = list(mnist_files.FILES)


def make_files(train_images, train_labels, test_images, test_labels):
    """Turn four uint8 arrays into files as MNIST's: {name: bytes}, and the table of their hashes."""
    files, table = {}, {}
    arrays = (train_images, train_labels, test_images, test_labels)
    for name, array in zip(NAMES, arrays, strict=True):
        shape = (len(array), 28, 28) if array.ndim == 2 else array.shape
        header = np.array([0x800 + len(shape), *shape], ">u4")
        files[name] = header.tobytes() + array.astype(np.uint8).tobytes()
        table[name] = hashlib.sha256(files[name]).hexdigest()
    return files, table


def random_files():
    rng = np.random.default_rng(1)

    def part(n):
        return rng.integers(0, 256, (n, 784)), np.resize(data.LAB_LABELS, n)

    return make_files(*part(40), *part(20))


def write_folder(path, contents):
    """Write the files into a new folder: two of them raw, two gzipped."""
    path.mkdir()
    for i, (name, content) in enumerate(contents.items()):
        target = path / (name if i % 2 else f"{name}.gz")
        target.write_bytes(content if i % 2 else gzip.compress(content))
    return path


class Mirrors(ThreadingHTTPServer):
    """Two mirrors, /one/ and /two/: what they hold, and what they were asked for."""

    daemon_threads = True

    def __init__(self, contents):
        super().__init__(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server_port}"
        self.urls = tuple(f"http://{self.host}/{name}/" for name in ("one", "two"))
        zipped = {f"{name}.gz": gzip.compress(content) for name, content in contents.items()}
        self.held = {f"/{mirror}/{name}": zipped[name] for mirror in ("one", "two") for name in zipped}
        self.headers, self.cut, self.before = {}, set(), lambda path: None
        self.asked = []

    def handle_error(self, request, client_address):
        """A client that has gone is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.before(self.path)
        content = self.server.held.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if self.path in self.server.cut else content)

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def run_mirrors(contents):
    """Serve the files from two mirrors while the block runs."""
    with Mirrors(contents) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
