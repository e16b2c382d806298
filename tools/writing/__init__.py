"""Writing what `make notebooks` writes into book/: the chapters' exercises, and their .ipynb twins."""
