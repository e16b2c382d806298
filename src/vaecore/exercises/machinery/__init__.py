"""What judges an answer.  The folders beside this one hold the exercises, chapter by chapter, as data."""
