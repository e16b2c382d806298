"""What comes of the measurements: ratios, targets, tables, and a summary for the book."""

from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

BEST, PLAIN = "with the compiled extra", "not compiled"
# What is compared: numerator, denominator, target.  Of the training step:
STEP_RATIOS = (
    (f"ours / PyTorch fused ({BEST})", "ours", "pytorch_fused", ("<=", 1.0)),
    (f"ours / matrix products ({BEST})", "ours", "products", ("<=", 1.6)),
    (f"labs / ours ({BEST})", "labs", "ours", (">=", 12.0)),
    (f"ours / PyTorch fused ({PLAIN})", "ours_plain", "pytorch_fused", ("<=", 1.4)),
    # without a target, to see where one stands
    (f"ours / PyTorch Adam ({BEST})", "ours", "pytorch", None),
    (f"ours / matrix products ({PLAIN})", "ours_plain", "products", None),
    (f"labs / ours ({PLAIN})", "labs", "ours_plain", None),
    ("PyTorch fused / matrix products", "pytorch_fused", "products", None),
)
ESTIMATE_RATIOS = (
    (f"-log p(x): ours / PyTorch ({BEST})", "ours", "pytorch", ("<=", 1.0)),
    (f"-log p(x): ours / PyTorch ({PLAIN})", "ours_plain", "pytorch", ("<=", 1.0)),
)
MOST_MEMORY = 1000.0  # MB, of the estimate
# Over the epochs of the growth check: the last ten against ten at the start.
MOST_SLOWING, MOST_GROWTH = 1.1, 5.0  # a ratio; MB
SETTLED, TEN = 5, 10  # epochs before the check begins to look, and those that it compares

Measured = dict[str, dict[str, Any]]  # contender: what `conductor.compete` returns of it


def ratio(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the median of the rounds' ratios: in a round, both had the same machine."""
    return median(x / y for x, y in zip(a, b, strict=True))


def line(
    what: str,
    network: str,
    value: float | None,
    target: tuple[str, float] | None = None,
    cpu_value: float | None = None,
) -> dict[str, Any]:
    """Return one line of the table of ratios.  A value of None was not measured.

    target: "<=" or ">=", and the number; met is None without one.  cpu_value: the ratio of processor times,
    for comparison; the clock decides.
    """
    met = None
    if value is not None and target is not None:
        sign, limit = target
        met = bool(value <= limit if sign == "<=" else value >= limit)
    return {
        "what": what,
        "network": network,
        "value": value,
        "cpu_value": cpu_value,
        "target": f"{target[0]} {target[1]:g}" if target else "",
        "met": met,
    }


def ratios(measured: Measured, network: str, compared: Sequence[tuple]) -> list[dict]:
    """Return a line for each of STEP_RATIOS or ESTIMATE_RATIOS."""
    lines = []
    for what, a, b, target in compared:
        value = cpu_value = None
        if {a, b} <= set(measured):
            value = ratio(measured[a]["ms"], measured[b]["ms"])
            cpu_value = ratio(measured[a]["cpu_ms"], measured[b]["cpu_ms"])
        lines.append(line(what, network, value, target, cpu_value))
    return lines


def memory_of_the_estimate(measured: Measured, network: str) -> list[dict]:
    """Return the line that judges our peak memory."""
    peak = max(m["peak_mb"] for name, m in measured.items() if name.startswith("ours"))
    return [line("-log p(x): our peak memory, MB", network, peak, ("<=", MOST_MEMORY))]


def growth(epochs: list[dict[str, float]], network: str) -> list[dict]:
    """Return the lines that judge a long training run: time and memory at its start and at its end."""
    if len(epochs) < SETTLED + 2:
        return []
    start, end = epochs[SETTLED : SETTLED + TEN], epochs[-TEN:]
    slowing = median(e["cpu_ms"] for e in end) / median(e["cpu_ms"] for e in start)
    grown = epochs[-1]["mb"] - epochs[SETTLED]["mb"]
    over = f"over {len(epochs)} epochs"
    return [
        line(f"time of a step, end / start {over}", network, slowing, ("<=", MOST_SLOWING)),
        line(f"memory, end - start {over}, MB", network, grown, ("<=", MOST_GROWTH)),
    ]


def table_of_times(measured: Measured, unit: str, value_name: str) -> str:
    """Return medians and quartiles by the clock, processor time, memory, and the last block's mean value."""
    rows = [f"{'':<32}{'ms ' + unit:>14}{'quartiles':>18}{'CPU ms':>10}{'peak MB':>10}{value_name:>10}"]
    for m in measured.values():
        low, middle, high = quantiles(m["ms"], n=4, method="inclusive") if len(m["ms"]) > 1 else m["ms"] * 3
        value = "" if m["value"] is None else f"{m['value']:.1f}"
        rows.append(
            f"{m['label']:<32}{middle:>14.2f}{f'{low:.2f} to {high:.2f}':>18}"
            f"{median(m['cpu_ms']):>10.2f}{m['peak_mb']:>10.0f}{value:>10}"
        )
    return "\n".join(rows)


def table_of_ratios(lines: list[dict]) -> str:
    """Return one row a ratio: network, value, target, whether it is met, the ratio of processor times."""
    rows = [f"{'':<54}{'network':<20}{'value':>8}{'target':>9}  {'':<13}{'CPU time':>8}"]
    for one in lines:
        verdict = {True: "met", False: "MISSED", None: ""}[one["met"]]
        if one["value"] is None:
            verdict = "not measured"
        value, cpu_value = ("" if v is None else f"{v:.2f}" for v in (one["value"], one["cpu_value"]))
        rows.append(
            f"{one['what']:<54}{one['network']:<20}{value:>8}{one['target']:>9}  "
            f"{verdict:<13}{cpu_value:>8}".rstrip()
        )
    return "\n".join(rows)


def busy(measured: Measured, threads: int) -> str:
    """Return a warning if other programs took the processor while one thread worked; else nothing."""
    waits = [median(m["ms"]) / median(m["cpu_ms"]) for m in measured.values()]
    if threads == 1 and max(waits) > 1.1:
        return f"Other programs ran meanwhile: by the clock up to {max(waits):.1f} times the processor time."
    return ""


def summary(results: dict[str, Any]) -> dict[str, Any]:
    """Return the results with medians in place of the rounds: what the book's figure is drawn from."""

    def short(m: dict[str, Any]) -> dict[str, Any]:
        return {"label": m["label"], "ms": round(median(m["ms"]), 3), "peak_mb": round(m["peak_mb"])}

    kept = {name: value for name, value in results.items() if name not in ("training", "estimate", "growth")}
    for part in ("training", "estimate"):
        kept[part] = {
            network: {name: short(m) for name, m in measured.items()}
            for network, measured in results[part].items()
        }
    return kept
