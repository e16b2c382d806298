"""Under a debugger an answer is judged as everywhere: a copy of the kernel would wait for the debugger."""

import os
import sys
import threading
from collections.abc import Iterator

import pytest
from jupyter_client import KernelManager
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from vaecore.exercises.machinery import safe_running

PATIENCE = 600  # seconds, on a very busy machine
# As JupyterLab asks when its debugger is switched on.
ATTACHED = {
    "initialize": {"clientID": "jupyterlab", "adapterID": "", "linesStartAt1": True, "pathFormat": "path"},
    "attach": {},
    "configurationDone": {},
}
CELL = """
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
right, wrong = check("L-KL", EXERCISES["L-KL"].solution), check("L-KL", lambda e: e * 0)
print(right.status, wrong.status)
"""


@pytest.fixture
def kernel(tmp_path, monkeypatch) -> Iterator[BlockingKernelClient]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    manager: KernelManager
    manager, client = start_new_kernel(startup_timeout=PATIENCE, kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def ask_the_debugger(client: BlockingKernelClient, number: int, command: str, arguments: dict) -> dict:
    request = {"type": "request", "seq": number, "command": command, "arguments": arguments}
    message = client.session.msg("debug_request", request)
    client.control_channel.send(message)
    while True:
        answer = client.control_channel.get_msg(timeout=PATIENCE)
        if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return answer["content"]


def test_with_jupyterlabs_debugger_a_right_answer_is_right(kernel):
    for number, (command, arguments) in enumerate(ATTACHED.items(), start=1):
        assert ask_the_debugger(kernel, number, command, arguments)["success"], command
    printed = []
    kernel.execute_interactive(
        CELL, timeout=PATIENCE, output_hook=lambda message: printed.append(str(message["content"]))
    )
    assert any("passed failed" in text for text in printed), "\n".join(printed)


def test_whoever_traces_no_copy_is_made(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    seen = []

    def traced() -> None:
        seen.append(safe_running.can_fork())
        sys.settrace(lambda *event: None)  # of this thread alone
        seen.append(safe_running.can_fork())

    thread = threading.Thread(target=traced)
    thread.start()
    thread.join()
    assert seen == [hasattr(os, "fork"), False]


class Monitoring:
    """`sys.monitoring`, where a debugger has taken its place."""

    DEBUGGER_ID = 0

    @staticmethod
    def get_tool(tool: int) -> str | None:
        return "a debugger" if tool == 0 else None


def test_a_debugger_that_monitors_is_noticed_too(monkeypatch):
    monkeypatch.setattr(sys, "monitoring", Monitoring, raising=False)
    assert not safe_running.can_fork()
