"""What the hub starts for a student, under the student's account: copies of the chapters, then a server.

Copies are made where they are missing, and none is written over. Where a home is full, the server starts all
the same, and the log says why there are no copies.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME_FOLDER = "vae-book"


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from tools.serving.my_notebooks import copy_what_is_missing
    from vaecore.foundations.errors import CheckpointError

    mine = Path.home() / HOME_FOLDER
    try:
        for line in copy_what_is_missing(ROOT / "book", mine):
            print(line, flush=True)
    except (OSError, CheckpointError) as error:
        print(f"no copies of the chapters: {error}", file=sys.stderr, flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *sys.argv[1:]])


if __name__ == "__main__":
    main()
