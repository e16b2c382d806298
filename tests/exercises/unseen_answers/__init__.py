"""Answers written without the catalogue at hand, in different styles: 40 right ones and 40 wrong ones."""
