"""Spoilt files for everything that reads a file (`make fuzz`)."""
