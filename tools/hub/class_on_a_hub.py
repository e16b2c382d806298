"""A class on a real hub, on this machine: JupyterHub, its proxy, thirty students (`make test-hub`).

    python -m tools.hub.class_on_a_hub                               thirty students over five minutes
    python -m tools.hub.class_on_a_hub --students 5 --arrivals 30

The hub is that of deploy/jupyterhub_config.py, but for who logs in (anybody with the one password, on the
loopback address) and how servers start (as processes of whoever runs this, with homes in a folder of their
own). One student comes first, alone, to know how long each cell takes; then come the others, at even
distances. What was measured goes into deploy/measured.json, which deploy/BEYOND_ONE_MACHINE.md is computed
from. Exit code 1 if any student could not do something. Needs Node, for the hub's proxy.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import requests

from tools.hub.beyond_one_machine import MEASURED
from tools.hub.student import Student, StudentError
from tools.hub.visit import Costs, Visit, costs_of, percentile, quick_cells, visit
from tools.setup import lock_requirements, other_environments
from tools.setup.own_environment import own_environment

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("hub.lock")
PROXY = "configurable-http-proxy@5.3.0"
PASSWORD = "of-this-test-alone"
SHARES = (0.5, 0.95, 1.0)
LARGEST, SLOWEST = 250e6, 3.0  # bytes for a student; seconds for 95% of the quick cells

CONFIGURATION = """\
c = get_config()
load_subconfig({deployed!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.cmd = [{python!r}, {starter!r}]
c.Spawner.args = ["--allow-root"]  # whoever runs this test
c.Spawner.notebook_dir = "{folder}/homes/{{username}}/vae-book"
homes = lambda spawner: f"{folder}/homes/{{spawner.user.name}}"
c.Spawner.environment = {{**c.Spawner.environment, "HOME": homes}}
"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def hub_python() -> Path:
    """The Python of .venvs/hub, with the hub, its proxy and what students' servers run."""
    hub = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    wanted = other_environments.requirements(["lab"], None) + hub
    constraints = lock_requirements.LOCK.read_text(encoding="utf-8")
    return other_environments.environment("hub", sys.executable, wanted, constraints)


def environment_files() -> Iterator[Path]:
    """What a server's environment consists of, beside Python itself."""
    folder = other_environments.FOLDER / "hub"
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def proxy() -> Path:
    """The hub's proxy in .venvs/hub; exits with a sentence where there is no Node."""
    folder = other_environments.FOLDER / "hub" / "proxy"
    program = folder / "node_modules" / ".bin" / "configurable-http-proxy"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("error: the hub's proxy needs Node and npm, which are not on the PATH; install Node 20.")
        folder.mkdir(parents=True, exist_ok=True)
        if subprocess.run([npm, "install", "--silent", "--prefix", folder, PROXY]).returncode != 0:
            sys.exit(f"error: npm could not install {PROXY}; it says why above.")
    return program


@contextlib.contextmanager
def running_hub(folder: Path) -> Iterator[str]:
    """A hub whose files are all in `folder`; its address."""
    python, port = hub_python(), free_port()
    settings = folder / "hub.py"
    settings.write_text(
        CONFIGURATION.format(
            deployed=str(ROOT / "deploy" / "jupyterhub_config.py"), port=port, hub_port=free_port(),
            proxy_port=free_port(), proxy=str(proxy()), folder=folder, password=PASSWORD,
            python=str(python), starter=str(ROOT / "deploy" / "start_server.py"),
        ),
        encoding="utf-8",
    )  # fmt: skip
    env = own_environment() | {"VAE_BOOK": str(ROOT), "CONFIGPROXY_AUTH_TOKEN": os.urandom(16).hex()}
    env["PATH"] = os.pathsep.join([str(python.parent), os.environ["PATH"]])  # node, for the proxy
    address = f"http://127.0.0.1:{port}/"
    with (folder / "log").open("w") as log:
        command = [python, "-m", "jupyterhub", "-f", settings]
        hub = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(address, hub, folder / "log")
            yield address
        finally:
            everything = psutil.Process(hub.pid).children(recursive=True)
            hub.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                hub.wait(30)
            for process in [*everything, *([psutil.Process(hub.pid)] if hub.poll() is None else [])]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()


def wait_for(address: str, hub: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the hub answers.  Exits with the end of its log if it does not."""
    end = time.monotonic() + 120
    while time.monotonic() < end and hub.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{address}hub/health", timeout=10).ok:
                return
        time.sleep(0.2)
    sys.exit("error: the hub does not answer.\n" + log.read_text(errors="replace")[-3000:])


def logged_in(address: str, name: str) -> Student:
    """Log in as a student, and wait for the student's own server.

    Raises StudentError if it does not start.
    """
    http = requests.Session()
    http.get(f"{address}hub/login", timeout=60)
    form = {"username": name, "password": PASSWORD, "_xsrf": http.cookies.get("_xsrf", path="/hub/")}
    answer = http.post(f"{address}hub/login", data=form, timeout=120)
    end = time.monotonic() + 300
    while time.monotonic() < end and answer.status_code < 500:
        if "/hub/" not in answer.url and answer.ok:
            return Student(f"{address}user/{name}/", http)
        time.sleep(0.5)
        answer = http.get(f"{address}user/{name}/lab", timeout=120)
    raise StudentError(f"the server did not start: {answer.status_code} {answer.url}")


def costs_of_student(folder: Path, name: str) -> Costs:
    home = str(folder / "homes" / name)

    def is_theirs(process: psutil.Process) -> bool:
        return "jupyterhub.singleuser" in process.cmdline() and process.environ().get("HOME") == home

    return costs_of(is_theirs)


def lesson(folder: Path, address: str, students: int, arrivals: float) -> tuple[Visit, list[Visit]]:
    """The visit of one student alone, then those of a class."""

    def one(name: str) -> Visit:
        return visit(name, lambda: logged_in(address, name), lambda: costs_of_student(folder, name))

    alone = one("alone")
    if alone.trouble:
        sys.exit(f"error: one student alone: {alone.trouble}\n{(folder / 'log').read_text()[-6000:]}")
    print(f"alone: {sum(alone.cells):.1f} s for the chapter", flush=True)
    visits: list[Visit] = []

    def come(i: int) -> None:
        time.sleep(i * arrivals / students)
        visits.append(one(f"student-{i + 1}"))
        print(f"{visits[-1].name}: {visits[-1].trouble or 'done'}", flush=True)

    threads = [threading.Thread(target=come, args=[i]) for i in range(students)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return alone, visits


def figures(alone: Visit, visits: list[Visit], arrivals: float) -> dict[str, object]:
    """What is kept of a lesson: plain numbers, seconds and bytes."""
    fine = [one for one in visits if not one.trouble]
    return {
        "students": len(visits), "failed": len(visits) - len(fine), "arrivals": arrivals,
        "cores": len(os.sched_getaffinity(0)), "alone": sum(alone.cells), "alone_login": alone.login,
        "memory": max((one.costs.memory for one in fine), default=0),
        "cpu": max((one.costs.cpu for one in fine), default=0),
        "login": [percentile([one.login for one in fine], share) for share in SHARES],
        "chapter": [percentile([sum(one.cells) for one in fine], share) for share in SHARES],
        "quick": [percentile(quick_cells(alone, fine), share) for share in SHARES],
        "widget": [percentile([one.moved for one in fine], share) for share in SHARES],
        "check": [percentile([s for one in fine for s in one.checks], share) for share in SHARES],
    }  # fmt: skip


def table(measured: dict[str, object]) -> str:
    rows = [
        f"{measured['students']} students over {measured['arrivals']:g} s on {measured['cores']} cores, "
        f"{measured['failed']} could not do something",
        f"memory of a student (server and kernel, PSS): {measured['memory'] / 1e6:.0f} MB"
        + ("" if measured["memory"] < LARGEST else "  ! target 250"),
        f"processor time of a student, until the chapter has run: {measured['cpu']:.1f} s",
        f"alone: {measured['alone_login']:.1f} s to the server, {measured['alone']:.1f} s for the chapter",
        f"{'seconds':<28}{'half':>8}{'95%':>8}{'all':>8}",
    ]
    names = {
        "login": "log in, server starts", "chapter": "run all of chapter 5",
        "quick": "a cell of < 0.5 s alone", "widget": "a slider moved", "check": "an answer checked",
    }  # fmt: skip
    for key, name in names.items():
        mark = "  ! target 3" if key == "quick" and measured[key][1] >= SLOWEST else ""
        rows.append(f"{name:<28}" + "".join(f"{seconds:>8.2f}" for seconds in measured[key]) + mark)
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--arrivals", type=float, default=300, metavar="SECONDS", help="until all have come")
    parser.add_argument("--keep", action="store_true", help="write the figures into deploy/measured.json")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hub-") as name:
        folder = Path(name)
        with running_hub(folder) as address:
            alone, visits = lesson(folder, address, chosen.students, chosen.arrivals)
    measured = figures(alone, visits, chosen.arrivals)
    print(table(measured))
    if chosen.keep:
        known = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
        measured["image"] = sum(file.stat().st_size for file in environment_files())
        MEASURED.write_text(json.dumps(known | measured, indent=1) + "\n", encoding="utf-8")
    failed = [one for one in [alone, *visits] if one.trouble]
    for one in failed:
        print(f"{one.name}: {one.trouble}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
