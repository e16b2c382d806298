"""JupyterHub for one machine and one class: `jupyterhub -f deploy/jupyterhub_config.py`, as root.

Who logs in: accounts of this machine (PAM) that are in the group `vae-students`; those in `vae-lecturers`
administer the hub. Each student's server runs under the student's own account, in a systemd unit with limits.
The book is one checkout that nobody but root writes to; students work on copies in their homes.

Settings come from the environment, so that this file stays as it is:

    VAE_BOOK        the checkout, with its .venv (`make copies` makes it)     /srv/vae-book
    VAE_MEMORY      for each student's server and kernels                     1G
    VAE_CORES       the most processors that a student's server may take      1
    VAE_IDLE        seconds without work after which a server is stopped      3600
    VAE_EXCHANGE    nbgrader's exchange, a folder that all may write to       /srv/nbgrader/exchange
"""

import os
import sys

c = get_config()  # noqa: F821  (JupyterHub's)

BOOK = os.environ.get("VAE_BOOK", "/srv/vae-book")
IDLE = int(os.environ.get("VAE_IDLE", "3600"))

# Behind a proxy that speaks https (Caddy, nginx), and for nobody else.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.cookie_max_age_days = 1
c.ConfigurableHTTPProxy.should_start = True

# Who logs in.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"vae-students", "vae-lecturers"}
c.PAMAuthenticator.admin_groups = {"vae-lecturers"}
c.PAMAuthenticator.open_sessions = False
c.Authenticator.allow_all = False

# What is started for them, and how much of the machine it gets.
c.JupyterHub.spawner_class = "systemd"  # jupyterhub-systemdspawner
c.Spawner.cmd = [f"{BOOK}/.venv/bin/python", f"{BOOK}/deploy/start_server.py"]
c.Spawner.default_url = "/lab"
c.Spawner.notebook_dir = "~/vae-book"
c.Spawner.start_timeout = 120
c.Spawner.mem_limit = os.environ.get("VAE_MEMORY", "1G")
c.Spawner.cpu_limit = float(os.environ.get("VAE_CORES", "1"))
# One thread for each product of matrices: thirty kernels with as many threads as cores wait for one another.
c.Spawner.environment = {
    "OPENBLAS_NUM_THREADS": "1",
    "VAECORE_OFFLINE": "1",  # nobody's first cell downloads MNIST; the package has 5,000 digits
    "JUPYTER_CONFIG_PATH": f"{BOOK}/deploy",  # nbgrader_config.py says where the exchange is
    "VAE_EXCHANGE": os.environ.get("VAE_EXCHANGE", "/srv/nbgrader/exchange"),
}
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.readonly_paths = [BOOK]

# A server that nobody uses any more makes room.
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}", "--cull-every=300"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
c.JupyterHub.concurrent_spawn_limit = 5  # a class arrives at once, and a machine has few cores
c.JupyterHub.active_server_limit = 60
