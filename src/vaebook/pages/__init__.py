"""What is changed in the document tree of a page, and what a page loads and offers."""
