"""`python -m vaecore`: the console command `vaecore`."""

import sys

from vaecore.command_line import main

sys.exit(main())
