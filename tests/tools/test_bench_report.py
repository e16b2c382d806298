"""What `make bench` makes of its measurements: ratios, verdicts, warnings."""

import pytest

from tools.benches.training import report


def measured(**ms: list[float]) -> report.Measured:
    return {
        name: {"label": name, "ms": times, "cpu_ms": times, "peak_mb": 100.0, "value": -99.0}
        for name, times in ms.items()
    }


def test_a_ratio_is_taken_within_the_rounds():
    """In the third round the machine was ten times slower, for both."""
    assert report.ratio([2, 2, 20, 2], [1, 1, 10, 1]) == 2
    lines = report.ratios(measured(a=[2, 2, 20], b=[1, 1, 10]), "n", [("a / b", "a", "b", ("<=", 2.0))])
    assert lines == [
        {"what": "a / b", "network": "n", "value": 2, "cpu_value": 2, "target": "<= 2", "met": True}
    ]


@pytest.mark.parametrize(
    ("value", "target", "met"),
    [
        (1.0, ("<=", 1.0), True), (1.01, ("<=", 1.0), False), (12.0, (">=", 12.0), True),
        (11.9, (">=", 12.0), False), (None, ("<=", 1.0), None), (3.0, None, None),
    ],
)  # fmt: skip
def test_a_target_is_met_or_missed(value, target, met):
    assert report.line("x", "n", value, target)["met"] is met


def test_the_issue_s_targets_are_judged():
    times = measured(
        labs=[250.0], pytorch=[14.0], pytorch_fused=[12.0], ours_plain=[15.0], ours=[11.0], products=[8.0]
    )
    lines = {one["what"]: one for one in report.ratios(times, "n", report.STEP_RATIOS)}
    targets = [one["target"] for one in lines.values() if one["target"]]
    assert targets == ["<= 1", "<= 1.6", ">= 12", "<= 1.4"]
    assert all(one["met"] for one in lines.values() if one["target"])
    del times["ours"]
    lines = report.ratios(times, "n", report.STEP_RATIOS)
    assert [one["met"] for one in lines if one["target"]] == [None, None, None, True]
    assert report.table_of_ratios(lines).count("not measured") == 4


def test_growth_is_found():
    def epochs(mb_more: float, slower: float) -> list[dict[str, float]]:
        return [{"cpu_ms": 5 * slower**i, "mb": 100 + mb_more * i} for i in range(100)]

    assert [one["met"] for one in report.growth(epochs(0, 1), "n")] == [True, True]
    assert [one["met"] for one in report.growth(epochs(0.1, 1), "n")] == [True, False]
    assert [one["met"] for one in report.growth(epochs(0, 1.002), "n")] == [False, True]
    assert report.growth(epochs(0, 1)[:6], "n") == []


def test_a_busy_machine_is_mentioned():
    times = measured(a=[2.0, 2.0])
    assert report.busy(times, 1) == ""
    times["a"]["cpu_ms"] = [1.0, 1.0]
    assert "2.0 times" in report.busy(times, 1)
    assert report.busy(times, 2) == ""  # two threads take more processor time than clock time
