"""The self-test of the welcome page; its questions are no exercises of a chapter, and nothing counts them."""
