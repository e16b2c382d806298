"""Measure training and evaluation beside PyTorch and beside the labs' code (`make bench`).

    make bench                          # both networks, one thread: some ten minutes
    make bench ARGS="--threads 2"
    make bench ARGS="--write-chart"     # and draw the book's picture anew

Each contender (tools/benches/training/) trains the same network on the same data in a process of its own.
They take turns: a block of 20 steps each, round after round, so that what slows the machine down hits them
all.  What is printed are medians over the rounds; a ratio is the median of the rounds' ratios.  The estimate
of log p(x), 5,000 samples an image, goes the same way: 50 images a block, 500 in all.

Everything goes into build/bench.json, every round included.  Targets are reported, not enforced.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tools.benches.training import chart, machine, report
from tools.benches.training.conductor import compete, grow
from tools.benches.training.contenders import EVALUATION, TRAINING, compiled_extra_installed
from tools.benches.training.task import Task

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "bench.json"
CHART = ROOT / "book" / "assets" / "training_speed.svg"  # with training_speed.json beside it

TASKS = [Task(hidden=(200, 200)), Task(hidden=(500, 500))]
QUICK = [Task(hidden=(8, 8), latent=2, batch=20, steps=5, images=4, num_samples=20)]
GROWTH_STEPS = 5  # in an epoch of the growth check


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    tasks, rounds, estimate_rounds, epochs, warm_up = (
        (QUICK, 2, 2, 8, 1)
        if options.quick
        else (TASKS, options.rounds, options.estimate_rounds, options.epochs_check, 2)
    )
    results: dict[str, Any] = {
        "machine": machine.describe(),
        "threads": options.threads,
        "batch": tasks[0].batch,
        "images": estimate_rounds * tasks[0].images,
        "num_samples": tasks[0].num_samples,
        "quick": options.quick,
        "training": {},
        "estimate": {},
        "growth": {},
        "ratios": [],
    }
    print("\n".join(f"{name + ':':<16}{value}" for name, value in results["machine"].items()))
    print(f"{'threads:':<16}{options.threads}")
    if not compiled_extra_installed():
        print("The compiled extra is not installed: only the contender without it runs.")

    for task in tasks:
        name = task.network
        measured = compete(TRAINING, task, options.threads, rounds, warm_up, say)
        results["training"][name] = measured
        results["ratios"] += report.ratios(measured, name, report.STEP_RATIOS)
        title = f"Training {name}, batch {task.batch}, threads {options.threads}"
        tell(title, measured, ("a step", "bound"), options)
    for task in tasks if estimate_rounds else []:
        name = task.network
        measured = compete(EVALUATION, task, options.threads, estimate_rounds, 1, say)
        results["estimate"][name] = measured
        results["ratios"] += report.ratios(measured, name, report.ESTIMATE_RATIOS)
        results["ratios"] += report.memory_of_the_estimate(measured, name)
        title = f"-log p(x) of {results['images']} images, {task.num_samples} samples, {name}"
        tell(title, measured, ("an image", "log p(x)"), options)
    for task in tasks if epochs else []:
        say(f"{task.network}: {epochs} epochs")
        small = Task(task.hidden, task.latent, task.batch, GROWTH_STEPS)
        results["growth"][task.network] = grow(small, options.threads, epochs)
        results["ratios"] += report.growth(results["growth"][task.network], task.network)

    results["machine"]["load after"] = machine.load()
    say("")
    print(f"\nRatios and targets, threads {options.threads}")
    print(report.table_of_ratios(results["ratios"]))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\nLoad before and after: {results['machine']['load before']}, {results['machine']['load after']}")
    print(f"Written: {options.out}")
    if options.write_chart:
        write_chart(results, options.chart)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], prog="bench_training.py")
    parser.add_argument("--threads", type=positive, default=1, help="of each contender (default 1)")
    parser.add_argument("--rounds", type=positive, default=30, help="blocks of 20 steps (default 30)")
    parser.add_argument(
        "--estimate-rounds", type=count, default=10,
        help="blocks of 50 images, of the estimate of log p(x) (default 10; 0 leaves it out)",
    )  # fmt: skip
    parser.add_argument(
        "--epochs-check", type=count, default=100,
        help="epochs over which time and memory must not grow (default 100; 0 leaves it out)",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="a tiny network and few rounds: does it run?")
    parser.add_argument("--write-chart", action="store_true", help=f"draw {CHART.relative_to(ROOT)} anew")
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file (default build/bench.json)")
    parser.add_argument("--chart", type=Path, default=CHART, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.write_chart and options.quick and options.chart == CHART:
        parser.error("--quick measures nothing that the book could show: leave out --write-chart")
    return options


def count(text: str) -> int:
    return whole_number(text, 0)


def positive(text: str) -> int:
    return whole_number(text, 1)


def whole_number(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text} given, expected a whole number, at least {least}")
    return int(text)


def say(line: str) -> None:
    """Say on a terminal what is being done, in a line that the next one replaces."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def tell(title: str, measured: report.Measured, names: tuple[str, str], options: argparse.Namespace) -> None:
    """Print the table of one network as soon as it is there."""
    say("")
    print(f"\n{title}\n{report.table_of_times(measured, *names)}")
    print(report.busy(measured, options.threads), flush=True)


def write_chart(results: dict[str, Any], path: Path) -> None:
    """Write the picture, and beside it the summary that it was drawn from, with its alt text."""
    summary = report.summary(results)
    summary["alt"] = chart.alt_text(summary)
    path.write_text(chart.draw(summary))
    path.with_suffix(".json").write_text(json.dumps(summary, indent=1) + "\n")
    print(f"Written: {path}, {path.with_suffix('.json').name}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\ninterrupted: nothing was written")
