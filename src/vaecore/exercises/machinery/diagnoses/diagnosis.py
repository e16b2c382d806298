"""What is said of an answer that fits no listed mistake: a stable code, and a sentence that is true of it."""

from dataclasses import dataclass

CODES = {
    "differs-by-factor": "the expected result times one number",
    "differs-by-shift": "the expected result plus one number",
    "differs-by-size": "the expected result times or over a size of the input",
    "differs-by-function": "a function of the expected result: its root, its logarithm, rounded, ...",
    "differs-in-shape": "the expected numbers in another shape",
    "differs-in-order": "the expected numbers in another order",
    "collapsed": "the sum, the mean or a part of what was expected",
    "row-factors": "each row, or each column, has a factor or a shift of its own",
    "copies-input": "one of the inputs comes back as it is",
    "constant": "the same result, whatever goes in",
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
