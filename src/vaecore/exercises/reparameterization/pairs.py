"""How an answer that is a pair of arrays is measured (S-REP, P-2dc): each of the two by itself."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble


def measure_apart(first_names, second_names, inputs):
    """Return a `measure`: a mistake in the one array is seen whatever the other is.

    The names are those of the readings, one for each of the inputs.  Both arrays have the shape of the last
    argument, which is noise.
    """

    def measure(answer):
        readings = {}
        for first, second, args in zip(first_names, second_names, inputs.values(), strict=True):
            seen = answer(*args)
            is_pair = not isinstance(seen, Trouble) and seen.shape == (2, len(args[-1]))
            if not isinstance(seen, Trouble) and seen.shape == np.shape(args[-1]):
                seen = Trouble("unusable", "one array in place of two")
            readings[first], readings[second] = seen if is_pair else (seen, seen)
        return readings

    return measure
