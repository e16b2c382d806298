"""The version of the book that grades, as its installation knows it."""

from importlib.metadata import version

BOOK_VERSION = version("vaecore")
