"""One module a chapter: the numerical check of each numbered equation.  See registry.py."""
