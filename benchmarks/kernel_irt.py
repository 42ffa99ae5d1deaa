"""CPU time and memory of calibration, against what was aimed at.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_irt
"""

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from benchmarks.tables import show
from psychometrics.irt import calibrate

N_ITEMS = 40
# model, categories, respondents, CPU seconds aimed at, runs
AIMS = (
    ("2pl", 2, 1_000, 0.05, 9),
    ("2pl", 2, 10_000, 0.4, 5),
    ("2pl", 2, 100_000, 4.0, 3),
    ("grm", 5, 1_000, 0.2, 9),
    ("grm", 5, 10_000, 1.2, 5),
    ("grm", 5, 100_000, 10.0, 3),
    ("rasch", 2, 10_000, None, 3),
    ("pcm", 5, 10_000, None, 3),
    ("gpcm", 5, 10_000, None, 3),
)
MEMORY_AIM = 200  # MiB above the interpreter with NumPy, answers included, 100,000 x 40 x 5


def make_responses(n: int, n_categories: int) -> np.ndarray:
    """Graded answers of N(0, 1) respondents, slopes from 0.8 to 2.2; column by column to stay small."""
    rng = np.random.default_rng(7)
    theta = rng.normal(size=n)
    responses = np.empty((n, N_ITEMS))
    for item, slope in enumerate(rng.uniform(0.8, 2.2, N_ITEMS)):
        thresholds = np.sort(rng.normal(0, 1.2, n_categories - 1))
        latent = slope * theta + rng.logistic(size=n)
        responses[:, item] = np.searchsorted(slope * thresholds, latent)
    return responses


def measured(model: str, n_categories: int, n: int, aim: float | None, runs: int) -> tuple[str, ...]:
    """A line of the table: least and median CPU seconds of the runs."""
    responses = make_responses(n, n_categories)
    seconds = []
    for _run in range(runs):
        started = process_time()
        fit = calibrate(responses, model=model)
        seconds.append(process_time() - started)
    reached = "converged" if fit.converged else "NOT converged"
    aimed = "" if aim is None else f"{aim:g}"
    return (
        f"{model}, {n_categories} categories, {n:,}",
        f"{min(seconds):.3f}",
        f"{median(seconds):.3f}",
        aimed,
        f"{reached}, {fit.n_iterations} passes",
    )


def peak_memory() -> float:
    """MiB above the interpreter with NumPy while the largest calibration runs; in a process of its own."""
    before = highest_memory()
    calibrate(make_responses(100_000, 5), model="grm")
    return highest_memory() - before


def highest_memory() -> float:
    """Most MiB this process has held (its forerunner's do not count, as in getrusage they would)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel tells no VmHWM")


def main() -> None:
    if sys.argv[1:] == ["--memory"]:
        print(peak_memory())
        return
    load = Path("/proc/loadavg").read_text().split()[0]
    rows = [measured(*aim) for aim in AIMS]
    show(
        f"Calibration of {N_ITEMS} items, CPU seconds (load {load})",
        ("", "least", "median", "aim", ""),
        rows,
    )
    command = [sys.executable, "-m", "benchmarks.kernel_irt", "--memory"]
    memory = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"\nPeak memory at 100,000 x {N_ITEMS} x 5, answers included: {memory:.0f} MiB, aim {MEMORY_AIM}")


if __name__ == "__main__":
    main()
