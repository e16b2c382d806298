"""What can be said of a wrong answer that is none of the listed mistakes; loaded only when it is needed."""
