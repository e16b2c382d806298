"""What is handed out to a class, and how it is tried with nbgrader."""
