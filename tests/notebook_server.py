"""A JupyterLab on the loopback address, and what is going on in its current notebook."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KERNEL_IS_IDLE = """path => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.context?.path === path && panel.context.isReady &&
    panel.sessionContext.session?.kernel?.status === 'idle';
}"""
HAS_RUN = """() => {
  const cells = [...jupyterapp.shell.currentWidget.content.model.cells].filter(cell => cell.type === 'code');
  const failed = cells.some(cell => cell.toJSON().outputs.some(output => output.output_type === 'error'));
  return failed || cells.every(cell => cell.executionCount !== null);
}"""


def environment_of_its_own(home: Path) -> dict[str, str]:
    """Nothing of the user's own settings, and no network for the chapters."""
    mine = ("JUPYTER", "IPYTHON", "VAECORE", "PYTHON", "VIRTUAL_ENV", "MPLBACKEND")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(mine)}
    places = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython", "MPLCONFIGDIR": "matplotlib", "VAECORE_CACHE": "cache",
    }  # fmt: skip
    own = {variable: str(home / folder) for variable, folder in places.items()}
    return {**inherited, **own, "VAECORE_OFFLINE": "1"}


@contextmanager
def jupyterlab(python: Path | str, root: Path, home: Path) -> Iterator[tuple[str, str]]:
    """Address and token of a new JupyterLab with `root` as its root.

    (A server that has been used before would open the notebooks of the last visit as well.)
    """
    command = [python, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.root_dir={root}", "--expose-app-in-browser"]
    # The server would ask for newer versions and for news by itself.
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None"]
    process = subprocess.Popen(
        command, cwd=root, env=environment_of_its_own(home), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    log: list[str] = []
    address = None
    watchdog = threading.Timer(180, process.kill)  # a server that never answers ends the loop below
    watchdog.start()
    rest = threading.Thread(target=lambda: log.extend(process.stderr))
    try:
        for line in process.stderr:
            log.append(line)
            address = re.search(r"(http://127\.0\.0\.1:\d+/)lab\?token=(\w+)", line)
            if address:
                break
        watchdog.cancel()
        rest.start()
        assert address, "JupyterLab did not start:\n" + "".join(log)
        yield address[1], address[2]
    finally:
        watchdog.cancel()
        process.terminate()  # it ends its kernels first
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if rest.ident:
            rest.join()
        process.stderr.close()
