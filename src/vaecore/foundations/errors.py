"""The errors of vaecore: one small hierarchy, every class also a ValueError or an OSError.

Catch ``VaecoreError`` to catch them all; catch ``ValueError`` or ``OSError`` if you do not
want to know about this package.
"""


class VaecoreError(Exception):
    """What all errors of this package have in common."""


class InvalidInputError(VaecoreError, ValueError):
    """An argument is not what the function can work with: its shape, dtype, range or value."""


class DivergenceError(VaecoreError, ValueError):
    """Training has left the numbers: the bound or a gradient is no longer finite."""


class DataError(VaecoreError, OSError):
    """A data file is missing, damaged, or cannot be downloaded or cached."""


class CheckpointError(VaecoreError, OSError):
    """A model or checkpoint file is missing, damaged, of another format, or cannot be written."""
