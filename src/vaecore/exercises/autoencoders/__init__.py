"""Exercises of chapter 1: one module for each idea; `book_order` has all of them, as on the pages."""
