"""The book as a Sphinx extension: what its pages are made from, and what is done to them."""
