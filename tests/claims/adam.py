"""What chapter 6 says of its numbers.  Of the trainings, only what survives rounding by far."""

import numpy as np

from claims.registry import Names, says


def distance(names: Names, optimiser, steps: int) -> float:
    """How far from the top the ridge's climber is after so many steps."""
    path = names["trajectory"](optimiser, names["ridge_gradient"], names["start"], steps)
    return float(np.linalg.norm(path[-1]))


@says(
    "Plain gradient ascent first jumps from side to side, and then it crawls",
    "ADAM walks there.",
    "The third one is ADAM without its bias correction, and overshoots; "
    "it is back near the top while ADAM is still on its way.",
    "This is also why the uncorrected climber of the race is often the first near the top.",
    "it has taken steps three to six times as long.",
)
def the_race_goes_like_this(names: Names) -> None:
    """With the race's start and rate.  Half a unit from the top, the uncorrected one is six times as early as
    ADAM (held: three times) and ADAM four times as early as plain ascent (twice); the uncorrected one gets
    1.4 beyond the top, ADAM 0.02.
    """
    sgd, adam = names["SGD"], names["Adam"]
    paths = [
        names["trajectory"](optimiser, names["ridge_gradient"], names["start"], 400)
        for optimiser in (sgd(0.08), adam(0.08), adam(0.08, bias_correction=False))
    ]
    plain, corrected, uncorrected = (np.argmax(np.linalg.norm(path, axis=1) < 0.5) for path in paths)
    assert (np.diff(np.sign(paths[0][:10, 1])) != 0).all()
    assert 0 < 3 * uncorrected < corrected and 2 * corrected < plain
    assert paths[2][:, 0].max() > 0.7 and paths[1][:, 0].max() < 0.2
    at_60 = [np.linalg.norm(path[60]) for path in paths[1:]]  # as the race stands when the page opens
    assert at_60[1] < at_60[0] / 2
    assert 3 < names["factor"][0] and (names["factor"][1:30] > 4).all()


@says(
    "The way to the top is nearly four times as long in $x$ as it is in $y$.",
    "The gradient says the opposite: it is 53 times as large in $y$ as in $x$.",
)
def the_start_is_as_described(names: Names) -> None:
    """3.75 and 53.3, exactly: nothing is rounded but the last digits."""
    x, y = np.abs(names["start"])
    g_x, g_y = np.abs(names["ridge_gradient"](names["start"]))
    assert 3.5 < x / y < 4
    assert 52.5 < g_y / g_x < 53.5


@says(
    "even with 0.095, close to the limit, it keeps 99% of its distance at each step.",
    "With 0.105 the steep direction explodes.",
)
def the_rate_is_limited(names: Names) -> None:
    """Below the limit the flat direction decides; above it 100 steps lead 1,000 times farther away."""
    start, sgd = np.linalg.norm(names["start"]), names["SGD"]
    kept = distance(names, sgd(0.095), 101) / distance(names, sgd(0.095), 100)
    assert 0.985 < kept < 0.995
    assert distance(names, sgd(0.105), 100) > 1000 * start


@says("The steady gradient comes through whole, the zigzag at a nineteenth of its size.")
def the_zigzag_cancels(names: Names) -> None:
    """To a thousandth, after 200 steps."""
    assert abs(names["flat"] - 1) < 1e-3
    assert abs(abs(names["steep"]) - 1 / 19) < 1e-3


@says(
    "On this ridge, without noise, averaging alone gains nothing; "
    "after 50 and after 100 steps it is even a little behind.",
    "Because the zigzag cancels, a step ten times as long has become safe.",
)
def momentum_makes_long_steps_safe(names: Names) -> None:
    """With equally long steps within a fifth of one another; with ten times as long ones 20 times nearer."""
    sgd = names["SGD"]
    plain, fair = distance(names, sgd(0.08), 200), distance(names, sgd(0.008, momentum=0.9), 200)
    assert 0.8 < fair / plain < 1.25
    for steps in (50, 100):
        plain, fair = distance(names, sgd(0.08), steps), distance(names, sgd(0.008, momentum=0.9), steps)
        assert 1.01 * plain < fair < 1.25 * plain
    assert distance(names, sgd(0.08, momentum=0.9), 200) < plain / 20
    assert distance(names, sgd(0.8), 200) > 1000


@says("So the running average keeps that part of the noise's variance:")
def the_noise_is_averaged(names: Names) -> None:
    """Within a tenth; the standard error of 100,000 draws that hang together is a hundredth."""
    assert 0.9 < np.var(names["averages"]) * 19 < 1.1


@says("Both directions now get the same step.")
def both_steps_are_one(names: Names) -> None:
    """Exactly 1 in size, but for the last digits."""
    g = names["ridge_gradient"](names["start"])
    np.testing.assert_allclose(np.abs(g / np.sqrt(g**2)), 1, rtol=1e-12)


