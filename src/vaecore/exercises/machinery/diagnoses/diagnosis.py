"""What is said of an answer that fits no listed mistake: a stable code, and a sentence that is true of it."""

from dataclasses import dataclass

CODES = {
    "one-change": "what a right computation gives with one thing changed",
    "two-mistakes": "two changes at once, or a change with a sign or a sum on top of it",
    "value-changed": "what a right computation gives if a value on the way is cut off, scaled, replaced",
    "value-returned": "a value that a right computation has on the way, its sum, its median, or two together",
    "falls-apart": "two arguments are worked out apart and then added, and should depend on each other",
    "approximation": "near the expected result where something is small",
    "spread": "the right mean over many draws, and another standard deviation",
    "term-weighted": "one term counts another number of times than it should",
    "differs-by-factor": "the expected result times one number",
    "differs-by-shift": "the expected result plus one number",
    "differs-by-size": "the expected result times or over a size of the input",
    "differs-by-function": "a function of the expected result: its root, its logarithm, rounded, ...",
    "differs-in-shape": "the expected numbers in another shape",
    "differs-in-order": "the expected numbers in another order",
    "collapsed": "the sum, the mean or a part of what was expected",
    "differs-by-input": "the expected result and something simple of the input, added or multiplied",
    "other-input": "the result that belongs to another input: doubled, with the other sign, exchanged",
    "breaks-a-rule": "what holds of every expected result does not hold: no negative number, a sum of 1",
    "symmetric": "two arguments can be exchanged, and should make a difference",
    "one-sided": "always too large, or always too small",
    "same-order": "the order of the numbers is right, their size is not",
    "ignores-input": "the result does not change with a part of the input",
    "depends-too-much": "the result changes with a part of the input on which it should not depend",
    "moves-too-far": "the result moves with a part of the input, but too far, or the other way",
    "one-part-wrong": "the result moves as it should with all parts of the input but one",
    "mixes-rows": "one point's result depends on another point",
    "mixes-columns": "a column of the result depends on another column than its own",
    "order-matters": "the result depends on the order of the points or of their entries",
    "right-for-one": "right for one point, one latent or one column, not for more",
    "right-without": "right where a part of the input is switched off",
    "right-sometimes": "right on some inputs",
    "right-up-to": "right up to one update",
    "wrong-where": "wrong exactly where the input, or the place, is of one kind",
    "one-result-wrong": "some of several results are right",
    "never-called": "a function that is handed in is never called",
    "calls-counted": "a function that is handed in is called more often, or less, than it should",
    "wrong-call": "a function that is handed in gets other numbers than it should",
    "row-factors": "each row, or each column, has a factor or a shift of its own",
    "copies-input": "one of the inputs comes back as it is",
    "constant": "the same result on all inputs",
    "not-finite": "nan or infinite",
}  # fmt: skip


@dataclass(frozen=True)
class Diagnosis:
    """One thing that is true of the numbers of an answer.

    code: one of CODES, for whoever counts.  text: for the reader.  weight: how telling it is; 1 is the most.
    """

    code: str
    text: str
    weight: float = 0.5

    def __post_init__(self) -> None:
        assert self.code in CODES, self.code
