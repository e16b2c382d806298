"""Grading what a class hands in: code that may be hostile runs elsewhere, and verdicts are formed here.

`vaecore grade FOLDER` judges hand-ins, `vaecore report FOLDER` says what the class has not understood.
The modules of `inside` are the only ones that run beside a student's code.
"""
