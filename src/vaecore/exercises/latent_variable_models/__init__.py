"""Exercises of chapter 2: one module for each idea; `book_order` has all of them, as on the pages."""
