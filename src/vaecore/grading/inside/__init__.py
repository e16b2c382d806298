"""What runs in one process with a student's code.  Nothing here knows an expected value, or a solution."""
