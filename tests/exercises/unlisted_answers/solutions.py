"""What a wrong answer may stand on."""

from vaecore.exercises.checking import EXERCISES


def right(name):
    """The solution of an exercise, on which a wrong answer may stand."""
    return EXERCISES[name].solution
