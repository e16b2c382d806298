"""Exercises that name the mistake: an answer is judged at once, and a wrong one is told what went wrong.

from vaecore.exercises import check, hint, solution, progress, catalogue
check("L-KL", compute_KL)
"""

from vaecore.exercises.checking import catalogue, check, hint, progress, solution

__all__ = ["catalogue", "check", "hint", "progress", "solution"]
