"""Path comparison: several models walk between the same two digits, each through its own codes."""

from vaecore.widgets.path_comparison.path_comparison import PathComparison

__all__ = ["PathComparison"]
