"""Reliability and agreement: CPU time, and what simulations say of the coverage of their intervals.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_reliability [speed] [coverage]
"""

import sys
from collections.abc import Callable
from functools import partial
from math import isnan
from statistics import median
from time import process_time

import numpy as np

from benchmarks.tables import show
from psychometrics.arrays import FloatArray
from psychometrics.reliability import (
    agreement,
    cronbach_alpha,
    distribution_free_interval,
    mcdonald_omega,
    split_half,
)

ROUNDS = 7
RUNS = 2000
SIZES = (20, 86, 500)
LOADINGS = np.array([0.4, 0.5, 0.6, 0.7, 0.8, 0.6])
PARALLEL = np.full(6, 0.6)
Draw = Callable[[np.random.Generator, tuple[int, ...]], FloatArray]


def cpu(work: Callable[[], object]) -> list[float]:
    """CPU seconds of some rounds."""
    rounds = []
    for _round in range(ROUNDS):
        started = process_time()
        work()
        rounds.append(process_time() - started)
    return rounds


def speed() -> None:
    rng = np.random.default_rng(1)
    large = rng.normal(size=(1_000_000, 1)) + rng.normal(size=(1_000_000, 40))
    small = large[:60, :8]
    sheets = np.clip(np.rint(3 + large[:2000, :4] / 2), 1, 5)
    works: list[tuple[str, Callable[[], object], str]] = [
        ("alpha of 1,000,000 x 40", partial(cronbach_alpha, large), "0.4"),
        ("omega of 1,000,000 x 40", partial(mcdonald_omega, large), "-"),
        ("halves of 1,000,000 x 40", partial(split_half, large), "-"),
        ("agreement of 2,000 sheets by 4 raters", partial(agreement, sheets), "-"),
        ("alpha of 60 x 8", partial(cronbach_alpha, small), "0.05 for all of a school"),
        ("omega of 60 x 8", partial(mcdonald_omega, small), "0.05 for all of a school"),
    ]
    rows = []
    for name, work, aim in works:
        seconds = cpu(work)
        rows.append((name, f"{min(seconds):.4f}", f"{median(seconds):.4f}", aim))
    show(f"CPU seconds, {ROUNDS} runs", ("", "least", "median", "aim"), rows)


def coverage() -> None:
    """Shares of 95 % intervals that hold the population value."""
    rows = []
    for name, draw in (("normal", _normal), ("skewed (chi-square, 2 df)", _skewed)):
        for n in SIZES:
            rng = np.random.default_rng(n)
            samples = [_responses(draw, rng, n, PARALLEL) for _run in range(RUNS)]
            alphas = [cronbach_alpha(sample).interval for sample in samples]
            frees = [distribution_free_interval(sample) for sample in samples]
            omegas = [mcdonald_omega(_responses(draw, rng, n, LOADINGS)).interval for _run in range(RUNS)]
            alpha, omega = _omega(PARALLEL), _omega(LOADINGS)
            rows.append((name, str(n), _share(alphas, alpha), _share(frees, alpha), _share(omegas, omega)))
    show(
        f"Coverage, {RUNS:,} runs",
        ("data", "n", "alpha (Feldt)", "alpha (distribution-free)", "omega (delta)"),
        rows,
    )


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    return rng.normal(size=shape)


def _skewed(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    return rng.exponential(size=shape) - 1


def _responses(draw: Draw, rng: np.random.Generator, n: int, loadings: FloatArray) -> FloatArray:
    noise = np.sqrt(1 - loadings**2) * draw(rng, (n, loadings.size))
    return np.asarray(draw(rng, (n, 1)) * loadings + noise)


def _omega(loadings: FloatArray) -> float:
    """Of the population; for equal loadings it is alpha as well."""
    common = float(loadings.sum()) ** 2
    return common / (common + float(np.sum(1 - loadings**2)))


def _share(intervals: list[tuple[float, float]], population: float) -> str:
    given = [(low, high) for low, high in intervals if not isnan(low)]
    covered = sum(low <= population <= high for low, high in given) / len(given)
    missing = len(intervals) - len(given)
    return f"{covered:.1%}" + (f" ({missing} without an interval)" if missing else "")


PARTS = {"speed": speed, "coverage": coverage}


def main() -> None:
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()


if __name__ == "__main__":
    main()
