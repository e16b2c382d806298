"""One simulated student at a Jupyter server: opens a chapter, runs it, moves a widget, checks answers, saves.

What a browser does, without one: the server's REST interface for files and sessions, and the kernel's
messages through its web socket.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

import requests
import websocket

PATIENCE = 300  # seconds that anything may take before it counts as failed
# Moves whatever widget has this trait, as a hand on its slider does.
MOVED = "mean_q"
CHECKED = """\
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
answer = EXERCISES[{id!r}].solution
print(check({id!r}, answer).status)
"""


class StudentError(Exception):
    """What a student could not do, and what came instead."""


class Student:
    """server: the address of a student's server, with a slash at its end; http: who is logged in there."""

    def __init__(self, server: str, http: requests.Session) -> None:
        self.server, self.http = server, http
        self.widgets: dict[str, dict[str, Any]] = {}  # their states, by their names
        self.printed: list[str] = []
        self.session = uuid.uuid4().hex
        self.socket: websocket.WebSocket | None = None

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """A request to the server's interface; its answer as JSON.  Raises StudentError if it refuses."""
        tokens = [c.value for c in self.http.cookies if c.name == "_xsrf" and c.value]
        headers = {"X-XSRFToken": tokens[-1]} if tokens else {}
        answer = self.http.request(
            method, f"{self.server}api/{path}", headers=headers, timeout=PATIENCE, **options
        )
        if not answer.ok:
            raise StudentError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else None

    def open(self, path: str) -> dict[str, Any]:
        """Open a notebook with a kernel, and return it."""
        notebook = self.ask("GET", f"contents/{path}")["content"]
        opened = self.ask(
            "POST", "sessions",
            json={"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}},
        )  # fmt: skip
        address = urlsplit(self.server)._replace(scheme="ws").geturl()
        prepared = self.http.prepare_request(requests.Request("GET", self.server))
        self.socket = websocket.create_connection(
            f"{address}api/kernels/{opened['kernel']['id']}/channels?session_id={self.session}",
            cookie=prepared.headers.get("Cookie"), header=_authorization(self.http), timeout=PATIENCE,
        )  # fmt: skip
        return notebook

    def _send(self, kind: str, content: dict[str, Any]) -> str:
        header = {
            "msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session, "username": "student",
            "version": "5.3", "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }  # fmt: skip
        message = {
            "header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell",
            "buffers": [],
        }  # fmt: skip
        self.socket.send(json.dumps(message))
        return header["msg_id"]

    def _until_idle(self, asked: str) -> None:
        """Take what the kernel says until it is done with a message.  Raises StudentError for an error."""
        end = time.monotonic() + PATIENCE
        trouble = None
        while time.monotonic() < end:
            message = json.loads(self.socket.recv())
            content, kind = message["content"], message["header"]["msg_type"]
            if kind == "comm_open":
                self.widgets[content["comm_id"]] = content["data"].get("state", {})
            if message["parent_header"].get("msg_id") != asked:
                continue
            if kind == "stream":
                self.printed.append(content["text"])
            if kind == "error":
                trouble = f"{content['ename']}: {content['evalue']}"
            if kind == "status" and content["execution_state"] == "idle":
                if trouble:
                    raise StudentError(trouble)
                return
        raise StudentError(f"no answer of the kernel within {PATIENCE} s")

    def run(self, code: str) -> float:
        """Run code; the seconds until the kernel is done.  Raises StudentError if it raises anything."""
        begun = time.monotonic()
        request = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        self._until_idle(self._send("execute_request", request))
        return time.monotonic() - begun

    def move_a_widget(self, to: float) -> float:
        """Move a slider through the kernel; the seconds until Python has heard of it."""
        widget = next((name for name, state in self.widgets.items() if MOVED in state), None)
        if widget is None:
            raise StudentError(f"no widget with {MOVED} among {len(self.widgets)}")
        begun = time.monotonic()
        data = {"method": "update", "state": {MOVED: to}, "buffer_paths": []}
        self._until_idle(self._send("comm_msg", {"comm_id": widget, "data": data}))
        seconds = time.monotonic() - begun
        self.printed.clear()
        self.run(f"from ipywidgets.widgets.widget import _instances\nprint(_instances[{widget!r}].{MOVED})")
        if float("".join(self.printed)) != to:
            raise StudentError(f"the widget is at {''.join(self.printed)}, expected {to}")
        return seconds

    def check(self, exercise: str) -> float:
        """Hand a right answer in; the seconds until its verdict.  Raises StudentError if it does not pass."""
        self.printed.clear()
        seconds = self.run(CHECKED.format(id=exercise))
        if "".join(self.printed).split()[-1:] != ["passed"]:
            raise StudentError(f"{exercise}: {''.join(self.printed)[:200]}")
        return seconds

    def save(self, path: str, notebook: dict[str, Any]) -> None:
        """Save the notebook, and see that it is there."""
        self.ask("PUT", f"contents/{path}", json={"type": "notebook", "content": notebook})
        again = self.ask("GET", f"contents/{path}")["content"]
        if [cell["source"] for cell in again["cells"]] != [cell["source"] for cell in notebook["cells"]]:
            raise StudentError(f"{path} is not what was saved")

    def leave(self) -> None:
        """Close the socket; the kernel goes on, as when a student shuts the lid."""
        if self.socket is not None:
            self.socket.close()
        self.http.close()


def _authorization(http: requests.Session) -> list[str]:
    token = http.headers.get("Authorization")
    return [f"Authorization: {token}"] if token else []
