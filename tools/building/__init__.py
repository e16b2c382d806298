"""Building the book (`make book`)."""
