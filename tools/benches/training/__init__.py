"""The parts of `make bench`; tools/benches/bench_training.py puts them together.

task        what every contender does: one network, one batch, the same parameters, pixels and noise
ours, pytorch, labs, products       the contenders
contenders  the list of them
worker      a process that runs one contender and times it, block by block, on command
conductor   starts the processes and gives each of them its turn, round after round
machine     where it was measured
report      ratios, targets, tables, the summary
chart       the picture that the book shows
"""
