"""What is given to others: a release, and links that lead out of the book."""
