"""What can only be done on finished pages, after Sphinx has written them all."""
