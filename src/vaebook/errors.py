"""The extension's own error."""

from sphinx.errors import ExtensionError


class UnexpectedPage(ExtensionError):
    """What was built does not look as this extension knows it: better no book than a broken one."""
