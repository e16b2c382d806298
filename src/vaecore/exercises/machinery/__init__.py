"""What judges an answer.  The rooms beside this folder hold the exercises themselves, as data."""
