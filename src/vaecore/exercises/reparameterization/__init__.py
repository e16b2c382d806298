"""Exercises of chapter 4: one module for each idea; `book_order` has all of them, as on the pages."""