@says(
    "which is the same ridge, turned by 45 degrees, and play again: now ADAM is last.",
    "Gradient ascent and momentum do not notice the turn",
    "Upright, it is level with momentum; at 20 degrees it has fallen behind plain gradient ascent.",
    "an $\\alpha$ ten times as large, which plain gradient ascent would not survive, "
    "brings ADAM near the top at every angle.",
    "But that $\\alpha$ has to be found, and what is the best one depends on the turn.",
)
def a_turned_ridge_is_hard_for_adam(names: Names) -> None:
    """The others to 1e-6; ADAM is 0.03, 1.5, 3.1 and 3.9 from the top, plain ascent 2.0 (a third is held).

    With the best of six rates ADAM is nearer than 0.1 at each angle, and of these rates no two angles of the
    first and the last have the same.  In the race's turned landscape ADAM is last after all its 300 steps.
    """
    plain, heavy, adam, best = np.array([names["by_angle"][degrees] for degrees in (0, 5, 20, 45)]).T
    assert np.ptp(plain) < 1e-6 and np.ptp(heavy) < 1e-6
    assert adam[0] < 0.1 and heavy[0] < 0.1 and (adam[2:] > 1.3 * plain[2:]).all()
    assert (best < 0.1).all() and distance(names, names["SGD"](0.8), 100) > 1000
    rates = (0.02, 0.05, 0.2, 0.5, 1, 2)
    at = [[names["distance_after"](names["Adam"](a), degrees) for a in rates] for degrees in (0, 45)]
    assert np.argmin(at[0]) != np.argmin(at[1])
    hill = names["LANDSCAPES"]["turned"]
    racers = names["SGD"](0.08), names["Adam"](0.08), names["Adam"](0.08, bias_correction=False)
    left = [np.linalg.norm(names["trajectory"](o, hill.gradient, hill.start, 300)[-1]) for o in racers]
    assert left[1] > 2 * max(left[0], left[2])


@says("From the first step on, the corrected columns are as they should be, up to chance")
def the_corrected_moments_are_right(names: Names) -> None:
    """Within 5%: the standard errors of 100,000 runs are below 1%."""
    np.testing.assert_allclose(names["corrected"], [[2, 13]] * 5, rtol=0.05)


@says("It starts at 3.2 times the learning rate, rises to 6.6 at step 12 and falls slowly to 1")
def the_uncorrected_step_is_too_long(names: Names) -> None:
    """A formula: to the digits that are quoted."""
    factor = names["factor"]
    assert round(factor[0], 1) == 3.2 and round(factor.max(), 1) == 6.6
    assert names["t"][factor.argmax()] == 12 and 1 < factor[-1] < 1.01


@says("There are two ways to get there, and they are the same to the last bit.")
def up_is_down(names: Names) -> None:
    """Equal: only signs differ."""
    assert np.array_equal(names["up"], names["down"])


@says("Multiply the bound by 1,000, and ADAM's path stays where it is; gradient ascent leaves the map:")
def the_scale_does_not_matter_to_adam(names: Names) -> None:
    """ADAM's paths agree to 0.00001; gradient ascent's ends early, a thousand times farther away."""
    start, steeper = names["start"], names["steeper_gradient"]
    ends = [
        names["trajectory"](names["Adam"](0.08), gradient, start, 100)[-1]
        for gradient in (names["ridge_gradient"], steeper)
    ]
    np.testing.assert_allclose(*ends, atol=1e-5)
    away = names["trajectory"](names["SGD"](0.08), steeper, start, 100)
    assert len(away) < 50 and np.linalg.norm(away[-1]) > 1000 * np.linalg.norm(start)


@says(
    "pixels that are practically never on, such as those at the edge of the image.",
    "Does a VAE have such gradients?",
)
def some_gradients_are_tiny(names: Names) -> None:
    """Some, between 0 and the limit; their pixels hold less than a hundredth of the mean ink."""
    assert np.mean(names["small"] & ~names["zero"]) > 0.001
    assert names["tiny_pixels"].sum() > 20
    assert names["ink"] < names["data"].train_images.mean() / 100


@says(
    "it starts at 1, rises to 2 in the first moments, falls below 0.2 within ten epochs "
    "and is still only a third after a hundred.",
    "For a moment the steps are twice as long as they should be, "
    "and then for a hundred epochs much too short.",
)
def epochs_are_the_wrong_clock(names: Names) -> None:
    """A formula: to the digits that are quoted."""
    wrong, updates = names["wrong"], names["updates"]
    assert abs(wrong[0] - 1) < 1e-6 and 1.9 < wrong[:600].max() < 2.1
    assert wrong[updates <= 6000].min() < 0.2 and 0.3 < wrong[-1] < 0.34
    assert (wrong[updates > 600] < 0.7).all()


@says("it does not matter how the elements are grouped:")
def a_list_is_as_good_as_a_vector(names: Names) -> None:
    """Equal, whatever the arithmetic: the same operations on the same numbers, element by element."""
    assert np.array_equal(names["flatten"](names["params"])[0], names["theta"])


