"""The book on paper: `make pdf`."""
