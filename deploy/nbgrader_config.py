"""nbgrader's exchange: servers find this file by JUPYTER_CONFIG_PATH, which jupyterhub_config.py sets."""

import os

c = get_config()  # noqa: F821  (Jupyter's)
c.Exchange.root = os.environ.get("VAE_EXCHANGE", "/srv/nbgrader/exchange")
