"""How the results of an answer spread over many calls with other noise, beside those of the solution."""

from collections.abc import Sequence

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Calls, Case, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.words import number, on_all

DRAWS = 150  # calls for each input
NUMBERS = 30_000  # that all calls for an input together return, at least that one draw
SURE = 5.0  # standard errors
DIFFERENT = 0.05  # of a spread: less is not worth a word
MOST_AVERAGED = 100


def many_draws(cases: Sequence[Case], answer: Calls, solution: Calls) -> list[Diagnosis]:
    """Return whether the mean is right and the spread is another one, by one factor on all inputs."""
    ratios: list[float] = []
    errors: list[float] = []
    for case in cases:
        first = solution(case.args)
        if not usable(first):
            return []
        count = min(DRAWS, NUMBERS // max(1, int(np.size(first))))
        if count < DRAWS // 6:
            continue
        pair = [[call(case.args, seed) for seed in range(1, count + 1)] for call in (answer, solution)]
        if not usable(*pair[0], *pair[1]) or len({np.shape(x) for side in pair for x in side}) > 1:
            return []
        ours, theirs = (np.reshape(side, (count, -1)) for side in pair)
        spread, expected = ours.std(axis=0), theirs.std(axis=0)
        noisy = expected > 1e-9
        if not noisy.any() or np.any(spread[~noisy] > 1e-9):
            return []
        off = np.abs(ours.mean(axis=0) - theirs.mean(axis=0))
        if np.any(off > SURE * np.sqrt((spread**2 + expected**2) / count) + 1e-9):
            return []
        each = spread[noisy] / expected[noisy]
        if np.ptp(each) > SURE * 2 * np.median(each) / np.sqrt(count):
            return []
        ratios.append(float(np.sqrt(np.mean(each**2))))
        errors.append(float(np.median(each)) / np.sqrt(count * noisy.sum()))
    if len(ratios) < min(2, len(cases)):
        return []
    ratio, error = float(np.mean(ratios)), float(np.mean(errors))
    if np.ptp(ratios) > SURE * 2 * max(errors) or abs(ratio - 1) < max(DIFFERENT, SURE * error):
        return []
    like = ""
    averaged = round(1 / ratio**2) if ratio < 1 and ratio > MOST_AVERAGED**-0.5 else 0
    if averaged > 1 and abs(1 / ratio**2 / averaged - 1) < 3 * error / ratio:
        sure = SURE * 2 * averaged * error / ratio < 0.5
        like = f", as if {'' if sure else 'about '}{averaged} draws were averaged"
    text = (
        f"Over many calls with other noise your result has the right mean, but its standard deviation is "
        f"{number(round(ratio, 2))} times the expected one{like}, {on_all(len(ratios))}."
    )
    return [Diagnosis("spread", text, 0.14)]