@says("All of them start at the same bound, and none has seen more digits than another.")
def they_start_together(names: Names) -> None:
    """Equal: the same parameters and the same noise."""
    assert {bounds[0] for bounds in names["curves"].values()} == {names["too_fast"][0]}
    assert {len(bounds) for bounds in names["curves"].values()} == {9}


@says(
    "Gradient ascent and momentum rise ever more slowly, and are between -220 and -195 nats at the end; "
    "ADAM is above them from the first epoch on, and reaches about -140.",
    "ADAM is ahead with either of its rates.",
)
def adam_wins(names: Names) -> None:
    """The curves keep 4 nats from the borders, and ADAM's lead is more than 20 nats, at 8 epochs 40."""
    curves = names["curves"]
    slow = {name: bounds for name, bounds in curves.items() if name.startswith(("gradient", "momentum"))}
    for name in names["best"][:2]:
        assert -218 < curves[name][8] < -198
        assert curves[name][8] - curves[name][6] < 10
        assert all(a > s + 20 for a, s in zip(curves["ADAM, 0.01"][1:], curves[name][1:], strict=True))
    assert -146 < curves["ADAM, 0.01"][8] < -136
    for alpha in ("0.003", "0.01"):
        assert curves[f"ADAM, {alpha}"][8] > max(bounds[8] for bounds in slow.values()) + 40


@says("Gradient ascent with ten times the larger of its own rates overflows:")
def ten_times_the_rate_diverges(names: Names) -> None:
    """Before the first epoch is over; a third of the rate is the edge, and a tenth of it learns."""
    assert len(names["too_fast"]) == 1
    assert np.isfinite(names["curves"]["gradient ascent, 0.003"]).all()


@says(
    "With 0.01, the first steps are several times too long, and throw the network to a place "
    "from which it has not come back after eight epochs.",
)
def without_correction_it_is_thrown_away(names: Names) -> None:
    """Chaotic, so no digits: after one epoch more than 200 nats behind ADAM, after eight more than 25."""
    right, wrong = names["curves"]["ADAM, 0.01"], names["curves"]["without correction, 0.01"]
    assert wrong[1] < right[1] - 200
    assert wrong[8] < right[8] - 25


@says("With 0.001 the long steps do no harm here; they even help, just as a larger learning rate does.")
def small_steps_may_be_longer(names: Names) -> None:
    """By more than 10 nats; measured were 22.  The larger learning rate helps by as much."""
    curves = names["curves"]
    assert curves["without correction, 0.001"][8] > curves["ADAM, 0.001"][8] + 10
    assert curves["ADAM, 0.003"][8] > curves["ADAM, 0.001"][8] + 10


@says("Here it makes no difference that matters, because")
def epsilon_inside_changes_little(names: Names) -> None:
    """0.6 nats after 8 epochs; within 5, where the methods are 60 apart."""
    curves = names["curves"]
    assert abs(curves["epsilon inside, 0.01"][8] - curves["ADAM, 0.01"][8]) < 5


@says(
    "ADAM, without momentum and with a short memory, goes to the wrong end",
    "AMSGrad divides by the largest $v_t$ so far, which cannot be forgotten.",
)
def adam_goes_to_the_wrong_end(names: Names) -> None:
    """The ends are 1 and -1; within a twentieth (0.007 were measured)."""
    assert names["ends"]["ADAM"] > 0.95 and names["ends"]["AMSGrad"] < -0.95


@says("so a weight with large gradients hardly decays.", "AdamW pulls all alike.")
def adamw_pulls_all_alike(names: Names) -> None:
    """By e^-2 directly, within a tenth of one another; in the gradient the large one keeps nine tenths."""
    in_gradient, directly = names["decay"].values()
    assert in_gradient[0] < 0.4 and in_gradient[1] > 0.9
    assert max(directly) < 0.2 and abs(directly[0] / directly[1] - 1) < 0.1


@says("The short steps at the end leave less of the noise in the weights.")
def a_schedule_quiets_the_end(names: Names) -> None:
    """By a fifth at least (0.21 and 0.12); 2,000 climbers know a spread to 2%."""
    assert names["spreads"]["cosine"] < 0.8 * names["spreads"]["constant"]


@says(
    "Gradient ascent learns where ink usually is, and gives the same answer to both digits to the end.",
    "ADAM's two ends part before it has seen every digit once, which takes 45 updates.",
)
def only_adams_ends_part(names: Names) -> None:
    """How far the ends of the row are from each other, a pixel: 0.006 and 0.11 after 360 updates, ADAM's
    0.054 after 45 and 0.003 after 5.  Ten times as far is held as four times.
    """
    apart = {
        name: {moment.at: np.abs(moment.row[0] - moment.row[-1]).mean() for moment in recording.moments}
        for name, recording in names["recordings"].items()
    }
    ascent, adam = apart["gradient ascent, 0.003"], apart["ADAM, 0.01"]
    assert len(names["data"].train_images) == 45 * 100
    assert max(far for at, far in ascent.items() if at >= 90) < 0.02 and adam[360] > 4 * ascent[360]
    assert adam[45] > 4 * ascent[45] and adam[5] < 0.015 < adam[45]
