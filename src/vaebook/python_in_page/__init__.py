"""Python in the page: exercises that ask for a function are written, checked and run where they stand.

`engine_list` says of which files Pyodide consists, `engine_files` gets them, and `engine_scripts` turns them
into scripts that a page can load from a folder as well.
"""
