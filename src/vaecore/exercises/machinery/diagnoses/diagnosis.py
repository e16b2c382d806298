"""What is said of an answer that fits no listed mistake: a stable code, and a sentence that is true of it."""

from dataclasses import dataclass

CODES = {
    "one-change-away": "the numbers of the right computation with one thing changed",
    "listed-and-more": "a listed mistake, and its result summed, averaged, scaled or turned round",
    "two-at-once": "two mistakes at once",
    "differs-by-factor": "the expected result times one number",
    "differs-by-shift": "the expected result plus one number",
    "differs-by-size": "the expected result times or over a size of the input",
    "differs-by-function": "a function of the expected result: its root, its logarithm, rounded, ...",
    "differs-in-shape": "the expected numbers in another shape",
    "differs-in-order": "the expected numbers in another order",
    "collapsed": "the sum, the mean or a part of what was expected",
    "row-factors": "each row, or each column, has a factor or a shift of its own",
    "ignores-input": "the result does not change when an input does",
    "mixes-rows": "a row changes when only another row is moved",
    "order-matters": "the result depends on an order where it should not, or the other way round",
    "right-when-off": "right where one input is 0 or 1, or two are equal",
    "right-in-part": "right on some inputs, or in some entries, wrong in others",
    "calls-differ": "a function that was handed in is called more or less often",
    "copies-input": "one of the inputs comes back as it is",
    "constant": "the same result, whatever goes in",
    "not-finite": "nan or infinite",
    "value-close": "for a value: close, but not to the digits asked for",
    "value-some": "for values: some are right",
    "value-order": "for values: the right ones in another order",
    "value-sign": "for a value: the sign cannot be right",
    "value-size": "for a value: far too large or far too small",
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
