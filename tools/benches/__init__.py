"""Measuring speed and weight, side by side."""
