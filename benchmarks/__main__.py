"""Measure speed and memory on a tree of our own, all parts or those named: `python -m benchmarks race`."""

import argparse
import os
import platform
import time
from pathlib import Path

from benchmarks import race, results, survey
from benchmarks.tables import show
from benchmarks.tree import Tree, running_tree

PARTS = ("survey", "delay", "race", "results", "memory")
STORED = [0, 10_000, 100_000]
SIZES = [1_000, 10_000, 100_000]
QUIET = 10.0  # seconds after which what the start or the load left behind has been done


def main() -> None:
    options = _options()
    parts = options.parts or PARTS
    runs = 1 if options.quick else options.runs
    _show_machine()
    with running_tree(options.port) as tree:
        idle = _settled_memory(tree)
        if "survey" in parts:
            _survey(tree, sorted(options.stored or (STORED[:1] if options.quick else STORED)), runs)
        if "delay" in parts:
            survey.measure_delay(tree, samples=20 if options.quick else 100)
        if "race" in parts:
            race.measure(tree, runs)
        if "results" in parts:
            results.measure(tree, options.sizes or (SIZES[:2] if options.quick else SIZES))
        if "memory" in parts:
            _show_memory(idle, _settled_memory(tree))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"all if none: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="one run each, nothing stored before")
    parser.add_argument("--stored", type=int, nargs="+", metavar="N", help="survey: responses stored before")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="results: responses compared")
    parser.add_argument("--runs", type=int, default=3, help="how often each load is repeated")
    parser.add_argument("--port", type=int, default=8790, help="where the tree's site answers")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return options


def _survey(tree: Tree, sizes: list[int], runs: int) -> None:
    stored = 0
    for size in sizes:
        if size > stored:
            tree.demo("--responses", str(size - stored))
            stored = size
            with tree.database() as connection:
                connection.execute("VACUUM ANALYZE")  # autovacuum would do it during the measuring
        survey.measure(tree, stored, runs)


def _settled_memory(tree: Tree) -> dict[str, float]:
    tree.wait_until_idle()
    time.sleep(QUIET)
    return tree.memory()


def _show_memory(idle: dict[str, float], after: dict[str, float]) -> None:
    rows = [
        (group, f"{idle[group]:.0f}", f"{after[group]:.0f}", f"{after[group] / idle[group] - 1:+.0%}")
        for group in idle
    ]
    show("Memory, MiB (PSS)", ("", "idle", "after all this", "growth"), rows)


def _show_machine() -> None:
    cores = len(os.sched_getaffinity(0))
    load = Path("/proc/loadavg").read_text().split()[0]
    print(
        f"{cores} cores, {platform.machine()}, Python {platform.python_version()}, load {load} at the start"
    )


if __name__ == "__main__":
    main()
