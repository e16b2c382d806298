"""What judges an answer.  The folders beside this one hold the exercises themselves, chapter by chapter, as data."""
