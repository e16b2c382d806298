"""Serving the finished book on localhost."""
