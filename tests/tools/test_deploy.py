"""The hub's files: what they set is what the README promises, and the starter leaves students' work alone."""

import os
import subprocess
import sys
from pathlib import Path

import yaml
from browser import ROOT
from traitlets.config import Config

DEPLOY = ROOT / "deploy"
FAKE_SERVER = "import os, sys; print('server', *sys.argv[1:], 'in', os.getcwd())"


def configured(name: str, monkeypatch, **variables: str) -> Config:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    config = Config()
    exec(compile((DEPLOY / name).read_text(), name, "exec"), {"get_config": lambda: config})
    return config


def test_a_server_has_limits_and_ends_when_idle(monkeypatch):
    config = configured("jupyterhub_config.py", monkeypatch, VAE_BOOK="/b", VAE_MEMORY="700M", VAE_IDLE="60")
    assert (config.Spawner.mem_limit, config.Spawner.cpu_limit) == ("700M", 1.0)
    assert config.Spawner.cmd == ["/b/.venv/bin/python", "/b/deploy/start_server.py"]
    assert config.SystemdSpawner.readonly_paths == ["/b"]
    (culler,) = config.JupyterHub.services
    (role,) = config.JupyterHub.load_roles
    assert "--timeout=60" in culler["command"] and role["services"] == [culler["name"]]
    assert config.PAMAuthenticator.allowed_groups and config.Authenticator.allow_all is False
    assert config.JupyterHub.bind_url.startswith("http://127.0.0.1"), "https is the proxy's business"


def test_one_exchange_for_all(monkeypatch):
    hub = configured("jupyterhub_config.py", monkeypatch, VAE_BOOK="/b", VAE_EXCHANGE="/exchange")
    assert hub.Spawner.environment["JUPYTER_CONFIG_PATH"] == "/b/deploy"
    named = hub.Spawner.environment["VAE_EXCHANGE"]
    grader = configured("nbgrader_config.py", monkeypatch, VAE_EXCHANGE=named)
    assert grader.Exchange.root == "/exchange"
    values = yaml.safe_load((DEPLOY / "values.yaml").read_text())["singleuser"]
    (mount,) = values["storage"]["extraVolumeMounts"]
    assert mount["mountPath"] in values["extraFiles"]["nbgrader"]["stringData"]


def start(home: Path, **more: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(home / "fake"), **more}
    command = [sys.executable, DEPLOY / "start_server.py", "--port=7"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_starter_copies_what_is_missing_and_writes_nothing_over(tmp_path):
    (tmp_path / "fake" / "jupyterhub").mkdir(parents=True)
    (tmp_path / "fake" / "jupyterhub" / "__init__.py").touch()
    (tmp_path / "fake" / "jupyterhub" / "singleuser.py").write_text(FAKE_SERVER)
    first = start(tmp_path)
    assert first.returncode == 0 and "server --port=7" in first.stdout, first.stderr
    mine = tmp_path / "vae-book" / "05_kl.ipynb"
    mine.write_text("my answers")
    assert "server --port=7" in start(tmp_path).stdout and mine.read_text() == "my answers"


def test_a_home_that_takes_nothing_still_gets_its_server(tmp_path):
    (tmp_path / "fake" / "jupyterhub").mkdir(parents=True)
    (tmp_path / "fake" / "jupyterhub" / "__init__.py").touch()
    (tmp_path / "fake" / "jupyterhub" / "singleuser.py").write_text(FAKE_SERVER)
    (tmp_path / "vae-book").write_text("a file where the folder would be")
    ran = start(tmp_path)
    assert "server --port=7" in ran.stdout and "no copies of the chapters" in ran.stderr
