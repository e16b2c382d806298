"""One module a chapter: what its prose says of the numbers that its cells compute.  See registry.py."""
