"""A chapter's source: the exercises that are written into it, and the notebook that is made of it."""
